"""Data files as triples or scored pairs, and triples as a file. Any size: rows are read one by one.

    question,answer | question,positive,negatives | question,positive,negative1..n   -> Triple
    sentence_0,sentence_1,label | sentence1,sentence2,score | "…","…",0.85           -> ScoredPair

as JSON, JSON lines or CSV. Letters that a wrong encoding has spoiled are mended, judged by the first rows.
Scores of 0..5 (STSb) become 0..1.
"""

import json
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from itertools import chain, islice
from pathlib import Path

from assistant.errors import KilavuzError
from finetune.data_rows import Row, Rows, broken, read_rows
from finetune.encoding import mender
from finetune.records import ScoredPair, Triple

EXAMPLES = Path(__file__).with_name("example_data")
"""The folder of the example files that ship."""
HEAD = 500
"""Rows by which the letters of a file are judged."""
STSB = 5.0
STSB_SHARE = 0.1
"""Share of the scores that must lie above 1 before a file counts as one of scores from 0 to 5."""

Known = Callable[[str], bool]

_FIRST = ("sentence_0", "sentence1", "0")
_SECOND = ("sentence_1", "sentence2", "1")
_SCORE = ("label", "score", "2")
_POSITIVE = ("positive", "answer")
_NEGATIVE = re.compile(r"negative_?\d*")


def read_triples(path: Path, known: Known | None = None) -> Iterator[Triple]:
    """The questions of a file with their answers and what negatives it gives.

    A negative that is empty or the answer itself is left out. `known` tells whether a word exists, for
    letters that are wholly lost (see `encoding.mender`). Raises KilavuzError, with the line, for a file or a
    row that will not do, and at the end if there was one row only.
    """
    rows = read_rows(path)
    with closing(rows):
        count = 0
        for count, (line, row) in enumerate(_mended(rows, known), 1):  # noqa: B007 - the last one counts
            yield triple_of(path, line, row)
        _demand_two(path, count)


def read_pairs(path: Path, known: Known | None = None) -> Iterator[ScoredPair]:
    """The sentence pairs of a file, their scores in 0..1. Raises KilavuzError like `read_triples`.

    The scale is found in a first reading: a file is one of scores from 0 to 5 if many lie above 1.
    """
    highest = _highest_score(path)
    rows = read_rows(path)
    with closing(rows):
        count = 0
        for count, (line, row) in enumerate(_mended(rows, known), 1):  # noqa: B007 - the last one counts
            score = _score(path, line, row)
            if not 0 <= score <= highest:
                raise _bad_score(path, line)
            yield ScoredPair(_text(path, line, row, _FIRST), _text(path, line, row, _SECOND), score / highest)
        _demand_two(path, count)


def holds_pairs(path: Path) -> bool:
    """Whether a file holds scored pairs and not questions, by its first row. Raises KilavuzError."""
    with closing(read_rows(path)) as rows:
        row = next(rows, (0, {}))[1]
    return any(name in row for name in _FIRST) and any(name in row for name in _SECOND)


def write_triples(path: Path, triples: Iterable[Triple]) -> int:
    """Write a file of JSON lines that `read_triples` gives back; returns how many. All of it or nothing.

    Raises KilavuzError if it cannot be written.
    """
    return write_lines(
        path,
        (
            {"question": t.question, "positive": t.positive, "negatives": list(t.negatives),
             "source": t.source, "rule": t.rule}
            for t in triples
        ),
    )  # fmt: skip


