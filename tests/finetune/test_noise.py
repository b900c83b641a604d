import random

import pytest

from finetune import noise
from finetune.noise import noisy

QUESTION = "Oturum açma sayfasında `session.gc_maxlifetime` değerini nasıl değiştiririm?"


def draw(seed=0):
    return random.Random(seed)


def test_each_kind() -> None:
    question = "Işık şiddeti İSTANBUL sensöründe nasıl ölçülür?"
    assert noise.folded(question, draw()) == "isik siddeti istanbul sensorunde nasil olculur?"
    assert noise.lowered("Işık İzmir ÇIĞ nedir?", draw()) == "ışık izmir çığ nedir?"
    assert noise.unmarked("Işık nedir?", draw()) == "Işık nedir"
    assert noise.keywords_only("Işık şiddeti nasıl ölçülür?", draw()) == "Işık şiddeti ölçülür"


def test_a_slip_is_one_letter_of_one_word() -> None:
    changed = 0
    for seed in range(50):
        slip = noise.slipped("Önbellek nasıl temizlenir?", draw(seed))
        before, after = ["Önbellek", "nasıl", "temizlenir?"], slip.split()
        different = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert len(different) <= 1
        assert all(abs(len(a) - len(b)) <= 1 and a[0] == b[0] for a, b in different)
        changed += bool(different)
    assert changed > 40


def test_endings_are_clipped_but_not_whole_words() -> None:
    found = {noise.clipped("parolalarını kullanıcıların evde", draw(seed)) for seed in range(20)}
    assert "parola kullanıcı evde" in found


@pytest.mark.parametrize("seed", range(60))
def test_names_of_code_are_never_touched(seed: int) -> None:
    assert "session.gc_maxlifetime" in noisy(QUESTION.replace("`", ""), draw(seed))


def test_noise_is_drawn_by_the_seed_and_never_empties_a_question() -> None:
    texts = ("Nedir?", "Ne?", "?", "git", QUESTION)
    for text, seed in ((text, seed) for text in texts for seed in range(40)):
        assert noisy(text, draw(seed)) == noisy(text, draw(seed))
        assert noisy(text, draw(seed)).strip()
    assert len({noisy(QUESTION, draw(seed)) for seed in range(60)}) > 10
