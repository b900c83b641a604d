"""The rows of a data file, one after another, each with its line: JSON, JSON lines and CSV.

A file is never read whole: of an array of JSON as much as one row takes, of the others a line. What the
columns mean is not known here.
"""

import csv
import json
import re
from collections.abc import Generator
from contextlib import closing
from functools import partial
from itertools import chain, zip_longest
from pathlib import Path
from typing import TextIO

from assistant import turkish
from assistant.errors import KilavuzError
from finetune.encoding import open_data

SUFFIXES = (".json", ".jsonl", ".csv")
LONGEST_ROW = 1 << 24
"""Characters of a row; a file that goes on and on without one is broken."""

Row = dict[str, object]
Rows = Generator[tuple[int, Row]]

_BLOCK = 1 << 16
_BETWEEN = re.compile(r"[\s,]*")


def read_rows(path: Path) -> Rows:
    """Every row with the line on which it begins; the names of columns in folded lowercase.

    A CSV file without a head of names gives "0", "1", "2". Raises KilavuzError for a file that is not to be
    read or no text, and at the first line that is broken.
    """
    if path.suffix not in SUFFIXES and turkish.fold(path.suffix) not in SUFFIXES:
        raise KilavuzError(
            f"Bu dosya türü okunamıyor: {path}; verileri .json, .jsonl ya da .csv olarak kaydedin.",
            f"This type of file cannot be read: {path}; save the data as .json, .jsonl or .csv.",
        )
    with closing(open_data(path)) as file:
        if turkish.fold(path.suffix) == ".csv":
            yield from _csv_rows(path, file)
        else:
            yield from _json_rows(path, file)


def broken(path: Path, line: int, tr: str, en: str) -> KilavuzError:
    """What is said of a row that will not do; `tr` and `en` name what is wrong and the remedy."""
    return KilavuzError(f"{path}, satır {line}: {tr}.", f"{path}, line {line}: {en}.")


# JSON


def _json_rows(path: Path, file: TextIO) -> Rows:
    head = file.read(_BLOCK)
    if head.lstrip().startswith("["):
        yield from _array_rows(path, file, head)
        return
    file.seek(0)
    decode = json.JSONDecoder().raw_decode
    for line, text in enumerate(iter(partial(file.readline, LONGEST_ROW), ""), 1):
        if len(text) >= LONGEST_ROW:
            raise broken(path, line, *_TOO_LONG)
        text = text.strip()
        if not text:
            continue
        try:
            row, end = decode(text)
        except (ValueError, RecursionError):
            row, end = None, 0
        if not isinstance(row, dict) or text[end:].strip():
            raise _no_json(path, line)
        yield line, _named(row)


def _array_rows(path: Path, file: TextIO, text: str) -> Rows:
    decode = json.JSONDecoder().raw_decode
    place, line = text.index("[") + 1, 1 + text[: text.index("[")].count("\n")
    while True:
        between = _BETWEEN.match(text, place)
        line += text.count("\n", place, between.end() if between else place)
        place = between.end() if between else place
        try:
            if text[place : place + 1] == "]":
                return
            row, end = decode(text, place)
        except (ValueError, RecursionError) as error:
            more = file.read(max(_BLOCK, len(text) - place)) if len(text) - place < LONGEST_ROW else ""
            if not more:
                at = getattr(error, "pos", place)
                raise _no_json(path, line + text.count("\n", place, at)) from None
            text, place = text[place:] + more, 0
            continue
        if not isinstance(row, dict):
            raise _no_json(path, line)
        yield line, _named(row)
        line += text.count("\n", place, end)
        place = end


def _no_json(path: Path, line: int) -> KilavuzError:
    return broken(
        path,
        line,
        "JSON nesnesi değil ya da bozuk; tırnakları, virgülleri ve ayraçları denetleyin (her satırda bir "
        "nesne ya da dosyada tek bir dizi olmalı)",
        "no JSON object, or a broken one; check quotes, commas and brackets (one object a line, or one "
        "array in the file)",
    )


# CSV


def _csv_rows(path: Path, file: TextIO) -> Rows:
    lines = iter(partial(file.readline, LONGEST_ROW), "")
    blank, head = 0, ""
    for head in lines:
        if head.strip():
            break
        blank += 1
    delimiter = max(",;\t", key=head.count)  # Excel in Turkish writes semicolons
    reader = csv.reader(chain([head], lines), delimiter=delimiter, skipinitialspace=True, strict=True)
    line, names = blank + 1, None
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if names is None:
                    names, is_head = _names(cells)
                    if is_head:
                        line = blank + reader.line_num + 1
                        continue
                if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                    raise broken(path, line, *_TOO_MANY_CELLS)
                yield line, dict(zip_longest(names, cells[: len(names)], fillvalue=""))
            line = blank + reader.line_num + 1
    except csv.Error:
        raise broken(path, line, *_BAD_CSV) from None


def _names(cells: list[str]) -> tuple[list[str], bool]:
    """The columns' names, and whether the first row tells them: not if its last cell is a number."""
    try:
        float(cells[-1].replace(",", "."))
    except ValueError:
        return [turkish.fold(cell.strip()) for cell in cells], True
    return [str(number) for number in range(len(cells))], False


def _named(row: dict[str, object]) -> Row:
    return {turkish.fold(name.strip()): value for name, value in row.items()}


_TOO_LONG = (
    f"{LONGEST_ROW:,} karakterden uzun; her satıra bir soru yazın".replace(",", "."),
    f"longer than {LONGEST_ROW:,} characters; write one question a line",
)
_TOO_MANY_CELLS = (
    "başlıktan fazla sütun var; içinde virgül olan metinleri tırnak içine alın",
    "more columns than the head; put texts with commas in them between quotes",
)
_BAD_CSV = (
    "CSV bozuk (kapanmamış bir tırnak ya da çok uzun bir hücre); tırnakları denetleyin, metin içindeki "
    "tırnakları iki kez yazın",
    "broken CSV (a quote that is not closed, or too long a cell); check the quotes, and double those within "
    "a text",
)
