from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from ingest import ocr, pdfium, reread
from ingest.lexicon import Lexicon, lexicon_of, words_of
from ingest.lines import Line
from ingest.pdf_lines import open_pdf, page_lines
from ingest.reread import Reading, read_again, settle
from tests.pdf_files import PROSE, drawn, images, joined, on_canvas, scanned, spelled

LEXICON: Lexicon = lexicon_of(words_of(PROSE))
TORN = PROSE.replace("ı", " ı ").replace("ü", "ü ")
GARBLED = "".join(chr(max(33, ord(c) - 29)) if c.isalpha() and c < "~" else c for c in PROSE)
needs_tesseract = pytest.mark.skipif(ocr.find_ocr() is None, reason="no tesseract with Turkish")

Recognise = Callable[[Image.Image, float], list[Line]]


def placed(text: str) -> list[Line]:
    return [Line(line, 72, 750 - 21 * n, 14) for n, line in enumerate(text.split("\n"))]


def first_reading(data: bytes) -> Reading:
    return settle([page_lines(page) for page in open_pdf(data).pages], LEXICON)


def shown(reading: Reading) -> list[str]:
    return ["\n".join(line.text for line in page if line.text) for page in reading.pages]


def with_ocr(monkeypatch: pytest.MonkeyPatch, recognise: Recognise | None) -> None:
    monkeypatch.setattr(ocr, "find_ocr", lambda: recognise)


def never(_: Image.Image, __: float) -> list[Line]:
    raise AssertionError("no page needs OCR")


def test_settling_arranges_and_repairs() -> None:
    pages = [
        placed(f"Do˘gru  bir\u00a0yağ-\nmurlu sabahı\n{'a' * n} {n}. ağaç\n{PROSE}") for n in range(1, 5)
    ]
    reading = settle([[*page, Line(str(n), 300, 30, 14)] for n, page in enumerate(pages, 1)], LEXICON)
    assert shown(reading)[0] == f"Doğru bir yağmurlu\nsabahı\na 1. ağaç\n{PROSE}"
    assert (reading.counts["running"], reading.counts["accents"], reading.counts["hyphens"]) == (4, 4, 4)
    assert reading.unread == {}


def test_a_line_that_went_up_whole_parts_no_paragraphs() -> None:
    reading = settle([placed("Bir yağ-\nmurlu\nsonbahar sabahı")], LEXICON)
    assert [line.text for line in reading.pages[0]] == ["Bir yağmurlu", "sonbahar sabahı"]


def test_good_pages_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfium, "opened", lambda _: pytest.fail("a good page is read again"))
    reading = settle([placed(PROSE + "\n" + PROSE)], LEXICON)
    assert read_again(b"", reading, LEXICON) is reading


def test_poor_pages_are_read_by_the_second_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, never)
    data = drawn([PROSE, PROSE, PROSE])
    poor = PROSE.replace("a", "x").replace("ı", "q")
    reading = read_again(data, settle([placed(PROSE), placed(poor), []], LEXICON), LEXICON)
    assert shown(reading) == [PROSE] * 3
    assert (reading.counts["second reader"], reading.unread) == (2, {})


def test_the_better_reading_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, never)
    poor = PROSE + "\n" + "bkzgt ve " * 9
    first = settle([placed(poor), placed(poor)], LEXICON)
    reading = read_again(drawn([TORN, poor.replace("ve", "vxkq")]), first, LEXICON)
    assert shown(reading) == shown(first)
    assert "second reader" not in reading.counts


def test_a_piece_of_a_page_is_not_better_than_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, never)
    first = settle([placed(PROSE + "\nbkzgt kvz wqx plk ğzz")], LEXICON)
    assert read_again(drawn(["Akşama doğru"]), first, LEXICON).pages == first.pages


def test_blank_pages_and_pages_of_a_number_are_well_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, never)
    data = drawn([PROSE, "", "12", "EKLER"])
    reading = read_again(data, first_reading(data), LEXICON)
    assert shown(reading) == [PROSE, "", "12", "EKLER"]
    assert reading.unread == {}


