"""The outline of a document: which sections, which sentences, and that they are verbatim."""

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest

from assistant.outline import LIMIT, Outline, outline, sections, spread, tells
from assistant.records import Chunk, Place
from assistant.sentences import units

SENTENCE = "Pompanın {what} her altı ayda bir yetkili servis tarafından denetlenir ve kaydedilir."


def made(chunks: Sequence[Chunk], title: str = "Pompa") -> Outline:
    by_id = {chunk.id: chunk for chunk in chunks}
    places = [Place(chunk.id, chunk.headings, len(chunk.text)) for chunk in chunks]
    return outline(title, places, lambda ids: {id: by_id[id] for id in ids if id in by_id}, lambda key: 1.0)


def chunk(id: int, heading: str, text: str) -> Chunk:
    return Chunk("pompa.md", "Pompa", ("Pompa", heading) if heading else (), None, text, id, id)


def chapters(count: int, long: str = "") -> list[Chunk]:
    return [
        chunk(n, f"Bölüm {n}", f"{SENTENCE.format(what=f'{n}. parçası')} {long}") for n in range(1, count + 1)
    ]


def test_headings_in_order_with_a_sentence_and_its_mark() -> None:
    text = "".join(made(chapters(3, "Ayrıca bunun bir nedeni daha vardır. " * 6)).parts)
    assert text.startswith("**Pompa**\n\n- **Bölüm 1:** Pompanın 1. parçası her altı ayda bir")
    assert text.index("Bölüm 1:") < text.index("Bölüm 2:") < text.index("Bölüm 3:") and text.endswith("[3]")


@pytest.mark.parametrize("count", [0, 1, 2, 7, 30, 1000])
def test_marks_quotes_and_length_hold_for_documents_of_any_size(count: int) -> None:
    chunks = chapters(count, "Yağ seviyesi göstergeden okunur ve eksikse tamamlanır. " * 9)
    found = made(chunks)
    text = "".join(found.parts)
    assert len(text) <= LIMIT and bool(found.parts) == bool(count)
    assert [c.number for c in found.citations] == list(range(1, len(found.hits) + 1))
    for citation in found.citations:
        assert citation.quote in found.hits[citation.hit].chunk.text and f"[{citation.number}]" in text


def test_every_sentence_is_verbatim_in_the_chunk_of_its_mark() -> None:
    draw = random.Random(4)
    words = "pompa vana İĞNE ısıtıcı “kazan” `kod -x` **önemli** %5 <b> (bkz. 3.2) yağ, conta"
    for _ in range(60):
        chunks = [
            chunk(
                n + 1,
                draw.choice(["", f"Başlık {n // 3}"]),
                draw.choice(["\n", " ", "\n\n- "]).join(
                    f"{draw.choice(['Yeni', 'kısa'])} {' '.join(draw.choices(words.split(), k=9))} çalışır."
                    for _ in range(draw.randrange(1, 8))
                ),
            )
            for n in range(draw.randrange(1, 40))
        ]
        found = made(chunks)
        for part in found.parts[1:]:
            body, _, mark = part.rpartition(" [")
            text = " ".join(found.hits[int(mark.rstrip("]")) - 1].chunk.text.split())
            said = body.partition(":** ")[2] or body.strip().removeprefix("- ")
            assert said.strip() in text


def test_without_headings_the_central_sentences_in_reading_order() -> None:
    texts = [
        "Pompa yağı altı ayda bir yenilenir ve süzülür.",
        "Bugün hava oldukça güzel ve güneşli görünüyor.",
    ]
    texts += [f"Pompa yağı {n} derecede süzülür ve yenilenir." for n in (40, 60)]
    found = made([chunk(1, "", " ".join(texts))], "Yağ")
    assert "".join(found.parts).index("altı ayda") < "".join(found.parts).index("60 derecede")


def test_contents_and_references_are_passed_over() -> None:
    chunks = chapters(3, "x" * 200)
    chunks += [chunk(9, "KAYNAKÇA", SENTENCE.format(what="kaynağı") * 3)]
    assert "KAYNAKÇA" not in "".join(made(chunks).parts)


def test_a_document_of_code_and_scraps_has_no_outline() -> None:
    assert (
        made([chunk(1, "Kod", "```\nx = 1\n```"), chunk(2, "Tablo", "| a | b |\n|---|---|\n| 1 | 2 |")]).parts
        == ()
    )
    assert made([]).parts == ()


def test_sections_go_as_deep_as_it_takes_and_are_spread_evenly() -> None:
    places = [Place(n, ("Kitap", f"Kısım {n // 4}", f"Bölüm {n}"), 300) for n in range(12)]
    assert [one.heading for one in sections(places)] == ["Kısım 0", "Kısım 1", "Kısım 2"]
    many = sections([Place(n, (f"B{n}",), 300 + n % 10) for n in range(1000)])
    picked = [int(one.heading[1:]) for one in spread(many, 6)]
    assert picked == sorted(picked) and len(picked) == 6 and all(n % 10 == 9 for n in picked)
    assert max(b - a for a, b in pairwise(picked)) < 340


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (SENTENCE.format(what="gövdesi"), True),
        ("verilir ve sonra da iade edilir, başka bir işlem yapılmaz.", False),
        ("Bakım ve onarım işleri için gereken başlıca araçlar", False),
        ("KP-200 | 12 | 45 | 88 | 92 | 101 | 77 | 13.", False),
        ("Ayrıntı için https://ornek.com/sayfa adresine bakabilirsiniz lütfen.", False),
        ("Kısa kalır.", False),
    ],
)
def test_only_whole_sentences_are_quoted(text: str, whole: bool) -> None:
    assert [tells(unit) for unit in units(text)][:1] == [whole]
