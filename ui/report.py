"""What `kilavuz ingest` prints: the counts, a table of the files read, and why a path is refused.

It knows the records and the terminal, and nothing of how files are read.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import Message
from assistant.records import DocumentState, Failure, IngestReport
from ui import texts
from ui.terminal import clean, decimal, print_failures, say

ROWS = 40
"""Files in the table: those with something to tell come first, the others are only counted."""

_NAME = 48  # characters of a file's name


def print_report(report: IngestReport, language: str) -> None:
    """What an ingest did, then its files: those that were read, and those that could not be."""
    seconds = decimal(report.seconds, 1, language)
    say(
        Message(
            f"{report.added} belge eklendi, {report.changed} yenilendi, {report.moved} taşındı, "
            f"{report.removed} çıkarıldı, "
            f"{report.unchanged} değişmemiş; {report.chunks} pasaj yazıldı ({seconds} sn).",
            f"{report.added} documents added, {report.changed} replaced, {report.moved} moved, "
            f"{report.removed} removed, "
            f"{report.unchanged} unchanged; {report.chunks} chunks written ({seconds} s).",
        ).say(language)
    )
    if report.read:
        say()
        for line in table(report.read, language):
            say(line)
    print_failures(report.failures, language)


def refusal(path: Path) -> Failure | None:
    """Why a path that was named can't be ingested at all, if so."""
    if not path.exists():
        reason = Message(
            "Böyle bir dosya ya da klasör yok; yolu denetleyin.",
            "There is no such file or folder; check the path.",
        )
    elif not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
        reason = Message(
            "Okuma izni yok; izinleri değiştirin.", "No permission to read it; change the permissions."
        )
    else:
        return None
    return Failure(str(path), reason)


def print_deepened(seconds: float, language: str) -> None:
    """That the vectors of the slower embedder are made, too."""
    took = decimal(seconds, 1, language)
    say(
        Message(
            f"Anlam dizini derinleştirildi ({took} sn).", f"The meaning index was deepened ({took} s)."
        ).say(language)
    )


def table(files: Sequence[DocumentState], language: str) -> list[str]:
    """A line per file: pages, chunks, seconds, repairs; below it the pages that could not be read.

    At most `ROWS` files: those with unread pages, then those with most repairs, then by name.
    """
    ordered = sorted(files, key=lambda f: (-len(f.unread), -sum(r.count for r in f.repairs), f.source))
    shown = ordered[:ROWS]
    label = texts.NAME.say(language)
    width = min(_NAME, max(len(label), *(len(clean(file.source)) for file in shown)))
    names = [texts.PAGES, texts.CHUNKS, texts.READ_IN, texts.REPAIRED]
    pages, chunks, seconds, repairs = (name.say(language) for name in names)
    lines = [f"  {label:<{width}} {pages:>6} {chunks:>7} {seconds:>8}  {repairs}".rstrip()]
    for file in shown:
        count = str(file.pages) if file.pages else "–"
        took = texts.SECONDS.say(language).format(seconds=decimal(file.seconds, 1, language))
        row = f"  {_short(file.source, width):<{width}} {count:>6} {file.chunks:>7} {took:>8}"
        lines.append(f"{row}  {texts.repairs(file.repairs, language)}".rstrip())
        lines += [f"    {clean(said)}" for said in texts.unread(file.unread, language)]
    others = ordered[ROWS:]
    if others:
        more = Message(
            "… ve {files} belge daha ({chunks} pasaj); hepsi sayfadaki Belgeler sekmesinde.",
            "… and {files} more documents ({chunks} chunks); all are in the page's Documents tab.",
        )
        chunks_more = sum(file.chunks for file in others)
        lines.append(
            "  "
            + more.say(language).format(
                files=texts.number(len(others), language), chunks=texts.number(chunks_more, language)
            )
        )
    return lines


def _short(source: str, width: int) -> str:
    """The name in `width` characters; of a longer one the end, which tells files apart."""
    name = clean(source).replace("\n", " ")
    return name if len(name) <= width else "…" + name[1 - width :]
