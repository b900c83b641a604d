"""Text recognition of page images by Tesseract with its Turkish model, where both are installed.

The images never leave the machine. It knows no page that stands on its side, no handwriting and hardly
any formula; what it is not sure of it leaves out.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from assistant.errors import Message
from ingest.lines import Line

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 300
"""Dots per inch that Tesseract's models were made for."""

SECONDS_A_PAGE = 60.0
SECONDS_A_FILE = 240.0
"""A page of text takes 2 to 6 seconds on one core; a worker is ended after 600."""

MIN_CONFIDENCE = 60
"""Mean confidence of a line's words, 0..100, below which Tesseract saw letters in a picture."""

INSTALL = Message(
    "metin tanıma (OCR) için tesseract-ocr ile tesseract-ocr-tur paketlerini kurun, "
    'pip install "kilavuz[ocr]" çalıştırın, dosyayı silip yeniden ekleyin.',
    "for text recognition (OCR) install the packages tesseract-ocr and tesseract-ocr-tur, "
    'run pip install "kilavuz[ocr]", remove the file and add it again.',
)
"""How to get OCR, as the end of a sentence."""

_LANGUAGE = "tur"


def find_ocr() -> "Callable[[Image, float], list[Line]] | None":
    """`recognise` where pytesseract, Tesseract and its Turkish model are there, else None."""
    try:
        import pytesseract  # type: ignore[import-untyped]
    except ImportError:
        return None
    try:
        found = _LANGUAGE in pytesseract.get_languages(config="")
    except (pytesseract.TesseractError, OSError):  # it is not there, or does not start
        return None
    return recognise if found else None


def recognise(image: "Image", seconds: float) -> list[Line]:
    """The lines of a page's image, in reading order; [] after `seconds`, or if Tesseract fails.

    The image's dots per inch stand in its `info["dpi"]` (`DPI` if not); places and sizes are in points.
    """
    import pytesseract

    try:
        found = pytesseract.image_to_data(
            image, lang=_LANGUAGE, timeout=seconds, output_type=pytesseract.Output.DICT
        )
    except (RuntimeError, OSError):  # RuntimeError: time is up; its errors are of this kind, too
        return []
    points = 72 / image.info.get("dpi", (DPI, DPI))[1]
    return list(_lines(found, image.height, points))


def _lines(found: Mapping[str, list[Any]], height: int, points: float) -> Iterator[Line]:
    """The lines in Tesseract's table of words, with an empty one between two paragraphs."""
    words = [i for i, text in enumerate(found["text"]) if str(text).strip()]
    last = None
    for place, group in groupby(
        words, lambda i: (found["block_num"][i], found["par_num"][i], found["line_num"][i])
    ):
        line = list(group)
        if sum(float(found["conf"][i]) for i in line) < MIN_CONFIDENCE * len(line):
            continue
        if last is not None and last != place[:2]:
            yield Line("")
        last = place[:2]
        bottom = max(found["top"][i] + found["height"][i] for i in line)
        text = " ".join(str(found["text"][i]).strip() for i in line)
        yield Line(text, found["left"][line[0]] * points, (height - bottom) * points)
