from pathlib import Path

import pytest

from assistant.embedder import QUICK
from assistant.errors import KilavuzError
from finetune.data import EXAMPLES
from finetune.mined import with_negatives
from finetune.needs import Place
from finetune.parts import base_of, file_parts, helps, model_path, processes, round_parts, training_settings
from finetune.records import ScoredPair, Triple
from finetune.round import DATA
from tests.fakes import WordEmbedder
from tests.fakes import read_file as file

PLACE = Place(Path("/ev"), "BAAI/bge-m3")


def nothing(done: int, total: int, name: str) -> None: ...


def test_the_base_is_what_is_named_else_the_presets_else_the_settings() -> None:
    assert base_of(PLACE, {}) == "BAAI/bge-m3"
    assert base_of(PLACE, {"model_name": QUICK, "preset": "turkish-bert"}) == QUICK
    assert base_of(PLACE, {"preset": "turkish-bert"}) == "dbmdz/bert-base-turkish-cased"
    assert base_of(Place(Path("/ev"), ""), {"preset": "kilavuz"}) == ""
    assert base_of(PLACE, {"model_name": "model-2"}) == "/ev/modeller/model-2/model"
    assert model_path(Path("/ev"), "../model-2") == "../model-2"


def test_a_presets_values_give_way_to_those_given() -> None:
    seed = training_settings(PLACE, {"preset": "bge"})
    assert (seed.model_name, seed.epochs, seed.batch_size) == ("BAAI/bge-m3", 3, 16)
    assert (seed.learning_rate, seed.warmup_steps, seed.max_seq_length) == (1e-5, 100, 512)
    assert (seed.pooling, seed.num_negatives, seed.instructions) == ("cls", 3, True)
    given = {"epochs": 1.0, "pooling": "mean", "train_share": 0.9, "limit": 7, "matryoshka": [128, 64]}
    found = training_settings(PLACE, {"preset": "bge", **given})
    assert (found.epochs, found.pooling, found.matryoshka) == (1.0, "mean", (128, 64))
    turkish = training_settings(PLACE, {"preset": "turkish-bert"})
    assert (turkish.learning_rate, turkish.max_seq_length) == (2e-5, 128)
    with pytest.raises(KilavuzError):
        training_settings(PLACE, {"preset": "yok"})


def test_the_shipped_examples_are_read_advised_on_and_mined() -> None:
    parts = file_parts(Place(Path("/ev"), QUICK))
    rows = parts.read(EXAMPLES / "example_qa_data.json")
    assert rows and all(isinstance(one, Triple) and not one.negatives for one in rows)
    mined = parts.mine([one for one in rows if isinstance(one, Triple)], {"num_negatives": 2}, nothing)
    assert any(one.negatives for one in mined) and all(len(one.negatives) <= 2 for one in mined)
    assert parts.advise(rows, {})
    pairs = parts.read(EXAMPLES / "example_pairs.csv")
    assert pairs and isinstance(pairs[0], ScoredPair) and parts.advise(pairs, {}) == ()
    explicit = parts.read(EXAMPLES / "example_qa_data_with_negatives.json")
    assert isinstance(explicit[0], Triple) and explicit[0].negatives


def test_mined_negatives_are_alike_but_neither_the_answer_nor_a_copy() -> None:
    answers = ["Pompa yağı yılda bir değişir.", "Pompa yağı kırmızı kutuda saklanır.", "Vana elle kapatılır."]
    rows = [Triple("Pompa yağı ne zaman değişir?", answers[0]), *(Triple("?", text) for text in answers[1:])]
    found = with_negatives([*rows, rows[0]], 1, WordEmbedder(), nothing)
    assert found[0].negatives == (answers[1],) and found[3] == found[0]


def test_triples_are_made_of_chunks() -> None:
    text = "Santrifüj pompa, sıvıyı dönen bir çarkla ileten makinedir. Pompa yağı altı ayda bir değiştirilir."
    chunks = [chunk for n in range(30) for chunk in file(f"{n}.md", text.replace("altı", str(n))).chunks]
    parts = round_parts(Place(Path("/ev"), QUICK))
    made = parts.triples(chunks, {**DATA, "num_negatives": 1}, nothing)
    held = {chunk.source for chunk in chunks if parts.split(chunk.source, 0.8, 0) != "train"}
    assert made.train and not {one.source for one in made.train} & held
    assert len(parts.general()) >= 300


def test_the_processes_of_torchrun(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (helps(), processes()) == (False, 1)
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "4")
    assert (helps(), processes()) == (True, 4)
