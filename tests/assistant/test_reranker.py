import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.chat import Assistant
from assistant.confidence import confidence
from assistant.feedback import TurnLog
from assistant.library import Library
from assistant.records import Chunk, Hit
from assistant.reranker import DEPTH, Reranker, passage, rerank
from assistant.retriever import KilavuzRetriever
from tests.fakes import OpenLibrary, read_file


class FakeScorer:
    """Ten tokens a passage, one second a token on its own clock; the score is the passage's number of "!"."""

    name = "sahte"
    batch_tokens = 1000

    def __init__(self, pace: float = 1.0) -> None:
        self.now = 0.0
        self.pace = pace
        self.batches: list[int] = []
        self.questions: list[str] = []
        self.error: Exception | None = None
        self.answer: Callable[[str], float] = lambda text: float(text.count("!"))

    def clock(self) -> float:
        return self.now

    def lengths(self, question: str, passages: Sequence[str]) -> list[int]:
        return [10] * len(passages)

    def score(self, question: str, passages: Sequence[str]) -> np.ndarray:
        self.now += 10 * len(passages) * self.pace
        self.batches.append(len(passages))
        self.questions.append(question)
        if self.error:
            raise self.error
        return np.array([self.answer(text) for text in passages])


def made(scorer: FakeScorer, seconds: float) -> Reranker:
    reranker = Reranker(scorer, seconds, scorer.clock)
    scorer.batches.clear()
    return reranker


def hits(*texts: str) -> list[Hit]:
    """Hits with falling scores: 1, 1/2, 1/3 …"""
    return [Hit(Chunk("a.md", "", (), None, text, i, i), 1 / (i + 1)) for i, text in enumerate(texts)]


def texts(found: Sequence[Hit]) -> list[str]:
    return [hit.chunk.text for hit in found]


def test_order_by_hand() -> None:
    before = hits("a", "b", "c", "d", "e")
    after = rerank(before, [0.2, 0.9, 0.2])
    assert texts(after) == ["b", "a", "c", "d", "e"]
    assert [hit.rerank_score for hit in after] == [0.9, 0.2, 0.2, None, None]
    assert [hit.score for hit in after] == [hit.score for hit in before]
    assert rerank(before, []) == before and rerank([], []) == []


def test_confidence_is_judged_as_without_a_reranker() -> None:
    before = hits("kedi", "kedi", "kedi", "kedi", "kedi")
    scores = [0.1, 0.2, 0.3, 0.4, 0.9]

    def one(key: str) -> float:
        return 1.0

    assert confidence("kedi", one, rerank(before, scores)) == confidence("kedi", one, before)


def test_what_is_scored() -> None:
    assert (
        passage(Chunk("a.md", "Pompa", ("Bakım", "Yağ"), 1, "Altı ay.", 0)) == "Pompa › Bakım › Yağ\nAltı ay."
    )
    assert passage(Chunk("a.md", "Pompa", ("Pompa", "Yağ"), 1, "Altı ay.", 0)) == "Pompa › Yağ\nAltı ay."
    assert passage(Chunk("a.md", "", (), 1, "Altı ay.", 0)) == "Altı ay."
    assert passage(Chunk("a.md", "", (), 1, "", 0)) == ""


def test_all_are_scored_where_there_is_time() -> None:
    scorer = FakeScorer(pace=1e-6)
    found = made(scorer, 0.5)("soru", hits("a", "b!", "c!!", "d", "e!!!"))
    assert texts(found) == ["e!!!", "c!!", "b!", "a", "d"]
    assert scorer.batches == [5] and scorer.questions[-1] == "soru"


def test_only_the_first_ones_are_ever_scored() -> None:
    scorer = FakeScorer(pace=1e-6)
    found = made(scorer, 0.5)("soru", hits(*("a" for _ in range(DEPTH)), "b!"))
    assert found[-1].chunk.text == "b!" and found[-1].rerank_score is None
    assert scorer.batches == [DEPTH]


def test_a_slow_model_scores_what_the_time_allows() -> None:
    scorer = FakeScorer()  # 10 s a passage
    reranker = made(scorer, 45)
    started = scorer.now
    found = reranker("soru", hits("a", "b!", "c!!", "d!!!", "e!!!!", "f"))
    assert texts(found) == ["d!!!", "c!!", "b!", "a", "e!!!!", "f"]  # e could not be read in time
    assert scorer.now - started == 40 <= 45
    assert scorer.batches == [2, 1, 1]  # half of what is left each time, at least one


