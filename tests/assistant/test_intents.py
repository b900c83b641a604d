"""Intents: what is told apart, what is left to the documents, the user's own examples."""

import json
import time
from pathlib import Path

import pytest

from assistant.embedder import load_embedder
from assistant.errors import KilavuzError
from assistant.intents import EXAMPLES, FALLBACK, Intent, Intents, load_intents
from assistant.turkish import words
from assistant.user_file import read_toml
from tests.fakes import WordEmbedder

NAMES = [
    "greeting", "thanks", "help", "list_documents", "summarise", "definition", "howto", "compare", "why",
    "error", "code", "fact", "out_of_scope",
]  # fmt: skip
DEV = Path(__file__).parents[2] / "benchmarks/intents/dev.jsonl"


@pytest.fixture(scope="module")
def intents() -> Intents:
    return load_intents(load_embedder())


def test_the_examples_are_all_there_and_none_is_in_the_development_set() -> None:
    examples, _ = read_toml(EXAMPLES)
    assert list(examples) == NAMES
    assert min(map(len, examples.values())) >= 25
    said = [" ".join(words(one)) for name in NAMES for one in examples[name]]
    assert len(set(said)) == len(said)
    dev = [json.loads(line) for line in DEV.read_text("utf-8").splitlines()]
    assert {row["intent"] for row in dev} == set(NAMES)
    assert [row for row in dev if " ".join(words(row["utterance"])) in said] == []


def test_the_development_set_is_told_apart(intents: Intents) -> None:
    dev = [json.loads(line) for line in DEV.read_text("utf-8").splitlines()]
    right = [(row["intent"], intents.match(row["utterance"]).name == row["intent"]) for row in dev]
    inside = [ok for name, ok in right if name != "out_of_scope"]
    outside = [ok for name, ok in right if name == "out_of_scope"]
    assert sum(inside) / len(inside) >= 0.88
    assert sum(outside) / len(outside) >= 0.85


@pytest.mark.parametrize(
    ("utterance", "name"),
    [
        ("Merhaba!", "greeting"),
        ("tesekkur ederim", "thanks"),
        ("NELER YAPABİLİYORSUN", "help"),
        ("hangi belgeler var", "list_documents"),
        ("bu dokümanı özetler misin", "summarise"),
        ("Zzqx nedir?", "definition"),
        ("Zzqx nasıl kurulur?", "howto"),
        ("Zzqx ile Qwrt arasındaki fark nedir?", "compare"),
        ("Zzqx neden gerekli?", "why"),
        ("Zzqx hatası alıyorum", "error"),
        ("Zzqx için örnek kod", "code"),
        ("Zzqx kaç gün sürer?", "fact"),
        ("yarın hava nasıl olacak", "out_of_scope"),
    ],
)
def test_the_wording_counts_and_not_the_subject(intents: Intents, utterance: str, name: str) -> None:
    assert intents.match(utterance).name == name


@pytest.mark.parametrize("utterance", ["", "?!", "xyzzy plugh", "\u200b", "a" * 100_000, "1" * 50])
def test_anything_gets_an_intent(intents: Intents, utterance: str) -> None:
    found = intents.match(utterance)
    assert found.name in NAMES
    assert 0 <= found.confidence <= 1
    assert sum(intents.chances(utterance).values()) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("chances", "name", "confidence"),
    [
        ({"why": 0.6, "error": 0.3}, "why", 0.6),
        ({"why": 0.19, "fact": 0.1}, FALLBACK, 0.1),  # not sure enough
        ({"why": 0.45, "error": 0.44, "fact": 0.05}, FALLBACK, 0.05),  # as likely as another
        ({"out_of_scope": 0.41, "fact": 0.38}, "out_of_scope", 0.41),
        ({"out_of_scope": 0.39, "greeting": 0.3, "howto": 0.25}, "howto", 0.25),  # the documents first
    ],
)
def test_an_intent_is_accepted_on_confidence_and_margin(
    intents: Intents, chances: dict[str, float], name: str, confidence: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intents, "chances", lambda utterance: dict.fromkeys(NAMES, 0.0) | chances)
    assert intents.match("soru") == Intent(name, confidence)


def test_questions_about_documents_are_not_sent_away(intents: Intents, shared: Path) -> None:
    files = [shared / f"bench/questions/dev-{part}.jsonl" for part in "ab"]
    asked = [json.loads(line)["question"] for file in files for line in file.read_text("utf-8").splitlines()]
    names = [intents.match(question).name for question in asked]
    assert not {"greeting", "thanks", "help"} & set(names)
    assert names.count("out_of_scope") <= 8


def test_a_match_takes_little_time(intents: Intents) -> None:
    seconds = []
    for n in range(20):
        start = time.perf_counter()
        intents.match(f"{n}. pompanın yağı neden değiştirilmelidir?")
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.2  # 0.3 ms on an idle machine, more beside programs with many threads


def test_fitting_is_deterministic(intents: Intents) -> None:
    again = load_intents(load_embedder())
    assert again.match("Pompa nedir?") == intents.match("Pompa nedir?")


def test_the_users_own_examples_are_added(tmp_path: Path, intents: Intents) -> None:
    file = tmp_path / "niyetler.toml"
    file.write_text('thanks = ["gözlerinden öperim", "gözlerinden öpüyorum"]\n', "utf-8")
    own = load_intents(load_embedder(), file)
    assert own.match("gözlerinden öperim").name == "thanks"
    asked = "gözlerinden öperim"
    assert own.match(asked).confidence > intents.chances(asked)["thanks"]
    assert load_intents(load_embedder(), tmp_path / "yok.toml").names == NAMES


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ('# benim\n\nselamlama = ["a"]\n', 3, "selamlama diye bir niyet yok"),
        ('help = ["a"]\n"veda 2" = ["a"]\n', 2, "veda 2 diye bir niyet yok"),
        ('help = ["a"]\ngreeting = "selam"\n', 2, "liste olmalı"),
        ('help = ["a"]\ngreeting = ["selam", 3]\n', 2, "liste olmalı"),
        ('greeting = [""]\n', 1, "liste olmalı"),
        ('\n[greeting]\nornekler = ["a"]\n', 2, "liste olmalı"),
        ('help = ["a"]\r\ngreeting = ["a" "b"]\r\n', 2, "tırnaklar, virgüller"),
        ('help = ["a",\n"b"', 2, "tırnaklar, virgüller"),
        ('greeting = ["a"]\ngreeting = ["b"]\n', 2, "tırnaklar, virgüller"),
    ],
)
def test_a_broken_file_is_one_sentence_with_the_line(
    tmp_path: Path, content: str, line: int, says: str
) -> None:
    file = tmp_path / "niyetler.toml"
    file.write_bytes(content.encode())
    with pytest.raises(KilavuzError, match=f"satır {line}: .*{says}") as error:
        load_intents(WordEmbedder(), file)
    assert "düzeltin ya da dosyayı silin" in error.value.message.tr
    assert f"line {line}: " in error.value.message.en


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "niyetler.toml"
    file.write_bytes("greeting = ['ışık']".encode("iso-8859-9"))
    with pytest.raises(KilavuzError, match="UTF-8"):
        load_intents(WordEmbedder(), file)
    file.unlink()
    file.mkdir()
    with pytest.raises(KilavuzError, match="okunamadı"):
        load_intents(WordEmbedder(), file)
