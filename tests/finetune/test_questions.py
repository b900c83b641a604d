import random
from collections import Counter
from itertools import product

import pytest

from finetune.questions import MOST, PER_RULE, PER_TEMPLATE, acceptable, questions
from finetune.rules.templates import TEMPLATES
from tests.finetune.rules.chunks import chunk

TEXT = """## Dosya ekleme

Önbellek, sık kullanılan verileri hızlı bellekte tutan bir katmandır. Paketi kurmak için `pip install x`
komutunu çalıştırın. Fiziksel özellikleri nedeniyle DRAM modülleri oldukça yavaştır. Eğer karakter kümesi
belirtilmezse öntanımlı kodlama kullanılır. Orfoz kuyruğunda sunucu başına en çok 110 çekirdek kullanılabilir.
Bu komut siler.

- `session.gc_maxlifetime`: Verinin kaç saniye sonra temizleneceğini belirler.
- `session.gc_divisor`: Çöp toplayıcının olasılığını hesaplamakta kullanılır.
- `session.name`: Oturumun çerezde görünen adını belirleyen yönergedir.
"""


@pytest.mark.parametrize("side", ["train", "test"])
def test_questions_come_from_the_templates_of_their_side_alone(side) -> None:
    mine = {t for row in TEMPLATES.values() for t in getattr(row, side)}
    for seed in range(20):
        assert {one.template for one in questions(chunk(TEXT), side, random.Random(seed))} <= mine


def test_a_chunk_gives_few_questions_of_many_rules() -> None:
    for seed in range(20):
        made = questions(chunk(TEXT), "train", random.Random(seed))
        assert len(made) == MOST
        assert max(Counter(one.rule for one in made).values()) <= PER_RULE
        assert max(Counter(one.template for one in made).values()) <= PER_TEMPLATE
        assert len({one.text for one in made}) == MOST


def test_the_same_draw_gives_the_same_questions() -> None:
    first, again, other = (questions(chunk(TEXT), "train", random.Random(seed)) for seed in (1, 1, 2))
    assert first == again != other


def test_no_question_leans_on_its_text() -> None:
    texts = [
        "Bu önbellek, sık kullanılan verileri tutan bir katmandır. Şu dosya, ayarları tutan bir metindir.",
        "Yukarıdaki komutu çalıştırmak için `x` yeterlidir. Bunları silmek için `rm` komutunu kullanın.",
    ]
    for text, side, seed in product(texts, ("train", "test"), range(5)):
        made = questions(chunk(text), side, random.Random(seed))
        assert not any(one.rule != "keywords" for one in made), made


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "```", "|||", "#", "🙂" * 50, "\ud800", "a" * 5000, "## \n- \n- `"]
)
def test_odd_chunks_give_nothing_and_break_nothing(text: str) -> None:
    assert questions(chunk(text), "train", random.Random(0)) == []


@pytest.mark.parametrize(
    "question",
    [
        *("Bu nedir?", "Şu dosya ne işe yarar?", "Bunun nedeni nedir?", "Ancak dosya nedir?", "ne", "Nedir?"),
        *(
            "x" * 140,
            "{a} nedir?",
            "(dosya nedir?",
            "[bağ](yol) nedir?",
            "Yukarıdaki dosya nedir?",
            "1234 56?",
        ),
        *("Dosya silinir. Sonra nedir?", "söz " * 20),
    ],
)
def test_what_is_no_question(question: str) -> None:
    assert not acceptable(question)


@pytest.mark.parametrize(
    "question", ["Önbellek nedir?", "git rebase --abort", "ISI SENSÖRÜ", "ogrenme orani"]
)
def test_what_is_one(question: str) -> None:
    assert acceptable(question)