@pytest.mark.parametrize("text", ["x = y + 2\n3 4 5", "kernel<<<grid, block>>>(a, b);", "12 13 14\n15 16 17"])
def test_few_words_need_no_ocr(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, never)
    data = drawn([text])
    assert read_again(data, first_reading(data), LEXICON).unread == {}


def test_english_needs_no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, never)
    line = "The strength of this method is that it works without any other knowledge"
    data = drawn(["\n".join([line] * 20)], 10)
    assert read_again(data, first_reading(data), LEXICON).unread == {}


def test_without_ocr_scanned_and_garbled_pages_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, None)
    data = joined(drawn([PROSE]), scanned(drawn([PROSE])), spelled([GARBLED * 3]))
    reading = read_again(data, first_reading(data), LEXICON)
    assert shown(reading) == [PROSE, "", ""]
    assert sorted(reading.unread) == [1, 2]
    for reason in reading.unread.values():
        assert reason.tr.startswith("Taranmış ya da okunamayan sayfa; metin tanıma (OCR) için tesseract-ocr")
        assert 'pip install "kilavuz[ocr]"' in reason.en


def with_header(canvas: Canvas, header: str) -> None:
    canvas.drawInlineImage(images(drawn([PROSE]), 150)[0], 0, 0, 595, 802)
    canvas.setFont("Vera", 10)
    canvas.drawString(72, 815, header)


@pytest.mark.parametrize("header", ["7", "Kısa Başlık", "Kurulum Kılavuzu – 7"])
def test_a_header_does_not_make_a_scanned_page_read(header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, None)
    data = on_canvas([header], with_header)
    reading = read_again(data, first_reading(data), LEXICON)
    assert list(reading.unread) == [0]
    assert shown(reading) == [header]  # what there is of text stays searchable
    assert reading.unread[0].tr.startswith(
        "Bu sayfada görüntü içindeki yazı okunmadı; metin tanıma (OCR) için"
    )


def test_a_running_header_does_not_make_a_scanned_page_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(canvas: Canvas, page: str) -> None:
        canvas.setFont("Vera", 10)
        canvas.drawString(72, 815, "Kurulum Kılavuzu")
        canvas.drawString(500, 815, page)
        for n, line in enumerate(PROSE.split("\n") if page != "3" else []):
            canvas.drawString(72, 700 - 20 * n, f"{int(page) * 'a'} {line}")
        if page == "3":
            canvas.drawInlineImage(images(drawn([PROSE]), 150)[0], 0, 0, 595, 802)

    with_ocr(monkeypatch, None)
    data = on_canvas(["1", "2", "3", "4"], draw)
    reading = read_again(data, first_reading(data), LEXICON)
    assert reading.counts["running"] >= 6
    assert list(reading.unread) == [2]


def test_a_figure_with_a_caption_is_no_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, never)

    def draw(canvas: Canvas, caption: str) -> None:
        canvas.linearGradient(0, 0, 595, 842, ("#103060", "#80c0ff"))
        canvas.drawInlineImage(Image.linear_gradient("L"), 50, 300, 500, 500)
        canvas.drawString(72, 250, caption)

    data = on_canvas(["1. resim"], draw)
    assert read_again(data, first_reading(data), LEXICON).unread == {}


def test_recognised_text_is_added_to_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        Line("Kisa Baslik", 72, 814),
        *(Line(line, 72, 700 - 20 * n) for n, line in enumerate(PROSE.split("\n"))),
    ]
    with_ocr(monkeypatch, lambda *_: found)
    data = on_canvas(["Kısa Başlık"], with_header)
    reading = read_again(data, first_reading(data), LEXICON)
    assert shown(reading) == ["Kısa Başlık\n" + PROSE]
    assert (reading.counts["ocr"], reading.unread) == (1, {})


