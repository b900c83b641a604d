"""What the commands print: hits, answers, status and the progress bar.

It knows the records and the terminal, and nothing of where the records come from. Text out of documents
is cleaned before it is printed, since control characters in it could drive the terminal.
"""

import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from assistant.errors import Message
from assistant.records import Answer, Chunk, Failure, Hit
from ui import texts

if TYPE_CHECKING:
    from ui.web.backend import Status

PASSAGE = 300
"""Characters of a hit's passage that are shown."""


def say(text: str = "", to: TextIO | None = None) -> None:
    """Write a line to the standard output, or to another stream."""
    (to or sys.stdout).write(text + "\n")


def complain(message: Message, language: str) -> None:
    """Write a sentence to the standard error stream."""
    say(clean(message.say(language)), sys.stderr)


def clean(text: str) -> str:
    """Text without what could drive a terminal; line breaks stay.

    Control characters and odd spaces become spaces; invisible format characters (among them those that
    turn the writing direction, and soft hyphens), surrogates and private characters go.
    """
    kept = []
    for c in text:
        category = unicodedata.category(c)
        if c == "\n" or category[0] not in "CZ":
            kept.append(c)
        elif category in ("Cc", "Zs", "Zl", "Zp"):
            kept.append(" ")
    return "".join(kept)


def decimal(value: float, digits: int, language: str) -> str:
    """A number with the decimal sign of the language."""
    text = f"{value:.{digits}f}"
    return text if language == "en" else text.replace(".", ",")


def place(chunk: Chunk, language: str) -> str:
    """Where a passage stands: its source and, in a PDF, its page with the number that is printed on it."""
    if chunk.page is None:
        return clean(chunk.source)
    page = Message(f", s. {chunk.page}", f", p. {chunk.page}").say(language)
    printed = texts.PRINTED.say(language).format(label=chunk.page_label) if chunk.page_label else ""
    return clean(chunk.source + page + printed)


def print_hits(hits: Sequence[Hit], language: str) -> None:
    """Number the hits and show of each its heading, its place, why it was found, and its passage."""
    if not hits:
        say(Message("Hiçbir sonuç bulunamadı.", "Nothing was found.").say(language))
    for number, hit in enumerate(hits, 1):
        chunk = hit.chunk
        say(f"{number}. {clean(' › '.join(chunk.headings) or chunk.title)}")
        say(f"   {place(chunk, language)} · {_why(hit, language)}")
        passage = re.sub(r"\s+", " ", clean(chunk.text)).strip()
        if len(passage) > PASSAGE:
            passage = passage[:PASSAGE].rsplit(" ", 1)[0] + " …"
        say(textwrap.fill(passage, _width(), initial_indent="   ", subsequent_indent="   "))
        say()


def _why(hit: Hit, language: str) -> str:
    parts = [Message("puan ", "score ").say(language) + decimal(hit.score, 2, language)]
    if hit.lexical_rank:
        parts.append(
            Message("sözcük aramasında {}.", "by words no. {}").say(language).format(hit.lexical_rank)
        )
    if hit.dense_rank:
        parts.append(
            Message("anlam aramasında {}.", "by meaning no. {}").say(language).format(hit.dense_rank)
        )
    if hit.rerank_score is not None:
        score = decimal(hit.rerank_score, 2, language)
        parts.append(Message("yeniden sıralamada {}", "reranked {}").say(language).format(score))
    return " · ".join(parts)


def sources(answer: Answer, language: str) -> dict[int, str]:
    """Where the passages stand that an answer cites, by their numbers: document, page and headings."""
    found: dict[int, str] = {}
    for citation in answer.citations:
        chunk = answer.hits[citation.hit].chunk
        heading = clean(" › ".join(chunk.headings))
        found.setdefault(citation.number, place(chunk, language) + (f" · {heading}" if heading else ""))
    return found


def print_answer(answer: Answer, language: str) -> None:
    """What it was limited to, the answer, then its sources by number.

    "[?]" stands behind sentences that the sources do not support.
    """
    if answer.within:
        from assistant.abstention import listed

        say(clean(texts.WITHIN.say(language).format(names=listed(answer.within, language))))
        say()
    text = answer.text
    for claim in sorted(answer.unsupported, key=lambda claim: -claim.end):
        line = "\n" if text[claim.start : claim.end].startswith(("```", "~~~")) else " "
        text = f"{text[: claim.end]}{line}[?]{text[claim.end :]}"
    say(clean(text))
    if answer.citations:
        say()
        say(texts.SOURCES.say(language))
        for number, where in sources(answer, language).items():
            say(f"[{number}] {where}")
    if answer.notice:
        say()
        say(clean(answer.notice.say(language)))


def print_failures(failures: Sequence[Failure], language: str) -> None:
    """A table of the files that could not be read, with the reasons."""
    if not failures:
        return
    say()
    count = len(failures)
    say(Message(f"Okunamayan dosyalar ({count}):", f"Files that could not be read ({count}):").say(language))
    rows = [(clean(one.source).replace("\n", " "), clean(one.reason.say(language))) for one in failures]
    column = min(40, max(len(source) for source, _ in rows))
    for source, reason in rows:
        say(f"  {source:<{column}}  {reason}")


def print_status(
    status: "Status",
    failures: Sequence[Failure],
    *,
    home: str,
    version: str,
    server: str | None,
    language: str,
) -> None:
    """What is in use, how much is searchable, and whether a server runs (`server` is its address)."""
    none = Message("yok; yanıtlar belgelerden aynen alınır", "none; answers are quoted from the documents")
    off = Message("kapalı", "off")
    stopped = Message("çalışmıyor", "not running")
    going = Message("İçe aktarılıyor", "Importing")
    rows = [
        (Message("Sürüm", "Version"), version),
        (Message("Ev klasörü", "Home"), home),
        (Message("Belge klasörü", "Documents folder"), str(status.drop_folder)),
        (Message("Gömme modeli", "Embedder"), status.embedder),
        (Message("Yeniden sıralama", "Reranker"), status.reranker or off.say(language)),
        (Message("Dil modeli", "Language model"), status.llm or none.say(language)),
        (Message("Belge", "Documents"), str(status.documents)),
        (Message("Pasaj", "Chunks"), str(status.chunks)),
        (Message("Okunamayan", "Unreadable"), str(len(failures))),
        (Message("Sunucu", "Server"), server or stopped.say(language)),
    ]
    if status.progress:
        deepening = Message("Derinleştiriliyor", "Deepening")
        label = deepening if status.progress.deepening else going
        rows.append((label, f"{status.progress.done}/{status.progress.total}"))
    column = max(len(label.say(language)) for label, _ in rows)
    for label, value in rows:
        say(f"{label.say(language):<{column}} : {clean(value)}")
    print_failures(failures, language)


@contextmanager
def progress_bar(label: Message, language: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on the standard error stream, drawn only where that is a terminal; yields what moves it."""
    from tqdm import tqdm

    form = "{desc}: {percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}]{postfix}"
    with tqdm(desc=label.say(language), bar_format=form, disable=None, leave=False, total=0) as bar:

        def step(done: int, total: int, name: str) -> None:
            bar.total = total
            bar.set_postfix_str(clean(name).replace("\n", " ")[-40:], refresh=False)
            bar.update(done - bar.n)

        yield step


def _width() -> int:
    return max(40, min(100, shutil.get_terminal_size().columns))
