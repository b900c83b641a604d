from collections.abc import Sequence

import pytest

from finetune.advice import advice
from finetune.records import Triple

GOOD = [Triple(f"Soru {i}?", f"Yanıt {i}", (f"yanlış {i}", f"başka {i}")) for i in range(1000)]


def hundred(texts: Sequence[str]) -> list[int]:
    return [100] * len(texts)


def said(triples: Sequence[Triple], epochs: float = 5, train_share: float = 0.8, **more: object) -> str:
    given = {"count_tokens": hundred} | more
    return " ".join(m.tr for m in advice(triples, epochs=epochs, train_share=train_share, **given))  # type: ignore[arg-type]


def test_nothing_is_said_of_good_data() -> None:
    assert said(GOOD) == ""
    assert said([Triple(t.question, t.positive) for t in GOOD]) == ""  # negatives are mined


@pytest.mark.parametrize(
    ("triples", "expected"),
    [
        (GOOD[:999], "Veri az: 999 soru"),
        ([*GOOD, Triple("SORU  1?", "YANIT 1")], "1 satır başka bir satırın aynısı"),
        ([*GOOD, Triple("Soru 1?", "Yanıt", ("yanıt 1", "b"))], "1 soruda bir yanıt hem doğru hem yanlış"),
        ([*GOOD[:700], *(Triple(f"s{i}", f"y{i}", ("n",)) for i in range(300))], "300 sorunun ikiden az"),
        ([*GOOD, Triple("s", "y", tuple(map(str, range(11))))], "1 sorunun 10'dan çok yanlış örneği"),
    ],
)
def test_each_lack_is_told_with_its_figure(triples: Sequence[Triple], expected: str) -> None:
    assert said(triples).startswith(expected)


def test_lengths_are_told_when_they_are_many() -> None:
    def short(texts: Sequence[str]) -> list[int]:
        return [49 if i < 300 else 50 for i in range(len(texts))]

    def long(texts: Sequence[str]) -> list[int]:
        return [201 if i < 300 else 200 for i in range(len(texts))]

    assert "%30 kadarı 50 belirteçten kısa" in said(GOOD, count_tokens=short)
    assert "%30 kadarı 200 belirteçten uzun" in said(GOOD, count_tokens=long)
    few = [Triple(f"s{i}", f"y{i}") for i in range(2000)]
    assert "kısa" not in said(few, count_tokens=short)


def test_the_held_out_share_is_judged() -> None:
    assert said(GOOD, train_share=0.9) == ""
    assert "yalnız %5 kadarı" in said(GOOD, train_share=0.95)


@pytest.mark.parametrize(
    ("count", "epochs", "expected"),
    [
        (1000, 4, "az öğrenir; 5–10 tur"),
        (1000, 11, "ezberlemeye başlar; 5–10"),
        (5000, 2, "3–5 tur"),
        (5000, 6, "3–5 tur"),
        (5000, 5, ""),
        (50_000, 4, "1–3 tur"),
        (50_000, 1, ""),
    ],
)  # fmt: skip
def test_epochs_are_judged_by_the_size(count: int, epochs: float, expected: str) -> None:
    triples = [Triple(f"s{i}", f"y{i}") for i in range(count)]
    assert expected in said(triples, epochs)
    assert (said(triples, epochs) == "") == (expected == "")


def test_both_languages_say_it() -> None:
    for message in advice([Triple("s", "s", ("s",))] * 2, epochs=1, train_share=1, count_tokens=hundred):
        assert message.tr.endswith(".") and message.en.endswith(".")
        assert message.tr != message.en
