import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from assistant.intents import Intent
from assistant.records import Exchange
from tests.ui.service_fakes import ANSWER, HIT, FakeAssistant
from ui.batch import earlier, orphans, read_questions, run_batch, run_intents, write_results

CHAIN = [
    {"id": "q1", "question": "Yağ ne zaman değişir?", "kind": "fact", "previous": None},
    {"id": "q2", "question": "Peki filtre?", "previous": "q1"},
    {"id": "q3", "question": "Ya conta?", "previous": "q2"},
    {"id": 4, "question": "Başka?", "previous": "yok"},
]


def questions_file(folder: Path, *lines: object) -> Path:
    path = folder / "sorular.jsonl"
    path.write_text(
        "".join((x if isinstance(x, str) else json.dumps(x, ensure_ascii=False)) + "\n" for x in lines),
        "utf-8",
    )
    return path


def no_progress(done: int, total: int, name: str) -> None:
    pass


def test_search_results_have_what_the_benchmark_reads(tmp_path: Path) -> None:
    questions = read_questions(questions_file(tmp_path, *CHAIN))
    results = list(run_batch(questions, FakeAssistant(), answers=False, progress=no_progress))
    assert [result["id"] for result in results] == ["q1", "q2", "q3", 4]
    first = results[0]
    assert set(first) == {"id", "hits", "seconds"}
    hits = first["hits"]
    assert isinstance(hits, list) and len(hits) == 10
    assert hits[0] == {
        "source": "pompa.pdf",
        "page": 3,
        "heading": "Bakım › Yağ",
        "text": "Yağ altı ayda bir değişir.",
        "score": 0.83,
    }
    reranked = FakeAssistant()
    reranked.search = lambda *asked: [replace(HIT, rerank_score=0.5), replace(HIT, copies=("b",))]  # type: ignore[method-assign]
    (result, *_) = run_batch(questions, reranked, answers=False, progress=no_progress)
    assert [hit.get("rerank_score") for hit in result["hits"]] == [0.5, None]  # type: ignore[attr-defined]
    assert [hit.get("copies") for hit in result["hits"]] == [None, ["b"]]  # type: ignore[attr-defined]
    assert isinstance(first["seconds"], float) and 0 <= first["seconds"] < 1


def test_answers_come_with_citations_by_source_and_page(tmp_path: Path) -> None:
    questions = read_questions(questions_file(tmp_path, CHAIN[0]))
    (result,) = run_batch(questions, FakeAssistant(), answers=True, progress=no_progress)
    assert set(result) == {"id", "hits", "answer", "abstained", "citations", "seconds"}
    assert (result["answer"], result["abstained"]) == (ANSWER.text, False)
    assert result["citations"] == [{"source": "pompa.pdf", "page": 3}]


def test_a_question_that_follows_others_gets_them_all_as_history(tmp_path: Path) -> None:
    questions = read_questions(questions_file(tmp_path, *CHAIN))
    first, second = "Yağ ne zaman değişir?", "Peki filtre?"
    assistant = FakeAssistant()
    list(run_batch(questions, assistant, answers=False, progress=no_progress))
    assert [history for _, history in assistant.asked] == [
        [], [Exchange(first, "")], [Exchange(first, ""), Exchange(second, "")], [],
    ]  # fmt: skip
    assistant = FakeAssistant()
    list(run_batch(questions, assistant, answers=True, progress=no_progress))
    cited = ANSWER.text, ("pompa.pdf",)
    assert assistant.asked[2][1] == [Exchange(first, *cited), Exchange(second, *cited)]
    assert [orphan.id for orphan in orphans(questions)] == [4]


def test_questions_that_follow_each_other_in_a_circle_end(tmp_path: Path) -> None:
    ring = [{"id": a, "question": a, "previous": b} for a, b in (("a", "b"), ("b", "c"), ("c", "a"))]
    questions = read_questions(questions_file(tmp_path, *ring))
    assert [q.id for q in earlier(questions["a"], questions)] == ["c", "b"]


