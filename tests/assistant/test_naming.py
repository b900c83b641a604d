"""Documents by the names that people give them."""

import pytest

from assistant.naming import holding, likest, named
from assistant.records import DocumentName

NAMES = [
    ("bakim/kp200-bakim-talimati.pdf", "KP-200 Santrifüj Pompa Bakım Talimatı"),
    ("staj.md", "Staj Yönergesi"),
    ("a/README.md", "Git'e giriş"),
    ("b/README.md", "nginx kılavuzu"),
    ("ısı İstanbul.pdf", "İSTANBUL IŞIK RAPORU"),
    ("redis.pdf", "redis.pdf"),
    ("kilavuz.pdf", "Kılavuz"),
]
DOCUMENTS = [DocumentName(n, *names) for n, names in enumerate(NAMES)]


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("kp200 bakım talimatını özetle", ["bakim/kp200-bakim-talimati.pdf"]),
        ("Staj Yönergesi'ni özetle", ["staj.md"]),
        ("staj yonregesini ozetle", ["staj.md"]),
        ("STAJ YÖNERGESİNİN ÖZETİ", ["staj.md"]),
        ("nginx'i özetle", ["b/README.md"]),
        ("README.md ne anlatıyor", ["a/README.md", "b/README.md"]),
        ("b/README.md ne anlatıyor", ["b/README.md"]),
        ("istanbul isik raporunu ozetle", ["ısı İstanbul.pdf"]),
        ("ISI İSTANBUL.PDF özetle", ["ısı İstanbul.pdf"]),
        ("isı I\u0307stanbul.pdf", ["ısı İstanbul.pdf"]),  # NFD, and another i
        ("redis.pdf'i iki cümlede anlat", ["redis.pdf"]),
        ("bu kılavuzu özetle", []),
        ("bu belgeyi özetle", []),
        ("yarın hava nasıl", []),
        ("", []),
    ],
)
def test_the_document_that_is_named(sentence: str, sources: list[str]) -> None:
    assert [one.source for one in named(sentence, DOCUMENTS)] == sources


def test_words_in_a_name_and_the_likest_names() -> None:
    assert [one.source for one in holding(["pompa"], DOCUMENTS)] == ["bakim/kp200-bakim-talimati.pdf"]
    assert holding(["pompa", "staj"], DOCUMENTS) == []
    assert likest("staj raporu", DOCUMENTS, 2)[0].source == "staj.md"
    assert named("özetle", []) == [] == likest("özetle", [], 5)