def test_a_model_that_becomes_slower_is_noticed_after_half_of_the_time() -> None:
    scorer = FakeScorer()
    reranker = made(scorer, 100)
    scorer.pace = 2.0  # 20 s a passage: the first batch of five takes the whole time
    started = scorer.now
    reranker("soru", hits(*"abcdefghij"))
    assert scorer.now - started == 100
    scorer.batches.clear()
    started = scorer.now
    reranker("soru", hits(*"abcdefghij"))
    assert scorer.batches == [3, 1, 1] and scorer.now - started == 100


def test_one_passage_alone_is_not_scored_and_the_user_is_told_once() -> None:
    scorer = FakeScorer()
    reranker = made(scorer, 9)  # not enough for one
    before = hits("a", "b!")
    for _ in range(20):
        assert reranker("soru", before) == before
    assert scorer.batches == []
    notice = reranker.take_notice()
    assert notice and "KILAVUZ_RERANKER_SECONDS" in notice.tr and reranker.take_notice() is None
    assert reranker("soru", hits("a!")) == hits("a!")
    assert reranker("soru", []) == []


def test_one_passage_has_no_order_and_is_tried_now_and_then_only() -> None:
    scorer = FakeScorer()
    reranker = made(scorer, 15)
    before = hits("a", "b!")
    for _ in range(40):
        started = scorer.now
        assert texts(reranker("soru", before)) == ["a", "b!"] and scorer.now - started <= 15
    assert 1 <= len(scorer.batches) <= 20  # of 40
    scorer.pace = 0.5  # the machine was busy when the pace was learned
    for _ in range(10):
        found = reranker("soru", before)
    assert texts(found) == ["b!", "a"]


def test_a_model_that_was_held_up_comes_back() -> None:
    scorer = FakeScorer()
    reranker = made(scorer, 45)
    scorer.pace = 1000.0  # the machine slept, say
    reranker("soru", hits("a", "b!", "c"))
    scorer.pace = 1.0
    before = hits("a", "b!", "c")
    assert reranker("soru", before) == before
    assert reranker.take_notice() is None  # it is no slow model
    for _ in range(40):
        found = reranker("soru", before)
    assert texts(found) == ["b!", "a", "c"]


def test_batches_keep_to_what_fits_into_memory() -> None:
    scorer = FakeScorer(pace=1e-6)
    scorer.batch_tokens = 25
    made(scorer, 0.5)("soru", hits(*"abcde"))
    assert scorer.batches == [2, 2, 1]


