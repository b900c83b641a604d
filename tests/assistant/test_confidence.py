"""The signs of hits that can be checked by hand, and what they are worth."""

import pytest

from assistant.confidence import confidence, signs
from assistant.records import Chunk, Hit


def hit(text, score=0.9, source="a.md", dense_rank=None):
    return Hit(Chunk(source, "Belge", (), None, text, 0), score, dense_rank=dense_rank)


def one(key):
    return 1.0


def test_the_signs():
    hits = [hit("Kedi uyur.", 0.9, dense_rank=2), hit("Süt beyazdır.", 0.5), hit("Su.", 0.4, "b.md")]
    idf = {"kedi": 3.0, "sut": 1.0, "inek": 1.0}.__getitem__
    covered, agreed, lead, same, missing = signs("kedi süt inek", idf, hits)
    assert covered == pytest.approx(9 / 11)
    known = 4 / 5
    assert agreed == pytest.approx(known / 2)
    assert lead == pytest.approx(known * 0.5)
    assert same == pytest.approx(known * 2 / 5)
    assert missing == 0.0


def test_the_lead_is_over_the_fifth():
    hits = [hit("Kedi.", 0.9 - n / 10) for n in range(7)]
    assert signs("kedi", one, hits)[2] == pytest.approx(0.4)


@pytest.mark.parametrize(
    "question",
    [
        "E-1042 nedir",
        "ağda includeIf nasıl yazılır",
        "COMSOL'u nasıl kurarım",
        "bu ayar Farabi ile nasıl olur",
        "yer-değiştirme nasıl olur",
        "rwlock ne zaman kullanılır",
    ],
)
def test_a_name_that_stands_nowhere(question):
    elsewhere = hit("E-1042; includeIf bloğu; COMSOL; Farabi; yer-değiştirme; rwlock.")
    assert signs(question, one, [hit("E-1043 budur; ağ ayarı kurulur.")])[4] == 1.0
    assert signs(question, one, [hit("Kedi."), elsewhere])[4] == 0.0


@pytest.mark.parametrize("question", ["Kedi nedir?", "Uyku kaç saat sürer?", "İnek 3 litre mi verir?"])
def test_everyday_words_and_numbers_are_no_names(question):
    assert signs(question, one, [hit("Başka bir şey.")])[4] == 0.0


def test_each_sign_moves_the_confidence_its_way():
    idf = {"kedi": 2.0, "sut": 1.0, "e-1042": 0.0}.__getitem__
    base = confidence("kedi süt", idf, [hit("Kedi uyur."), hit("Köpek.", 0.8, "b.md")])
    assert confidence("kedi süt", idf, [hit("Kedi süt içer."), hit("Köpek.", 0.8, "b.md")]) > base
    assert confidence("kedi süt", idf, [hit("Kedi uyur.", dense_rank=1), hit("Köpek.", 0.8, "b.md")]) > base
    assert confidence("kedi süt", idf, [hit("Kedi uyur."), hit("Köpek.", 0.2, "b.md")]) > base
    assert confidence("kedi süt", idf, [hit("Kedi uyur."), hit("Köpek.", 0.8)]) > base
    assert confidence("kedi süt E-1042", idf, [hit("Kedi uyur."), hit("Köpek.", 0.8, "b.md")]) < base


def test_nothing_found_or_nothing_asked():
    assert confidence("kedi", one, []) == 0.0
    assert confidence("?", one, [hit("Kedi.")]) == 0.0
    assert confidence("kedi", one, [hit("Köpek.")]) < 0.15
