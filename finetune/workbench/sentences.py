"""Sentences for the workbench from files: one a line, or one a row of JSON, JSON lines or CSV.

Files are read row by row, however long they are; empty lines and cells are left out. Uses that must hold all
sentences in memory take at most `MOST` of them.
"""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path

from assistant import turkish
from assistant.errors import KilavuzError
from assistant.user_file import read_toml
from finetune.data_rows import LONGEST_ROW, SUFFIXES, Row, broken, read_rows
from finetune.encoding import open_data

MOST = 100_000
"""Sentences that a use takes which compares all with all: about 300 MB of vectors."""
TEXT = ("text", "sentence", "metin", "cumle", "sentence1", "sentence_0", "question", "0")
LABEL = ("label", "class", "intent", "etiket", "sinif", "niyet", "1")
"""Names of columns, folded; "0" and "1" are those of a CSV file without a head."""


def read_sentences(path: Path, column: str | None = None) -> Iterator[str]:
    """The sentences of a file. `column` names the one of a table; else the first of `TEXT` that it has.

    Raises KilavuzError for a file that can't be read, and in the end for one without a sentence.
    """
    count = 0
    for count, text in enumerate(_texts(path, column), 1):  # noqa: B007 - the last one counts
        yield text
    if not count:
        raise KilavuzError(
            f"Dosyada cümle yok: {path}; her satıra bir cümle yazın.",
            f"There is no sentence in the file: {path}; write one a line.",
        )


def all_sentences(path: Path, column: str | None = None, most: int = MOST) -> list[str]:
    """The sentences of a file that has at most so many. Raises KilavuzError."""
    found = list(islice(read_sentences(path, column), most + 1))
    if len(found) > most:
        raise KilavuzError(
            f"Bu işlem en çok {most} cümle alır, dosyada daha çoğu var: {path}; dosyayı bölün.",
            f"This takes at most {most} sentences, and the file has more: {path}; split the file.",
        )
    return found


def read_labelled(path: Path, most: int = MOST) -> dict[str, list[str]]:
    """Example sentences by their class: from a table, or from TOML as in `niyetler.toml`.

    Raises KilavuzError for a broken file, a row without text or class, and fewer than two classes.
    """
    found: dict[str, list[str]] = {}
    if path.suffix == ".toml":
        for name, texts in read_toml(path)[0].items():
            if not isinstance(texts, list) or not all(isinstance(one, str) and one.strip() for one in texts):
                raise KilavuzError(
                    f'{path}: {name}, tırnak içinde örnek cümlelerden oluşan bir liste olmalı: ["…", "…"].',
                    f'{path}: {name} must be a list of example sentences in quotes: ["…", "…"].',
                )
            found[name] = list(texts)
    else:
        with closing(read_rows(path)) as rows:
            for line, row in islice(rows, most):
                text, label = (_cell(row, _first(row, names)) for names in (TEXT, LABEL))
                if not text or not label:
                    raise broken(
                        path, line, "cümle ya da sınıf eksik; `text` ve `label` sütunlarını doldurun",
                        "text or class is missing; fill the columns `text` and `label`",
                    )  # fmt: skip
                found.setdefault(label, []).append(text)
    found = {name: texts for name, texts in found.items() if texts}
    if len(found) < 2:
        raise KilavuzError(
            f"En az iki sınıftan örnek gerekir: {path}; her sınıf için birkaç cümle yazın.",
            f"Examples of at least two classes are needed: {path}; write a few sentences of each.",
        )
    return found


def _texts(path: Path, column: str | None) -> Iterator[str]:
    if turkish.fold(path.suffix) in SUFFIXES:
        with closing(read_rows(path)) as rows:
            for line, row in rows:
                name = turkish.fold(column) if column else _first(row, TEXT) or next(iter(row), "")
                if name not in row:
                    raise broken(
                        path, line, f"{column} diye bir sütun yok; olanlar: {', '.join(row)}",
                        f"there is no column {column}; there are: {', '.join(row)}",
                    )  # fmt: skip
                if text := _cell(row, name):
                    yield text
        return
    with closing(open_data(path)) as file:
        for line, text in enumerate(iter(partial(file.readline, LONGEST_ROW), ""), 1):
            if len(text) >= LONGEST_ROW:
                raise broken(
                    path, line, "satır çok uzun; metni cümlelere bölün",
                    "the line is too long; split the text into sentences",
                )  # fmt: skip
            if text := text.strip():
                yield text


def _first(row: Row, names: tuple[str, ...]) -> str:
    return next((name for name in names if name in row), "")


def _cell(row: Row, name: str) -> str:
    value = row.get(name, "")
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
