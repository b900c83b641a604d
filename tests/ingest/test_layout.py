from collections.abc import Sequence

import pytest

from ingest.layout import arrange, body_size
from ingest.lines import Line

SENTENCES = (
    "Pompayı çalıştırmadan önce vanaları açın ve basıncı ölçün.",
    "Titreşim sınırı aşarsa pompa hemen durdurulmalıdır.",
    "Bakım ekibi her hafta yatakları ve contaları denetler.",
    "Sızıntı görülürse salmastra yenisiyle değiştirilir.",
    "Yağ düzeyi göstergenin ortasında olmalı, değilse eklenmelidir.",
)


def body(page: int, first: float = 700, leading: float = 14) -> list[Line]:
    """Five lines of running text, different on each page."""
    return [
        Line(f"{sentence} {chr(97 + page)}", 72, first - leading * n, 10)
        for n, sentence in enumerate(SENTENCES)
    ]


def texts(pages: Sequence[Sequence[Line]]) -> list[list[str]]:
    return [[line.text for line in page] for page in arrange(pages).pages]


def kept(pages: Sequence[Sequence[Line]]) -> set[str]:
    return {text for page in texts(pages) for text in page}


def test_headers_footers_and_page_numbers_are_dropped() -> None:
    pages = [
        [Line("Pompa Kılavuzu R7", 72, 780, 9), Line(f"Sayfa {n + 1}/4", 72, 30, 9), *body(n),
         Line(f"- {n + 5} -", 300, 50, 10)]
        for n in range(4)
    ]  # fmt: skip
    arranged = arrange(pages)
    assert arranged.pages == [body(n) for n in range(4)]
    assert arranged.counts == {"running": 12}


def test_headers_of_alternate_pages_and_roman_numbers() -> None:
    romans = ("i", "ii", "iii", "iv", "v", "vi")
    pages = [
        [Line("Yazar Adı" if n % 2 else "Makale Adı", 72, 780, 9), *body(n), Line(romans[n], 300, 40, 10)]
        for n in range(6)
    ]
    assert texts(pages) == [[line.text for line in body(n)] for n in range(6)]


def test_a_letterhead_table_is_dropped() -> None:
    pages = [
        [
            Line("| Kurum | Doküman No | 12 |", 72, 780, 10, role="row"),
            Line("| --- | --- | --- |", 72, 780, 10, role="row"),
            *(Line(f"|  | Alan {k} | 3 |", 72, 780 - 14 * k, 10, role="row") for k in range(1, 5)),
            Line(f"|  | Sayfa | {n} |", 72, 710, 10, role="row"),
            *body(n, first=697),
        ]
        for n in range(1, 4)
    ]
    assert arrange(pages).pages == [body(n, first=697) for n in range(1, 4)]


@pytest.mark.parametrize(
    ("line", "pages"),
    [
        (Line("Pompa Kılavuzu", 72, 780, 9), 2),  # too few pages
        (Line("Aynı cümle her sayfanın başında duruyor ve", 72, 714, 10), 4),  # part of the paragraph
        (Line("Slayt Başlığı", 72, 780, 14), 3),  # larger than the body and on few of the pages
        (Line("| Parça | Adet |", 72, 780, 10, role="row"), 3),  # header of a table of some pages
        (Line("1984", 72, 780, 10), 4),  # a number that does not count pages
        (Line("}", 72, 686.5, 10), 4),  # in the middle
    ],
)
def test_what_is_not_surely_running_stays(line: Line, pages: int) -> None:
    document = [[line, *body(n)] for n in range(pages)] + [body(n) for n in range(pages, 10)]
    if pages == 2:
        document = document[:2]
    assert sum(line in page for page in arrange(document).pages) == pages


def test_the_same_page_again_is_no_running_line() -> None:
    pages = [body(0) for _ in range(4)]
    assert arrange(pages).pages == pages


def test_lines_without_places_stay() -> None:
    pages = [[Line("Başlık"), Line(f"{n}"), Line("Metin burada.")] for n in range(1, 6)]
    assert arrange(pages).pages == pages


def test_bullets_become_items() -> None:
    page = [
        Line("\uf0b7 Vanayı açın", 72, 700, 10), Line("• Basıncı ölçün", 72, 686, 10),
        Line("➢\u00a0Pompayı durdurun", 72, 672, 10), Line("1) Kapağı sökün", 72, 658, 10),
        Line("a) Contayı yenileyin", 72, 644, 10), Line("Metin · arası", 72, 630, 10),
        Line("| • | a |", 72, 616, 10, role="row"),
    ]  # fmt: skip
    arranged = arrange([page])
    items = [line for line in arranged.pages[0] if line.role == "item"]
    assert [line.text for line in items] == [
        "- Vanayı açın", "- Basıncı ölçün", "- Pompayı durdurun", "1) Kapağı sökün", "a) Contayı yenileyin"
    ]  # fmt: skip
    assert arranged.counts == {"bullets": 3}


def test_gaps_part_paragraphs() -> None:
    page = [*body(0), *body(1, first=620), *body(2, first=620 + 80)]
    parted = [line.text for line in arrange([page]).pages[0]]
    assert [i for i, text in enumerate(parted) if not text] == [5]  # not where the next column begins


def test_wide_spacing_is_no_gap() -> None:
    assert "" not in kept([body(0, leading=24)])


def test_blank_lines_stay_but_one_and_tables_stand_apart() -> None:
    page = [
        Line(""),
        body(0)[0],
        Line(" ".strip()),
        Line(""),
        body(0)[1],
        Line("| a | b |", role="row"),
        Line(""),
    ]
    first, second = SENTENCES[0] + " a", SENTENCES[1] + " a"
    assert texts([page]) == [[first, "", second, "", "| a | b |"]]


def test_a_large_initial_joins_its_line() -> None:
    page = [Line("U", 57, 575, 42), Line("nix güzeldir.", 86, 599, 10), Line("Devamı burada.", 86, 587, 10)]
    assert texts([page]) == [["Unix güzeldir.", "Devamı burada."]]
    page = [Line("A", 57, 575, 42), Line("Birinci kısım.", 86, 599, 10)]
    assert "A" in kept([page])


def test_body_size_is_that_of_the_running_text() -> None:
    cells = [Line("12", 72, 400, 8) for _ in range(100)]
    assert body_size([[*body(0), *cells, Line("Başlık", 72, 800, 16)]]) == 10
    assert body_size([]) == body_size([[Line("")]]) == 0


def test_empty_documents_and_pages() -> None:
    assert arrange([]).pages == []
    assert arrange([[], [Line("")], []]).pages == [[], [], []]


def test_a_page_of_many_lines_takes_linear_time() -> None:
    page = [Line("Aynı satır", n % 500, 800 - n % 700, 10) for n in range(50_000)]
    assert len(arrange([page] * 3).pages[0]) >= 49_000