@pytest.mark.parametrize(
    "error", [RuntimeError("broken"), MemoryError(), RuntimeError("CUDA out of memory"), KeyError("x")]
)
def test_a_model_that_fails_leaves_the_first_order(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    scorer = FakeScorer(pace=1e-6)
    reranker = made(scorer, 0.5)
    scorer.error = error
    before = hits("a", "b!")
    for _ in range(3):
        assert reranker("soru", before) == before
    assert len(caplog.records) == 1 and "sahte" in caplog.text and type(error).__name__ in caplog.text
    notice = reranker.take_notice()
    assert notice and "onsuz sıralandı" in notice.tr and reranker.take_notice() is None
    scorer.error = None
    assert texts(reranker("soru", before)) == ["b!", "a"]


def test_memory_that_ends_makes_smaller_batches() -> None:
    scorer = FakeScorer(pace=1e-6)
    scorer.batch_tokens = 40
    reranker = made(scorer, 0.5)
    scorer.error = RuntimeError("CUDA out of memory")
    reranker("soru", hits(*"abcd"))
    scorer.error = None
    scorer.batches.clear()
    reranker("soru", hits(*"abcd"))
    assert scorer.batches == [2, 2]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers_are_a_failure(bad: float) -> None:
    scorer = FakeScorer(pace=1e-6)
    reranker = made(scorer, 0.5)
    scorer.answer = lambda text: bad if text == "b" else 0.5
    before = hits("a", "b", "c")
    assert reranker("soru", before) == before and reranker.take_notice()


def test_too_few_scores_are_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = FakeScorer(pace=1e-6)
    reranker = made(scorer, 0.5)
    monkeypatch.setattr(scorer, "score", lambda question, passages: np.array([1.0]))
    before = hits("a", "b")
    assert reranker("soru", before) == before and reranker.take_notice()


def test_who_waits_too_long_for_its_turn_goes_without() -> None:
    scorer = FakeScorer(pace=1e-6)
    reranker = Reranker(scorer, 0.02)  # a real clock: the lock waits by it
    begun, go_on = threading.Event(), threading.Event()

    def slow(text: str) -> float:
        begun.set()
        go_on.wait(10)
        return 1.0

    scorer.answer = slow
    first = threading.Thread(target=reranker, args=("ilk", hits("a", "b!")))
    first.start()
    assert begun.wait(10)
    before = hits("a", "b!")
    assert reranker("ikinci", before) == before and "ikinci" not in scorer.questions
    go_on.set()
    first.join(10)
    assert not first.is_alive() and reranker.take_notice() is None


@pytest.fixture
def reranked(open_library: OpenLibrary) -> tuple[Library, FakeScorer]:
    """A library whose best passage by words is not the one that answers, with a reranker that knows it."""
    scorer = FakeScorer(pace=1e-6)
    plain = open_library()
    files = [read_file(f"{i}.md", f"Pompa yağı pompa yağı {i}.") for i in range(14)]
    plain.add(
        [*files, read_file("asıl.md", "Pompa için yağ altı ayda bir tazelenir ve süzülür, sonra ölçülür.")]
    )
    plain.publish()
    library = Library(
        plain.catalogue, plain._client, plain._wanted, plain._keywords_folder, lambda name: plain._wanted,
        plain._wanted, ExitStack(), made(scorer, 0.5),
    )  # fmt: skip
    scorer.answer = lambda text: 0.9 if "tazelenir" in text else 0.1
    without = plain.searcher.search("pompa yağı", 15)
    assert without[-1].chunk.source == "asıl.md"
    return library, scorer


def test_a_good_reranker_moves_the_right_passage_to_the_front(
    reranked: tuple[Library, FakeScorer],
) -> None:
    library, scorer = reranked
    assert library.reranker
    assistant = Assistant(library, None, None, search_notice=library.reranker.take_notice)
    found = assistant.search("pompa yağı", 3)
    assert [hit.chunk.source for hit in found] == ["asıl.md", *[hit.chunk.source for hit in found[1:]]]
    assert len(found) == 3 and found[0].rerank_score == 0.9
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    documents = KilavuzRetriever(search=library.searcher.search, limit=2).invoke("pompa yağı")
    assert [document.metadata["rerank_score"] for document in documents] == [0.9, 0.1]
    answer = assistant.ask("pompa yağı ne zaman tazelenir")
    assert "altı ayda bir" in answer.text and answer.notice is None
    assert scorer.questions[-1] == "pompa yağı ne zaman tazelenir"


def test_the_turn_log_names_the_reranker_and_keeps_its_scores(
    reranked: tuple[Library, FakeScorer],
) -> None:
    library, _ = reranked
    assert library.versions()["reranker"] == "sahte"
    turns = TurnLog(library.catalogue, library.versions)
    Assistant(library, turns, None).ask("pompa yağı ne zaman tazelenir", conversation="k")
    (turn,) = turns.conversation("k")
    assert turn.answer.hits[0].rerank_score == 0.9


def test_a_failure_is_said_with_the_next_answer_and_only_once(
    reranked: tuple[Library, FakeScorer],
) -> None:
    library, scorer = reranked
    assert library.reranker
    assistant = Assistant(library, None, None, search_notice=library.reranker.take_notice)
    scorer.error = RuntimeError("broken")
    answer = assistant.ask("pompa yağı ne zaman tazelenir")
    assert answer.hits and answer.notice and "KILAVUZ_RERANKER" in answer.notice.tr
    assert assistant.ask("pompa yağı ne zaman tazelenir").notice is None


def test_what_it_has_no_time_for_is_ordered_as_without_it(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add(
        [
            read_file("a.md", "Pompa her yıl bakımda sökülür, yıkanır ve yerine konur."),
            read_file("b.md", "Pompa, sıvıları bir yerden başka bir yere ileten makinedir, çeşidi çoktur."),
            read_file("c.md", "Vana kapağı soğukta açılmaz."),
        ]
    )
    library.publish()
    without = library.searcher
    assert [hit.chunk.source for hit in without.search("pompa nedir")] == ["b.md", "a.md", "c.md"]
    assert [hit.chunk.source for hit in without.search("pompa")] == ["a.md", "b.md", "c.md"]
    slow = replace(without, rerank=made(FakeScorer(), 0.5))
    assert slow.search("pompa nedir") == without.search("pompa nedir")


def test_off_loads_nothing() -> None:
    code = (
        "import sys; from assistant.reranker import load_reranker; import assistant.build;"
        "assert load_reranker('', 0.5) is None;"
        "print(*[m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


def test_off_the_search_and_its_versions_are_as_before(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add([read_file("a.md", "pompa")])
    library.publish()
    assert "reranker" not in library.versions() and library.searcher.rerank is None
    assert library.searcher.search("pompa")[0].rerank_score is None
