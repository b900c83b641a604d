"""Files of scored sentence pairs: what `finetune/data.py` reads, and STSb's own tab-separated lines.

STSb separates by tabs and quotes nothing, so a quotation mark there is a letter of the sentence.
"""

import math
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from assistant import turkish
from assistant.errors import KilavuzError
from finetune.data import STSB, STSB_SHARE, read_pairs
from finetune.data_rows import LONGEST_ROW, broken
from finetune.encoding import open_data
from finetune.records import ScoredPair

MOST = 1_000_000
"""Pairs that are taken of a file: they are held in memory."""
_COLUMNS = ("score", "sentence1", "sentence2")
_T = TypeVar("_T")


def read_scored(path: Path, most: int = MOST) -> list[ScoredPair]:
    """All pairs of a file with their scores in 0..1; those of STSb (0..5) are divided by 5.

    Raises KilavuzError, with the line, for a file or a row that will not do, and for more than `most` pairs.
    """
    if turkish.fold(path.suffix) != ".tsv":
        return _at_most(read_pairs(path), path, most)
    found = _at_most(_lines(path), path, most)
    highest = STSB if sum(pair.score > 1 for _, pair in found) >= STSB_SHARE * len(found) else 1.0
    for line, pair in found:
        if not 0 <= pair.score <= highest:
            raise broken(
                path, line, f"puan 0 ile {highest:.0f} arasında değil; düzeltin ya da satırı silin",
                f"the score does not lie from 0 to {highest:.0f}; mend it, or delete the row",
            )  # fmt: skip
    if len(found) < 2:
        raise KilavuzError(
            f"Veri dosyasında yeterli satır yok: {path}; en az iki, iyi bir sonuç için 1.000 çift verin.",
            f"The data file has too few rows: {path}; give two pairs at least, 1,000 for a good result.",
        )
    return [ScoredPair(pair.first, pair.second, pair.score / highest) for _, pair in found]


def _at_most(rows: Iterable[_T], path: Path, most: int) -> list[_T]:
    found = list(islice(rows, most + 1))
    if len(found) > most:
        raise KilavuzError(
            f"Dosyada {most} çiftten çoğu var: {path}; dosyayı bölün ya da bir örneklemini verin.",
            f"The file has more than {most} pairs: {path}; split it, or give a sample of it.",
        )
    return found


def _lines(path: Path) -> Iterator[tuple[int, ScoredPair]]:
    """The rows as they stand there, each with its line."""
    names: list[str] | None = None
    with closing(open_data(path)) as file:
        for line, text in enumerate(iter(partial(file.readline, LONGEST_ROW), ""), 1):
            cells = [cell.strip() for cell in text.strip("\ufeff\r\n").split("\t")]
            if names is None:
                names = [turkish.fold(cell) for cell in cells]
                missing = [name for name in _COLUMNS if name not in names]
                if missing:
                    raise broken(
                        path, line, f"başlıkta şu sütunlar yok: {', '.join(missing)}; ilk satıra ekleyin",
                        f"the head lacks these columns: {', '.join(missing)}; add them to the first line",
                    )  # fmt: skip
            elif any(cells):
                yield line, _pair(path, line, dict(zip(names, cells, strict=False)))


def _pair(path: Path, line: int, row: dict[str, str]) -> ScoredPair:
    first, second = row.get("sentence1", ""), row.get("sentence2", "")
    try:
        score = float(row["score"].replace(",", "."))
    except ValueError:
        score = math.nan
    if not first or not second or not math.isfinite(score):
        raise broken(
            path, line, "puan ya da cümlelerden biri eksik; satırı doldurun ya da silin",
            "the score or one of the sentences is missing; fill the row in, or delete it",
        )  # fmt: skip
    return ScoredPair(first, second, score)
