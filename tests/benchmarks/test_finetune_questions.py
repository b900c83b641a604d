"""The hand-written questions on two users' corpora: what they quote stands there, and never trains."""

from pathlib import Path

import pytest

from assistant.metrics import letters
from benchmarks.questions import Question, read_questions

FILES = Path(__file__).parents[2] / "benchmarks" / "finetune"
FOLDERS = {"truba": "truba", "php": "php-manual-tr"}
"""The folder of the shared documents that is ingested as a user's own; sources are paths below it."""


@pytest.fixture(params=FOLDERS)
def corpus(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def questions(corpus: str) -> list[Question]:
    return read_questions([FILES / f"{corpus}.jsonl"])


def test_there_are_enough_over_many_documents(questions):
    assert len(questions) >= 60
    assert len({letters(question.text) for question in questions}) == len(questions)
    sources = [question.source for question in questions]
    assert len(set(sources)) >= 40
    assert max(map(sources.count, sources)) <= 5


def test_each_quotes_shortly_what_answers_it(questions):
    for question in questions:
        assert question.evidence, question.text
        assert all(2 <= len(piece.split()) <= 30 for piece in question.evidence), question.text


def test_no_question_is_a_quotation(questions):
    for question in questions:
        assert letters(question.text) not in letters(" ".join(question.evidence))
        assert letters(" ".join(question.evidence)) not in letters(question.text)


def test_quotations_are_verbatim_but_for_white_space(corpus, questions, shared):
    folder = shared / "corpus/docs" / FOLDERS[corpus]
    for question in questions:
        text = " ".join((folder / question.source).read_text("utf-8").split())
        assert [piece for piece in question.evidence if piece not in text] == [], question.text


def test_their_documents_are_held_out(questions):
    splits = pytest.importorskip("finetune.splits")
    assert {splits.split_of(question.source) for question in questions} == {"dev", "test"}