def write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> int:
    """Write rows as JSON lines; returns how many. All or nothing; raises KilavuzError if that fails."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8") as file:
            for count, row in enumerate(rows, 1):  # noqa: B007 - the last one counts
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        unfinished.replace(path)
    except OSError as error:
        raise KilavuzError(
            f"Dosya yazılamadı: {path} ({error.strerror}); boş yeri ve izinleri denetleyin ya da başka bir "
            "yer verin.",
            f"The file could not be written: {path} ({error.strerror}); check the free space and the "
            "permissions, or give another place.",
        ) from None
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return count


def _mended(rows: Rows, known: Known | None) -> Rows:
    head = list(islice(rows, HEAD))
    mend = mender((text for _, row in head for value in row.values() for text in _strings(value)), known)
    for line, row in chain(head, rows):
        yield (
            line,
            {
                name: [mend(one) if isinstance(one, str) else one for one in value]
                if isinstance(value, list)
                else mend(value)
                if isinstance(value, str)
                else value
                for name, value in row.items()
            },
        )


def _strings(value: object) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def triple_of(path: Path, line: int, row: Row) -> Triple:
    question, positive = _text(path, line, row, ("question",)), _text(path, line, row, _POSITIVE)
    negatives = _negatives(path, line, row)
    source, rule = row.get("source"), row.get("rule")
    return Triple(
        question,
        positive,
        tuple(dict.fromkeys(text for text in negatives if text and text != positive)),
        source if isinstance(source, str) else "",
        rule if isinstance(rule, str) and rule else "file",
    )


def _negatives(path: Path, line: int, row: Row) -> list[str]:
    listed = row.get("negatives")
    single = [value for name, value in row.items() if _NEGATIVE.fullmatch(name) and value is not None]
    if isinstance(listed, str):  # of CSV
        listed = _list_in(listed)
    texts = [*(listed if isinstance(listed, list) else []), *single]
    if (listed is not None and not isinstance(listed, list)) or not all(isinstance(t, str) for t in texts):
        raise broken(
            path,
            line,
            '\'negatives\' metinlerden oluşan bir dizi değil; onu ["metin", "metin"] biçiminde yazın',
            '\'negatives\' is no list of texts; write it as ["text", "text"]',
        )
    return [str(text) for text in texts]


def _list_in(cell: str) -> object:
    """A cell with a list of JSON in it as that list, else with its one text."""
    try:
        found = json.loads(cell) if cell.startswith("[") else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, list) else [cell]


def _text(path: Path, line: int, row: Row, names: tuple[str, ...]) -> str:
    """The text in the column of one of these names."""
    name = next((name for name in names if name in row), None)
    if name is None:
        either = " ya da ".join(f"'{name}'" for name in names if not name.isdigit())
        raise broken(
            path,
            line,
            f"{either} sütunu yok; sütunlar question, answer ya da question, positive, negatives (puanlı "
            "çiftlerde sentence_0, sentence_1, label) olmalı",
            f"no column {either.replace('ya da', 'or')}; the columns are question, answer or question, "
            "positive, negatives (of scored pairs: sentence_0, sentence_1, label)",
        )
    text = row[name]
    if not isinstance(text, str) or not any(char.isalnum() for char in text):
        raise broken(
            path,
            line,
            f"'{name}' boş ya da metin değil; satırı doldurun ya da silin",
            f"'{name}' is empty or no text; fill the row in, or delete it",
        )
    return text


def _score(path: Path, line: int, row: Row) -> float:
    name = next((name for name in _SCORE if name in row), None)
    value = row[name] if name else None
    if name is None:
        _text(path, line, row, _SCORE[:2])  # says which column is missing
    if isinstance(value, str):
        try:
            value = float(value.strip().replace(",", "."))
        except ValueError:
            raise _bad_score(path, line) from None
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise _bad_score(path, line)
    return float(value)


def _highest_score(path: Path) -> float:
    count = above = 0
    with closing(read_rows(path)) as rows:
        for line, row in rows:
            count += 1
            above += _score(path, line, row) > 1
    return STSB if count and above >= STSB_SHARE * count else 1.0


def _bad_score(path: Path, line: int) -> KilavuzError:
    return broken(
        path,
        line,
        "puan 0 ile 1 arasında (STSb'de 0 ile 5 arasında) bir sayı değil; düzeltin ya da satırı silin",
        "the score is no number from 0 to 1 (STSb: 0 to 5); mend it, or delete the row",
    )


def _demand_two(path: Path, rows: int) -> None:
    if rows < 2:
        tr, en = ("tek satır", "a single row") if rows else ("boş", "none")
        raise KilavuzError(
            f"Veri dosyasında yeterli satır yok ({tr}): {path}; en az iki, iyi bir sonuç için 1.000 satır "
            "verin.",
            f"The data file has too few rows ({en}): {path}; give two at least, 1,000 for a good result.",
        )
