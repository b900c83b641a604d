"""Chunks for the tests of rules."""

import random
import unicodedata

from assistant.records import Chunk
from finetune.questions import questions


def chunk(text, *headings, title="Kılavuz", source="a.md", position=0):
    return Chunk(source, title, headings, None, text, position)


def asked(text, *headings, side="train", rule="", title="Kılavuz"):
    """All that several draws of templates ask of a text, by one rule."""
    found = set()
    for seed in range(40):
        made = questions(chunk(text, *headings, title=title), side, random.Random(seed))
        found |= {one.text for one in made if rule in ("", one.rule)}
    return found


def decomposed(text):
    return unicodedata.normalize("NFD", text)
