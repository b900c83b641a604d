import pytest

from ingest.lines import Line
from ingest.pdf_titles import set_apart

PROSE = (
    "Pompayı çalıştırmadan önce vanaları açın ve basıncı ölçün.",
    "Titreşim sınırı aşarsa pompa hemen durdurulmalıdır, yoksa",
    "yataklar ve contalar bozulur, sızıntı artar ve durur.",
)


def document(*titles: Line, pages: int = 1) -> list[list[Line]]:
    """Pages on which each title is followed by a paragraph, after a first paragraph."""
    made = []
    for _ in range(pages):
        page: list[Line] = []
        y = 800.0
        for title in (None, *titles):
            block = [title] if title else []
            block += [Line(text, 72, 0, 10, font="Times") for text in PROSE]
            for line in [*block, Line("")]:
                page.append(Line(line.text, line.x, y, line.size, line.bold, line.font, line.role))
                y -= 14
        made.append(page)
    return made


def found(pages: list[list[Line]]) -> list[tuple[int, str]]:
    """Level and first line of each title."""
    titles = sorted(set_apart(pages), key=lambda title: (title.page, title.line))
    return [(title.level, pages[title.page][title.line].text) for title in titles]


def line(text: str, size: float = 10, bold: bool = False, font: str = "Times", x: float = 72) -> Line:
    return Line(text, x, 0, size, bold, font)


def test_levels_by_size() -> None:
    pages = document(line("Pompa Kılavuzu", 18), line("Bakım", 14), line("Yağlama", 12), line("Onarım", 14),
                     line("Salmastra", 12))  # fmt: skip
    assert found(pages) == [
        (1, "Pompa Kılavuzu"), (2, "Bakım"), (3, "Yağlama"), (2, "Onarım"), (3, "Salmastra")
    ]  # fmt: skip


def test_levels_by_number_and_those_like_them() -> None:
    names = "1. GİRİŞ", "1.1 Amaç", "1.2.3 Kapsam", "2.Yöntem", "1.3 Dayanak", "KAYNAKÇA", "Ekler"
    pages = document(*(line(name, bold=True) for name in names))
    assert found(pages) == [
        (1, "1. GİRİŞ"), (2, "1.1 Amaç"), (3, "1.2.3 Kapsam"), (1, "2.Yöntem"), (2, "1.3 Dayanak"),
        (1, "KAYNAKÇA"), (2, "Ekler"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "pair",
    [
        (line("GİRİŞ"), line("YÖNTEM")),  # capitals
        (line("Giriş", font="ABCDEF+Arial-Regular"), line("Yöntem", font="ABCDEF+Arial-Regular")),
        (line("Giriş", bold=True), line("Yöntem", bold=True)),
    ],
)
def test_ways_to_be_set_apart(pair: tuple[Line, Line]) -> None:
    assert [text for _, text in found(document(*pair))] == [one.text for one in pair]


@pytest.mark.parametrize(
    "text",
    [
        "Şekil 3. Pompanın kesiti", "Tablo 2 Parçalar", "Giriş ............ 5", "küçük harfle başlar",
        "Cümle burada biter.", "x = 2 + 3", "E-posta: a@b.tr", "Danışman : Ayşe Yılmaz",
        "Geliş Tarihi: 12.05.2021", "Ayşe Yılmaz 1 Ali Demir 2", "- Madde imi", "12", "a" * 200,
    ],
)  # fmt: skip
def test_what_does_not_look_like_a_title(text: str) -> None:
    assert found(document(line(text, 14), line(text + "", 14))) == []


def test_bold_words_inside_the_text_are_no_titles() -> None:
    pages = document(line("Kalın satır", bold=True), line("Kalın satır", bold=True))
    run_in = [one for one in pages[0] if one.text]  # no gap before them, and no sentence ends there
    pages[0] = [Line(one.text.rstrip("."), one.x, one.y, one.size, one.bold, one.font) for one in run_in]
    assert found(pages) == []


def test_a_table_cell_out_of_line_is_no_title() -> None:
    cells = [line("Ortalama ortaklama", bold=True, x=211) for _ in range(3)]
    assert found(document(*cells)) == []
    assert found(document(line("Ortalama", bold=True), line("Ortaklama", bold=True))) != []


def test_a_style_of_paragraphs_gives_none() -> None:
    bold = [line(PROSE[0], bold=True), line(PROSE[2], bold=True), line("Kısa satır", bold=True)]
    assert found(document(*bold)) == []


def test_code_rows_and_body_lines_are_no_titles() -> None:
    code = [line("Komut Satırı", 14, font="CourierNew-Bold") for _ in range(3)]
    rows = [Line("| A | B |", 72, 0, 14, role="row")]
    assert found(document(*code, *rows, line("Gövde harfleriyle satır"))) == []


def test_covers_and_contents_give_none() -> None:
    cover = [Line("GEBZE ÜNİVERSİTESİ", 72, 700, 20), Line("Ali Yılmaz", 72, 600, 16)]
    contents = [Line(f"{n}. Bölüm Adı {n * 7}", 72, 700 - 20 * n, 14) for n in range(1, 9)]
    leaders = [Line(f"Bölüm Adı .......... {n}", 72, 700 - 20 * n, 14) for n in range(8)]
    assert found([cover, contents, leaders, *document(line("1. Giriş", 14), line("2. Son", 14))]) == [
        (1, "1. Giriş"), (1, "2. Son")
    ]  # fmt: skip


def test_authors_above_the_text_of_the_first_page_are_no_titles() -> None:
    front = [Line("Makalenin Adı", 72, 830, 18), Line(""), Line("Ayşe Yılmaz", 72, 815, 14), Line("")]
    (first,) = document(line("Giriş", 14), line("Sonuç", 14))
    assert found([[*front, *first]]) == [(1, "Makalenin Adı"), (2, "Giriş"), (2, "Sonuç")]


def test_a_title_of_two_lines() -> None:
    pages = document(line("Uzun Bir Bölüm Adının İlk Satırı", 14), line("Kısa", 14))
    pages[0].insert(5, Line("ve İkincisi", 72, pages[0][4].y - 7, 14))
    first, _ = sorted(set_apart(pages), key=lambda title: title.line)
    assert (first.line, first.count) == (4, 2)


def test_headers_of_a_short_chapter_are_no_titles() -> None:
    pages = document(line("8.1 Pompa Bakımı", bold=True), line("8.2 Onarım", bold=True), pages=1)
    header = [Line("POMPA BAKIMI", 72, 830, 10), Line("")]
    assert found([pages[0], [*header, *document()[0]], [*header, *document()[0]]]) == [
        (2, "8.1 Pompa Bakımı"), (2, "8.2 Onarım")
    ]  # fmt: skip


def test_no_text_no_titles() -> None:
    assert set_apart([]) == set_apart([[]]) == set_apart([[Line("Yersiz ve boyutsuz")]]) == []


def test_a_first_page_of_numbers_alone_has_no_titles() -> None:
    numbers = [Line("1 2 3 4 5 6 7 8 9 0 " * 3, 72, 700 - 12 * n, 10) for n in range(6)]
    assert set_apart([[Line("2024", 72, 800, 20, bold=True), Line(""), *numbers]]) == []
