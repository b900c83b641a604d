"""Question–passage pairs made by rule from Turkish documents: what a search has to bring together.

Markdown is cut at its headings, plain text at its paragraphs, and paragraphs are joined into passages. A
passage gets one or two questions: its heading path, its heading as a question, the term that it defines, a
sentence taken out of it, or some words of it in their order. Passages that were seen before, and those of
held out texts, are left out. Where the documents come from and what is learned is not known here.
"""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.turkish import fold
from finetune.shipped.parallel import DocumentText, word_list

PASSAGE_WORDS = (35, 130)
"""Words of a passage, drawn evenly: chunks are of that length."""
SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÇĞİÖŞÜ0-9“\"])")
CODE = re.compile(r"^[ \t>]*(```|~~~).*?^[ \t>]*\1[^\n]*$", re.DOTALL | re.MULTILINE)
NOT_TEXT = re.compile(r"!\[[^\]]*\]\([^)]*\)|<!--.*?-->|</?[A-Za-z][^<>\n]*>|\{\s*[#:.%][^}]*\}", re.DOTALL)
DEFINITION = re.compile(
    r"^([A-ZÇĞİÖŞÜ][^,.;:()?]{2,50}),\s.*\b\w+(?:dır|dir|dur|dür|tır|tir|tur|tür|denir|adlandırılır)\.$"
)
"""A sentence that says what something is: "X, … yapıdır." """
OPENERS = frozenset((
    *("ancak", "asagida", "asagidaki", "aslinda", "ayrica", "baska", "belgenin", "bu", "bunlar", "bunlarin"),
    *("bunun", "bununla", "cogu", "dolayisiyla", "genellikle", "her", "ilk", "ornegin", "ote", "ozellikle"),
    *("son", "sonra", "sonuc", "su", "varsayilan", "yani"),
))  # fmt: skip
"""Folded words that open a sentence without naming what it is about."""
HOW = re.compile(r"(?:ma|me|mak|mek)$")
"""Headings that name a doing: "Dosya ekleme"."""
TOLD_APART = 0.5
"""A passage is a near-duplicate if so many of its word 5-grams were in earlier ones."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage that answers it; `source` tells where from, `kind` by what rule."""

    source: str
    kind: str
    question: str
    passage: str


@dataclass(frozen=True, slots=True)
class Section:
    """The paragraphs below one heading; `headings` lead to it, outermost first."""

    headings: tuple[str, ...]
    paragraphs: tuple[str, ...]


def markdown_sections(text: str) -> Iterator[Section]:
    """Sections of a Markdown text without code, tables, images, link targets and HTML."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = NOT_TEXT.sub("", CODE.sub("", text))
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    above: list[tuple[int, str]] = []  # the headings above, with their levels
    paragraphs: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=#{1,6} )", text):
        lines = block.strip().splitlines()
        if lines and (match := re.fullmatch(r"(#{1,6}) +(.+?) *#*", lines[0])):
            if paragraphs:
                yield Section(tuple(heading for _, heading in above), tuple(paragraphs))
            level = len(match[1])
            above = [*(one for one in above if one[0] < level), (level, _plain(match[2]))]
            paragraphs, lines = [], lines[1:]
        body = " ".join(line for line in lines if not re.match(r"\s*(\||:::|%|\$\$)", line))
        if body := _plain(body):
            paragraphs.append(body)
    if paragraphs:
        yield Section(tuple(heading for _, heading in above), tuple(paragraphs))


def text_sections(text: str) -> Iterator[Section]:
    """Documents of plain text (two blank lines between them, one between paragraphs), each as one section."""
    for document in re.split(r"\n{3,}", text):
        if paragraphs := tuple(filter(None, map(_plain, document.split("\n\n")))):
            yield Section((), paragraphs)


def _plain(text: str) -> str:
    text = re.sub(r"^\s*(?:[-*+>]|\d+[.)])\s+", "", text.strip())
    return re.sub(r"\s+", " ", re.sub(r"[`*]+|\\(?=\W)|:[a-z]+:`", "", text)).strip()


def passages(section: Section, draw: random.Random) -> Iterator[list[str]]:
    """Its sentences in passages of `PASSAGE_WORDS`, as lists; short rests are dropped."""
    sentences: list[str] = []
    size, target = 0, draw.randint(*PASSAGE_WORDS)
    for sentence in (s for paragraph in section.paragraphs for s in SENTENCE.split(paragraph)):
        length = sentence.count(" ") + 1
        if size + length > target and size >= PASSAGE_WORDS[0]:
            yield sentences
            sentences, size, target = [], 0, draw.randint(*PASSAGE_WORDS)
        if length <= PASSAGE_WORDS[1]:
            sentences.append(sentence)
            size += length
    if size >= PASSAGE_WORDS[0]:
        yield sentences


def questions(
    section: Section, sentences: Sequence[str], draw: random.Random
) -> Iterator[tuple[str, str, str]]:
    """One or two of (kind, question, passage) for a passage of the section."""
    passage = " ".join(sentences)
    made: list[tuple[str, str, str]] = []
    if section.headings:
        heading = section.headings[-1]
        made.append(("heading", " ".join(section.headings[-draw.randint(1, 3) :]), passage))
        if 1 <= heading.count(" ") + 1 <= 6 and "?" not in heading:
            asked = (
                "nasıl yapılır?"
                if HOW.search(fold(heading))
                else draw.choice(("nedir?", "ne demek?", "hakkında bilgi"))
            )
            made.append(("asked heading", f"{heading} {asked}", passage))
    for sentence in sentences:
        match = DEFINITION.match(sentence)
        if match and fold(match[1]).split()[0] not in OPENERS and not fold(sentence).endswith("degildir."):
            made.append(
                ("definition", f"{match[1]} {draw.choice(('nedir?', 'ne demek?', 'ne işe yarar?'))}", passage)
            )
    whole = [number for number, sentence in enumerate(sentences) if 5 <= sentence.count(" ") + 1 <= 30]
    if whole and len(sentences) > 2:
        number = draw.choice(whole)
        left = " ".join([*sentences[:number], *sentences[number + 1 :]])
        made.append(("sentence", sentences[number], left if draw.random() < 0.7 else passage))
    words = passage.split()
    start = draw.randrange(max(1, len(words) - 14))
    some = [word for word in words[start : start + draw.randint(6, 14)] if draw.random() < 0.6]
    made.append(("words", " ".join(some) or words[0], passage))
    return iter(draw.sample(made, min(len(made), 2 if len(made) > 2 else 1)))


def examples(
    sources: Iterable[tuple[str, Section]], held_out: Sequence[DocumentText], seed: int = 0
) -> Iterator[Example]:
    """Pairs from (source, section); passages found in `held_out` texts or met before are left out."""
    draw = random.Random(seed)
    seen: set[int] = set()
    for source, section in sources:
        for sentences in passages(section, draw):
            passage = " ".join(sentences)
            words = word_list(passage)
            shingles = [hash(tuple(words[i : i + 5])) for i in range(len(words) - 4)]
            known = sum(shingle in seen for shingle in shingles)
            seen.update(shingles)
            if known >= TOLD_APART * len(shingles) or any(text.holds(passage) for text in held_out):
                continue
            for kind, question, answer in questions(section, sentences, draw):
                yield Example(source, kind, question, answer)