@pytest.mark.parametrize(
    "broken",
    ["{", "[]", "7", '{"id": "x"}', '{"question": "x"}', '{"id": "x", "question": 3}',
     '{"id": null, "question": "x"}', '{"id": "x", "question": "y", "previous": []}',
     '{"id": "x", "question": "\\ud800"}', "[" * 100_000],
)  # fmt: skip
def test_a_broken_line_is_named(tmp_path: Path, broken: str) -> None:
    path = questions_file(tmp_path, CHAIN[0], "", broken)
    with pytest.raises(KilavuzError) as caught:
        read_questions(path)
    assert "satır 3" in caught.value.message.tr
    assert "line 3" in caught.value.message.en


def test_an_id_may_come_only_once(tmp_path: Path) -> None:
    with pytest.raises(KilavuzError, match="satır 2"):
        read_questions(questions_file(tmp_path, CHAIN[0], CHAIN[0]))


def test_questions_of_several_files_may_follow_each_other(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    first, second = questions_file(tmp_path, CHAIN[0]), questions_file(tmp_path / "b", "", CHAIN[1])
    questions = read_questions(first, second)
    assert [q.id for q in earlier(questions["q2"], questions)] == ["q1"]
    assert (questions["q2"].path, questions["q2"].line) == (second, 2)
    assert questions["q1"].fields == CHAIN[0]
    with pytest.raises(KilavuzError, match=r"b/sorular\.jsonl, satır 1: 'q1' kimliği ikinci kez"):
        read_questions(first, questions_file(tmp_path / "b", CHAIN[0]))


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes('\ufeff{"id": "a", "question": "çığ"}\r\n\r\n'.encode())
    assert read_questions(path)["a"].question == "çığ"


def test_files_that_cannot_be_read_are_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(KilavuzError, match="okunamadı"):
        read_questions(tmp_path / "yok.jsonl")
    with pytest.raises(KilavuzError, match="okunamadı"):
        read_questions(tmp_path)
    (tmp_path / "q").write_bytes('{"id": "a", "question": "çığ"}'.encode("cp1254"))
    with pytest.raises(KilavuzError, match="UTF-8"):
        read_questions(tmp_path / "q")


def test_a_question_that_cannot_be_asked_is_named_by_its_line(tmp_path: Path) -> None:
    questions = read_questions(questions_file(tmp_path, CHAIN[0], {"id": "b", "question": " "}))
    with pytest.raises(KilavuzError, match=r"Satır 2 \(b\): Soru boş"):
        list(run_batch(questions, FakeAssistant(), answers=False, progress=no_progress))


def test_progress_counts_every_question(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    questions = read_questions(questions_file(tmp_path, *CHAIN[:2]))
    list(run_batch(questions, FakeAssistant(), answers=False, progress=lambda d, t, _: seen.append((d, t))))
    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_results_appear_only_when_all_are_there(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    out.write_text("eski", "utf-8")

    def failing():  # type: ignore[no-untyped-def]
        yield {"id": 1}
        raise RuntimeError("yarıda")

    with pytest.raises(RuntimeError):
        write_results(out, failing())
    assert out.read_text("utf-8") == "eski"
    assert list(tmp_path.iterdir()) == [out]
    write_results(out, [{"id": "ç"}, {"id": 2}])
    assert out.read_text("utf-8") == '{"id": "ç"}\n{"id": 2}\n'
    assert list(tmp_path.iterdir()) == [out]


def test_a_place_that_cannot_be_written_is_told_before_any_work(tmp_path: Path) -> None:
    def work():  # type: ignore[no-untyped-def]
        raise AssertionError("asked for a result")
        yield

    for path in (tmp_path, tmp_path / "yok" / "r.jsonl"):
        with pytest.raises(KilavuzError, match="yazılamadı"):
            write_results(path, work())


def test_a_pipe_is_written_as_it_is_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "boru"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_results(pipe, [{"id": 1}])
        assert os.read(reader, 100) == b'{"id": 1}\n'
    finally:
        os.close(reader)
    assert not pipe.is_file()


def test_intents_of_questions_or_utterances(tmp_path: Path) -> None:
    lines = [{"id": 1, "utterance": "selam"}, {"id": "b", "question": "nedir", "utterance": "başka"}]
    questions = read_questions(questions_file(tmp_path, *lines))
    assert list(run_intents(questions, lambda text: Intent(text, 1 / 3))) == [
        {"id": 1, "intent": "selam", "confidence": 0.3333},
        {"id": "b", "intent": "nedir", "confidence": 0.3333},
    ]
