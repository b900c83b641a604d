"""The general set that the gate holds against forgetting: well-formed, without doubles, nobody else's."""

import json
import re
import tomllib
from collections import Counter
from fnmatch import fnmatch
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import pytest

from assistant.metrics import coverage, letters
from assistant.turkish import fold

GENERAL = Path(str(files("finetune"))) / "general.jsonl"
ALIKE = 0.3  # share of the shorter one's words in common; here it is a fifth at most


@pytest.fixture(scope="module")
def pairs() -> list[dict[str, str]]:
    return [json.loads(line) for line in GENERAL.read_text("utf-8").splitlines()]


def test_every_line_is_a_question_a_passage_and_a_subject(pairs):
    for pair in pairs:
        assert list(pair) == ["question", "passage", "subject"]
        assert all(text == " ".join(text.split()) and text for text in pair.values()), pair
        assert 40 <= len(pair["passage"].split()) <= 120, pair["question"]
        assert 2 <= len(pair["question"].split()) <= 20, pair["question"]


def test_there_are_enough_over_many_subjects(pairs):
    assert len(pairs) >= 300
    subjects = Counter(pair["subject"] for pair in pairs)
    assert len(subjects) >= 32
    assert min(subjects.values()) >= 10  # passages of a subject are each other's hard negatives


def test_no_question_and_no_passage_comes_twice(pairs):
    assert len({letters(pair["question"]) for pair in pairs}) == len(pairs)
    for one, other in combinations([set(_words(pair["passage"])) for pair in pairs], 2):
        assert len(one & other) < ALIKE * min(len(one), len(other)), sorted(one & other)


def test_questions_are_typed_as_people_type(pairs):
    """With and without a question mark, with and without Turkish letters; few copy the passage."""
    questions = [pair["question"] for pair in pairs]
    assert sum(not question.endswith("?") for question in questions) >= 20
    assert sum(question.isascii() for question in questions) >= 15
    assert sum(question.endswith("?") for question in questions) >= 200
    assert all(coverage(pair["passage"], pair["question"]) < 1 for pair in pairs)


def test_it_is_written_in_turkish_letters_alone(pairs):
    text = "".join(pair["question"] + pair["passage"] for pair in pairs)
    allowed = set(
        "abcçdefgğhıijklmnoöprsştuüvyzqwxâîûABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZQWX0123456789 .,;:?!…“”'’()-–+/²³×"
    )
    assert set(text) - allowed == set()
    assert set("çğıöşüÇİÖŞÜ") <= set(text)


def test_nothing_is_taken_from_the_sets_that_figures_are_reported_on(pairs, shared):
    foreign = [
        (paragraph["context"], [asked["question"] for asked in paragraph["qas"]])
        for name in ("xquad-tr/xquad.tr.json", "tquad/dev-v0.1.json", "tquad/train-v0.1.json")
        for article in json.loads((shared / "corpus/qa" / name).read_text("utf-8"))["data"]
        for paragraph in article["paragraphs"]
    ]
    assert len(foreign) > 1_000
    questions = {letters(question) for _, asked in foreign for question in asked}
    assert not questions & {letters(pair["question"]) for pair in pairs}
    ours = set().union(*(_eights(pair["passage"]) for pair in pairs))
    assert not any(ours & _eights(context) for context, _ in foreign)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _eights(text: str) -> set[tuple[str, ...]]:
    """Its runs of eight words: a copied sentence has one, two texts on one matter hardly ever."""
    words = _words(text)
    return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}


def test_it_is_package_data():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]
    assert any(fnmatch(GENERAL.name, pattern) for pattern in patterns["finetune"])
