from dataclasses import replace

import pytest

from assistant.errors import Message
from assistant.records import REPAIRS, Chunk, Failure, IngestReport, Repair, UnreadPage
from tests.ui.service_fakes import REASON, state
from ui import texts
from ui.report import ROWS, print_report, table
from ui.terminal import place

SCANNED = Message("Taranmış sayfa; OCR kurun.", "Scanned page; install OCR.")


def test_the_table_tells_pages_chunks_seconds_repairs_and_unread_pages() -> None:
    whole = replace(state(1, "iyi.md", 3), seconds=0.04)
    broken = replace(
        state(2, "kırık.pdf", 1200),
        pages=12,
        seconds=1.25,
        repairs=(Repair("accents", 1031), Repair("hyphens", 7)),
        unread=tuple(UnreadPage(n, SCANNED) for n in (3, 5, 6, 7)),
    )
    assert table([whole, broken], "tr") == [
        "  Belge      Sayfa   Pasaj     Süre  Onarımlar",
        "  kırık.pdf     12    1200   1,2 sn  1.031 sözcükte ayrık aksan · satır sonunda bölünmüş 7 sözcük",
        "    okunamayan sayfalar: 3, 5–7 – Taranmış sayfa; OCR kurun.",
        "  iyi.md         –       3   0,0 sn",
    ]


def test_a_long_table_shows_what_was_mended_and_counts_the_rest() -> None:
    files = [state(n, f"{n:03}.md", 2) for n in range(ROWS + 5)]
    files[-1] = replace(files[-1], repairs=(Repair("glued", 1),))
    lines = table(files, "en")
    assert len(lines) == ROWS + 2
    assert lines[1].split()[0] == f"{ROWS + 4:03}.md"
    assert lines[-1].strip().startswith("… and 5 more documents (10 chunks)")


def test_a_name_cannot_drive_the_terminal_or_break_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    bad = replace(state(1, "x.md", 1), source="kötü\x1b[31m\nad" + "a" * 300 + "son.md")
    print_report(IngestReport(added=1, read=(bad,), failures=(Failure("y\x1b.pdf", REASON),)), "tr")
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert next(line for line in said.split("\n") if "son.md" in line).startswith("  …")
    assert "Okunamayan dosyalar (1):" in said


def test_every_kind_of_repair_has_its_words() -> None:
    assert set(texts.REPAIRS) == set(REPAIRS)
    assert all("{count}" in said.tr and "{count}" in said.en for said in texts.REPAIRS.values())


def test_numbers_are_drawn_together() -> None:
    assert texts.ranges([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"
    assert texts.ranges([]) == ""


def test_the_printed_page_number_stands_beside_the_files_own() -> None:
    chunk = Chunk("a.pdf", "A", (), 5, "metin", 0)
    assert place(chunk, "tr") == "a.pdf, s. 5"
    assert place(replace(chunk, page_label="iii"), "tr") == "a.pdf, s. 5 (basılı: iii)"
    assert texts.page(replace(chunk, page_label="iii"), "en") == "page 5 (printed: iii)"
    assert texts.page(replace(chunk, page=None), "tr") == ""
