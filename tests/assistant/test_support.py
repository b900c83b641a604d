import pytest

from assistant.records import Unsupported
from assistant.support import unsupported
from tests.fakes import WordEmbedder

PASSAGES = {
    1: "Kediler › Beslenme\nkedi.md\n\n"
    "Kedi günde 1,5 litre süt içer. Kedi Linux'ta balık yer. Kedi `miyav --sesli` der.",
    2: "Köpekler\nkopek.pdf\n\nKöpek su içer ve bahçede kemik kemirir.",
}


def doubted(answer, question=""):
    found = unsupported(answer, PASSAGES, lambda key: 1.0, WordEmbedder(), question)
    return [answer[one.start : one.end] for one in found]


@pytest.mark.parametrize(
    "answer",
    [
        "Kedi günde 1.5 litre süt içer [1].",
        "Kediler süt içerler ve balık yerler. [1]",
        "Köpek su içer. Bahçede kemik kemirir [2].",
        "Belgelerde şunlar anlatılıyor:\n\n- Kedi süt içer [1].\n- Köpek su içer [2].",
        "Adımlar şöyledir:\n1. Kedi süt içer [1].",
        "Kedi süt içer [1]. Bu konuda belgelerde başka bilgi yok.",
        "Şöyle yazılır [1]:\n\n```sh\nmiyav --sesli\n```",
        "`miyav --sesli` kedinin sesidir [1].",
        "",
    ],
)
def test_what_the_sources_say_passes(answer):
    assert doubted(answer) == []


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("Kedi günde 2,5 litre süt içer [1].", "Kedi günde 2,5 litre süt içer [1]."),
        ("Kedi süt içer [1]. Zürafa yaprakları sabah erkenden toplar [1].",
         "Zürafa yaprakları sabah erkenden toplar [1]."),
        ("Kedi Windows'ta balık yer.[1] Köpek su içer [2].", "Kedi Windows'ta balık yer.[1]"),
        ("Kedi `miyav --sessiz` der [1].", "Kedi `miyav --sessiz` der [1]."),
        ("Kedi süt içer [1]. Kaplanlar geceleri ormanda avlanır.", "Kaplanlar geceleri ormanda avlanır."),
        ("Kedi süt içer [1]. Bu 12 saat sürer.", "Bu 12 saat sürer."),
        ("Kedi günde 1,5 litre süt içer [2].", "Kedi günde 1,5 litre süt içer [2]."),
        ("Yazın [1]:\n\n```sh\nrm -rf /\n```", "```sh\nrm -rf /\n```"),
        ("| a | b |\n|---|---|\n| Kedi | 99 litre [1] |", "| Kedi | 99 litre [1] |"),
    ],
)  # fmt: skip
def test_what_they_do_not_say_is_doubted(answer, wrong):
    assert doubted(answer) == [wrong]


def test_what_stands_nowhere_is_named():
    (one,) = unsupported("Kedi günde 2,5 litre süt içer [1].", PASSAGES, lambda key: 1.0, WordEmbedder())
    assert one == Unsupported(0, 34, ("2,5",))


def test_the_questions_own_words_are_no_invention():
    said = "Kedi Windows'ta günde 3 litre süt içmez, 1,5 litre süt içer [1]."
    assert doubted(said) and doubted(said, "Kedi Windows'ta 3 litre süt içer mi?") == []


def test_without_an_embedder_words_decide():
    assert unsupported("Kedi süt içer [1].", PASSAGES, lambda key: 1.0, None) == ()
    assert unsupported("Zürafa yaprak toplar [1].", PASSAGES, lambda key: 1.0, None)


def test_a_citation_without_a_passage_supports_nothing():
    assert doubted("Kaplanlar geceleri ormanda avlanır [7].") == ["Kaplanlar geceleri ormanda avlanır [7]."]