def test_recognised_text_that_is_no_better_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    noise: Sequence[Recognise] = (lambda *_: [], lambda *_: placed("xkq wrz\n" * 40))
    for recognise in noise:
        with_ocr(monkeypatch, recognise)
        data = joined(drawn([PROSE]), scanned(drawn([PROSE])))
        reading = read_again(data, first_reading(data), LEXICON)
        assert shown(reading) == [PROSE, ""]
        assert "metin tanınamadı" in reading.unread[1].tr
        assert "ocr" not in reading.counts


@pytest.mark.parametrize("header", ["7", "Kısa Başlık"])
def test_a_scanned_page_with_a_header_is_not_read_by_finding_nothing(
    header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_ocr(monkeypatch, lambda *_: [])
    data = on_canvas([header], with_header)
    reading = read_again(data, first_reading(data), LEXICON)
    assert shown(reading) == [header]
    assert "metin tanınamadı" in reading.unread[0].tr


def test_time_for_ocr_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def recognise(_: Image.Image, seconds: float) -> list[Line]:
        asked.append(seconds)
        now[0] += 50
        return placed(PROSE)

    now = [0.0]
    monkeypatch.setattr(reread.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(ocr, "SECONDS_A_FILE", 120.0)
    with_ocr(monkeypatch, recognise)
    data = scanned(drawn([PROSE] * 5), 50)
    reading = read_again(data, first_reading(data), LEXICON)
    assert asked == [60.0, 60.0, 20.0]
    assert [bool(text) for text in shown(reading)] == [True, True, True, False, False]
    assert sorted(reading.unread) == [3, 4]
    assert "dosyayı bölüp" in reading.unread[3].tr
    assert reading.counts["ocr"] == 3


@needs_tesseract
def test_scanned_pages_come_back() -> None:
    data = joined(drawn([PROSE]), scanned(drawn([PROSE]), 200))
    reading = read_again(data, first_reading(data), LEXICON)
    assert [text.split() for text in shown(reading)] == [PROSE.split()] * 2
    assert (reading.counts["ocr"], reading.unread) == (1, {})


def test_a_file_that_the_second_reader_cannot_open(monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, never)
    reading = read_again(b"", settle([placed(PROSE), []], LEXICON), LEXICON)
    assert shown(reading) == [PROSE, ""]
    assert "yeniden kaydedip" in reading.unread[1].tr


def test_all_pages_of_a_document_with_torn_words_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, never)
    good = PROSE + "\nBir pozisyon ve bir rezeksiyon " + "\n" + PROSE
    torn = good.replace("pozisyon", "poz isyon").replace("rezeksiyon", "reze ksiyon")
    first = settle([placed(torn), placed(torn)], LEXICON)
    assert read_again(drawn([good, good]), first, LEXICON).pages == first.pages  # two slips prove nothing
    first = replace(first, counts={"spaces": 2})
    reading = read_again(drawn([good, good]), first, LEXICON)
    assert shown(reading) == [good.replace(" \n", "\n")] * 2
    assert reading.counts["second reader"] == 2


def test_a_page_with_tables_is_only_given_up_for_much_better_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with_ocr(monkeypatch, never)
    text = PROSE + "\n" + "kanal tabaka sunucu bellek işlemci yazılım " * 2
    slips = text.replace("köpek", "köpxk").replace("çakınca", "çakxnca")
    table = [Line(f"| {n} | cam |", 72, 300 - 20 * n, 14, role="row") for n in range(3)]
    cells = "".join(f"\n{n} cam" for n in range(3))
    for lines, other, taken in (
        (placed(slips), text, True),
        ([*placed(slips), *table], text + cells, False),
        ([*placed(text.replace("a", "x")), *table], text + cells, True),
    ):
        first = settle([lines], LEXICON)
        reading = read_again(drawn([other]), first, LEXICON)
        assert (reading.counts.get("second reader") == 1) == taken
