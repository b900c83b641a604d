from collections.abc import Sequence
from dataclasses import replace

from assistant.records import Heading
from ingest.lines import Line
from ingest.pdf_headings import find_titles, heading_records


def page(text: str) -> list[Line]:
    """A page with these lines, from its top down."""
    return [Line(line, 72, 700 - 14 * n, 10) for n, line in enumerate(text.split("\n"))]


def found(
    pages: Sequence[Sequence[Line]], outline: Sequence[tuple[int, str, int]] = ()
) -> list[tuple[int, str, int, str]]:
    """Level, text, page and the line at the offset of each heading."""
    shown = []
    for heading in heading_records(pages, find_titles(pages, outline)):
        text = "\n".join(line.text for line in pages[heading.page])
        assert heading.offset == 0 or text[heading.offset - 1] == "\n"
        shown.append((heading.level, heading.text, heading.page, text[heading.offset :].partition("\n")[0]))
    return shown


def test_outline_entries_are_found_on_their_pages() -> None:
    pages = [
        page("Kapak"),
        page("3\n1. GİRİŞ\nMetin burada.\n1.1 Işık ve\n\nSes\nDevam."),
        page("Giriş sözü geçer.\nSonuç\nBitti."),
    ]
    outline = [(1, "Giriş", 1), (2, "1.1 Işık ve Ses", 1), (1, "Sonuç", 2), (1, "Yok böyle", 2)]
    assert found(pages, outline) == [
        (1, "Giriş", 1, "1. GİRİŞ"), (2, "1.1 Işık ve Ses", 1, "1.1 Işık ve"),
        (1, "Yok böyle", 2, "Giriş sözü geçer."), (1, "Sonuç", 2, "Sonuç"),
    ]  # fmt: skip


def test_an_outline_of_another_document_is_not_believed() -> None:
    outline = [(1, "Bir", 0), (1, "İki", 0), (1, "Üç", 0), (1, "Satır", 0), (1, "Dışarı", 7), (1, "--", 0)]
    assert found([page("Satır\nMetin burada.")], outline) == []


def test_articles_of_a_regulation() -> None:
    pages = [
        page("BİRİNCİ BÖLÜM\nAmaç ve Kapsam\nAmaç\nMADDE 1 – (1) Amacı budur.\nKapsam\nMADDE 2- Kapsar."),
        page("devamı, MADDE 2 uyarınca.\nGEÇİCİ MADDE 1 – (1) Geçicidir."),
    ]
    assert found(pages) == [
        (1, "BİRİNCİ BÖLÜM – Amaç ve Kapsam", 0, "BİRİNCİ BÖLÜM"), (2, "MADDE 1 – Amaç", 0, "Amaç"),
        (2, "MADDE 2 – Kapsam", 0, "Kapsam"), (2, "GEÇİCİ MADDE 1", 1, "GEÇİCİ MADDE 1 – (1) Geçicidir."),
    ]  # fmt: skip
    assert found([page("MADDE 1 – Tek.\nMADDE 2 – İki.")]) == []


def test_a_bold_name_may_stand_apart_from_its_article() -> None:
    lines = page("Amaç\n\nMADDE 1 – Bir.\n\nKapsam\n\nMADDE 2 – İki.\nMADDE 3 – Üç.")
    lines[0] = replace(lines[0], bold=True)
    assert [heading[1] for heading in found([lines])] == ["MADDE 1 – Amaç", "MADDE 2", "MADDE 3"]


def test_wording_and_offsets_are_of_the_repaired_lines() -> None:
    broken = [page("Amac¸ ve is¸ler\nA¸cıklama\nMADDE 1 – Bir.\nMADDE 2 – ˙Iki.\nMADDE 3 – Üç.")]
    titles = find_titles(broken)
    repaired = [page("Amaç ve işler\nAçıklama\nMADDE 1 – Bir.\nMADDE 2 – İki.\nMADDE 3 – Üç.")]
    first, second, _ = heading_records(repaired, titles)
    assert first == Heading(2, "MADDE 1 – Açıklama", 0, len("Amaç ve işler\n"))
    assert second.offset == len("Amaç ve işler\nAçıklama\nMADDE 1 – Bir.\n")


def test_a_title_whose_line_was_emptied_is_dropped() -> None:
    pages = [page("Bir\nMADDE 1 – a.\nMADDE 2 – b.\nMADDE 3 – c.")]
    titles = find_titles(pages)
    emptied = [[replace(line, text="") for line in pages[0]]]
    assert heading_records(emptied, titles) == ()


def test_many_entries_and_lines_take_linear_time() -> None:
    pages = [[Line(f"Satır {n}", 72, n, 10) for n in range(3000)]] * 3
    outline = [(1, f"Satır {n}", n % 3) for n in range(20_000)]
    assert len(find_titles(pages, outline)) <= 20_000
    assert find_titles([]) == find_titles([[]]) == ()
