"""The signs of hits that can be checked by hand, and what they are worth."""

import pytest

from assistant.confidence import confidence, signs
from assistant.records import Chunk, Hit


def hit(text, score=0.9, source="a.md", dense_rank=None):
    return Hit(Chunk(source, "Belge", (), None, text, 0), score, dense_rank=dense_rank)


def test_the_signs():
    hits = [hit("Kedi uyur.", 0.9, dense_rank=2), hit("Süt beyazdır.", 0.5), hit("Su.", 0.4, "b.md")]
    covered, agreed, lead, same, missing = signs({"kedi": 3.0, "sut": 1.0, "inek": 1.0}, hits)
    assert covered == pytest.approx(9 / 11)
    known = 4 / 5
    assert agreed == pytest.approx(known / 2)
    assert lead == pytest.approx(known * 0.5)
    assert same == pytest.approx(known * 2 / 5)
    assert missing == 0.0


def test_the_lead_is_over_the_fifth():
    hits = [hit("Kedi.", 0.9 - n / 10) for n in range(7)]
    assert signs({"kedi": 1.0}, hits)[2] == pytest.approx(0.4)


def test_a_code_that_stands_nowhere():
    assert signs({"e-1042": 1.0}, [hit("E-1043 budur.")])[4] == 1.0
    assert signs({"e-1042": 1.0}, [hit("Kedi."), hit("E-1042 budur.")])[4] == 0.0


def test_each_sign_moves_the_confidence_its_way():
    weights = {"kedi": 2.0, "sut": 1.0}
    base = confidence(weights, [hit("Kedi uyur."), hit("Köpek.", 0.8, "b.md")])
    assert confidence(weights, [hit("Kedi süt içer."), hit("Köpek.", 0.8, "b.md")]) > base
    assert confidence(weights, [hit("Kedi uyur.", dense_rank=1), hit("Köpek.", 0.8, "b.md")]) > base
    assert confidence(weights, [hit("Kedi uyur."), hit("Köpek.", 0.2, "b.md")]) > base
    assert confidence(weights, [hit("Kedi uyur."), hit("Köpek.", 0.8)]) > base
    assert confidence(weights | {"e-1042": 0.0}, [hit("Kedi uyur."), hit("Köpek.", 0.8, "b.md")]) < base


def test_nothing_found_or_nothing_asked():
    assert confidence({"kedi": 1.0}, []) == 0.0
    assert confidence({}, [hit("Kedi.")]) == 0.0
    assert confidence({"kedi": 1.0}, [hit("Köpek.")]) < 0.1
