import builtins
import sys
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from ingest import ocr
from tests.pdf_files import PROSE, drawn, images

pytesseract = pytest.importorskip("pytesseract")
needs_tesseract = pytest.mark.skipif(ocr.find_ocr() is None, reason="no tesseract with Turkish")


def table(*words: tuple[str, float, int, int, int, int]) -> dict[str, list[Any]]:
    """Tesseract's table for words of one block: text, confidence, paragraph, line, left, top."""
    names = ("text", "conf", "par_num", "line_num", "left", "top")
    columns: dict[str, list[Any]] = {name: [word[i] for word in words] for i, name in enumerate(names)}
    return columns | {"block_num": [1] * len(words), "height": [30] * len(words)}


def recognised(
    found: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, float, float]]:
    monkeypatch.setattr(pytesseract, "image_to_data", lambda *_, **__: found)
    image = Image.new("L", (100, 600))
    image.info["dpi"] = (150, 150)
    return [(line.text, line.x, line.y) for line in ocr.recognise(image, 1)]


def test_words_make_lines_and_paragraphs(monkeypatch: pytest.MonkeyPatch) -> None:
    found = table(
        ("", -1, 0, 0, 0, 0), ("Bir", 96, 1, 1, 50, 70), ("ağaç", 90, 1, 1, 90, 72),
        ("iki", 91, 1, 2, 50, 120), (" ", 95, 1, 3, 0, 0), ("üç", 80, 2, 1, 60, 270),
    )  # fmt: skip
    assert recognised(found, monkeypatch) == [
        ("Bir ağaç", 24.0, pytest.approx(498 * 0.48)),
        ("iki", 24.0, pytest.approx(450 * 0.48)),
        ("", 0.0, 0.0),
        ("üç", pytest.approx(28.8), pytest.approx(300 * 0.48)),
    ]


def test_lines_that_are_unsure_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    found = table(("o0S9", 20, 1, 1, 0, 0), ("Bir", 40, 2, 1, 0, 0), ("ağaç", 95, 2, 1, 0, 0))
    assert [text for text, _, _ in recognised(found, monkeypatch)] == ["Bir ağaç"]
    assert recognised(table(), monkeypatch) == []


@pytest.mark.parametrize(
    "error",
    [RuntimeError("Tesseract process timeout"), pytesseract.TesseractError(1, "x"), OSError("memory")],
)
def test_failures_are_pages_without_text(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(pytesseract, "image_to_data", fails)
    assert ocr.recognise(Image.new("L", (10, 10)), 1) == []


def languages(answer: Callable[[], list[str]]) -> Callable[..., list[str]]:
    return lambda **_: answer()


def raises(error: Exception) -> Callable[[], list[str]]:
    def fails() -> list[str]:
        raise error

    return fails


@pytest.mark.parametrize(
    "answer",
    [
        lambda: ["eng", "osd"],
        raises(pytesseract.TesseractNotFoundError()),
        raises(pytesseract.TesseractError(1, "broken")),
        raises(PermissionError()),
    ],
)
def test_ocr_needs_tesseract_and_its_turkish_model(
    answer: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pytesseract, "get_languages", languages(lambda: ["eng", "tur"]))
    assert ocr.find_ocr() is ocr.recognise
    monkeypatch.setattr(pytesseract, "get_languages", languages(answer))
    assert ocr.find_ocr() is None


def test_ocr_needs_pytesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any) -> object:
        if name == "pytesseract":
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.delitem(sys.modules, "pytesseract")
    monkeypatch.setattr(builtins, "__import__", without)
    assert ocr.find_ocr() is None


@needs_tesseract
def test_turkish_words_come_back() -> None:
    (image,) = images(drawn([PROSE]), 300)
    lines = [line for line in ocr.recognise(image, 60) if line.text]
    assert " ".join(line.text for line in lines).split() == PROSE.split()
    assert (lines[0].x, lines[0].y) == pytest.approx((72, 750), abs=6)


@needs_tesseract
def test_time_is_limited() -> None:
    (image,) = images(drawn([PROSE]), 300)
    assert ocr.recognise(image, 0.01) == []


@needs_tesseract
def test_an_empty_image_has_no_text() -> None:
    assert ocr.recognise(Image.new("L", (300, 300), 255), 60) == []
