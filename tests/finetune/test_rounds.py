import shutil
from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from assistant.model_in_use import InUse, Step, models_folder, write_in_use
from assistant.records import Chunk
from finetune.records import Triple
from finetune.rounds import (
    Round,
    current_round,
    last_round,
    note_promotion,
    only_training,
    read_json,
    read_rows,
    rounds,
    write_rows,
)


def test_a_round_goes_on_where_it_stopped(tmp_path: Path) -> None:
    one = current_round(tmp_path)
    assert (one.number, one.model, one.is_done("triples"), rounds(tmp_path)) == (1, "model-1", False, [])
    one.note("triples", options={"seed": 0})
    one.note("train", folder="x")
    again = current_round(tmp_path)
    assert again.number == 1 and again.facts("triples") == {"options": {"seed": 0}}
    assert again.is_done("train") and not again.is_over
    found = last_round(tmp_path)
    assert found and found.number == 1
    assert current_round(tmp_path, new=True).number == 2


def test_a_number_that_a_model_bears_is_not_given_again(tmp_path: Path) -> None:
    one = current_round(tmp_path)
    one.note("promote")
    (models_folder(tmp_path) / "model-4" / "model").mkdir(parents=True)
    shutil.rmtree(one.folder)  # cleaned up
    assert current_round(tmp_path).model == "model-5"
    shutil.rmtree(models_folder(tmp_path) / "model-4")
    write_in_use(tmp_path, InUse("", 512, (Step("", "f0"), Step("model-6", "f6"))))
    assert current_round(tmp_path).model == "model-7"


def test_a_promotion_by_name_closes_the_round_that_waits_for_it(tmp_path: Path) -> None:
    one = current_round(tmp_path)
    one.note("train")
    note_promotion(tmp_path, "model-1", "")
    assert not current_round(tmp_path).is_done("promote")
    one.note("gate", promoted=True)
    note_promotion(tmp_path, "model-2", "")
    assert current_round(tmp_path).number == 1
    note_promotion(tmp_path, "model-1", "")
    assert current_round(tmp_path).number == 2


@pytest.mark.parametrize(("step", "facts"), [("promote", {}), ("gate", {"promoted": False})])
def test_a_new_round_begins_after_one_that_is_over(step: str, facts: dict[str, bool], tmp_path: Path) -> None:
    one = current_round(tmp_path)
    one.note("triples")
    one.note(step, **facts)
    assert one.is_over and current_round(tmp_path).number == 2


def test_redoing_a_step_forgets_those_after_it_and_its_files(tmp_path: Path) -> None:
    one = current_round(tmp_path)
    for step in ("triples", "train", "evaluate"):
        one.note(step)
    (one.folder / "training").mkdir()
    one.redo("evaluate")
    assert one.is_done("train") and (one.folder / "training").exists()
    one.redo("train")
    assert not (one.folder / "training").exists()
    assert [Round(one.folder).is_done(step) for step in ("triples", "train", "evaluate")] == [
        True,
        False,
        False,
    ]


def test_a_damaged_state_counts_as_a_round_not_begun(tmp_path: Path) -> None:
    one = current_round(tmp_path)
    one.note("triples")
    (one.folder / "round.json").write_text("{")
    (one.folder.parent / "notlar").mkdir()
    assert not current_round(tmp_path).is_done("triples") and last_round(tmp_path) is None


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    triples = [Triple("İ?", "ı\nş", ("a", "b"), "x.md", "llm"), Triple("q", "p")]
    chunks = [Chunk("a.md", "A", ("B", "C"), 3, "metin", 0, 7, "iv"), Chunk("b.md", "", (), None, "", 1)]
    assert write_rows(tmp_path / "t.jsonl", triples) == 2
    write_rows(tmp_path / "c.jsonl", chunks)
    assert read_rows(tmp_path / "t.jsonl", Triple) == triples
    assert read_rows(tmp_path / "c.jsonl", Chunk) == chunks
    assert write_rows(tmp_path / "t.jsonl", list[Triple]()) == 0
    assert read_rows(tmp_path / "t.jsonl", Triple) == []


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"question": "a"}\n')
    for reading in (
        lambda: read_rows(tmp_path / "t.jsonl", Triple),
        lambda: read_rows(tmp_path / "yok.jsonl", Triple),
        lambda: read_json(tmp_path / "yok.json"),
    ):
        with pytest.raises(KilavuzError, match="yeni bir tur başlatın"):
            reading()


def test_a_second_training_is_refused_and_the_next_one_let_in(tmp_path: Path) -> None:
    refused = pytest.raises(KilavuzError, match="başka bir eğitim sürüyor")
    with only_training(tmp_path), refused, only_training(tmp_path):
        pass
    with only_training(tmp_path):
        pass
