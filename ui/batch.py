"""Questions from files, results to a file: one JSON object a line, as benchmarks want them.

A question line has `id`, `question` (or `utterance`) and, if it follows another question, that one's id as
`previous`; other fields are let be. A result line keeps the id. It knows nothing of how hits, answers and
intents are made.
"""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.errors import KilavuzError
from assistant.records import Answer, Exchange, Hit

if TYPE_CHECKING:
    from assistant.intents import Intent

DEPTH = 10
"""Hits a question in the results."""

Key = str | int


class Asker(Protocol):
    """Who answers: the service in this process or the client of a running server."""

    def search(
        self, question: str, limit: int = 10, history: Sequence[Exchange] = (), within: Sequence[str] = ()
    ) -> list[Hit]:
        """The best hits for a question."""
        ...

    def ask(self, question: str, history: Sequence[Exchange] = (), within: Sequence[str] = ()) -> Answer:
        """The answer to a question."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question file; `line` counts from 1, `fields` is all that stands there."""

    id: Key
    question: str
    previous: Key | None
    path: Path
    line: int
    fields: Mapping[str, Any]


def read_questions(*paths: Path) -> dict[Key, Question]:
    """The questions of the files by id, in their order.

    Raises KilavuzError with the number of the line if a line is broken, or an id comes twice.
    """
    form = '{"id": …, "question": "…"}'
    questions: dict[Key, Question] = {}
    for path, line, fields in read_objects(paths, form):
        question, previous = fields.get("question", fields.get("utterance")), fields.get("previous")
        if not isinstance(question, str) or not isinstance(previous, str | int | None):
            raise broken_line(path, line, form)
        questions[fields["id"]] = Question(fields["id"], question, previous, path, line, fields)
    return questions


def read_objects(paths: Sequence[Path], form: str) -> Iterator[tuple[Path, int, dict[str, Any]]]:
    """The JSON objects of files with one a line, with file and number of the line, from 1.

    Each has an `id`, a text or a whole number, of its own. Blank lines are let be. Raises KilavuzError for a
    file that cannot be read, and for a line that is no such object, showing the `form` that it should have.
    """
    seen: set[Key] = set()
    for path in paths:
        for number, line in enumerate(_text(path).split("\n"), 1):
            if not line.strip():
                continue
            fields = _object(line)
            if fields is None:
                raise broken_line(path, number, form)
            if fields["id"] in seen:
                raise KilavuzError(
                    f"{path}, satır {number}: {fields['id']!r} kimliği ikinci kez geçiyor; her satırın "
                    "kimliği ayrı olmalı.",
                    f"{path}, line {number}: the id {fields['id']!r} comes a second time; every line "
                    "needs its own.",
                )
            seen.add(fields["id"])
            yield path, number, fields


def broken_line(path: Path, line: int, form: str) -> KilavuzError:
    """What is said of a line that has not the form it should have."""
    return KilavuzError(
        f"{path}, satır {line} bozuk; her satır {form} biçiminde bir JSON nesnesi olmalı.",
        f"{path}, line {line} is broken; every line must be a JSON object like {form}.",
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise KilavuzError(
            f"{path} UTF-8 ile yazılmamış; dosyayı UTF-8 olarak kaydedin.",
            f"{path} is not written in UTF-8; save the file as UTF-8.",
        ) from None
    except OSError as error:
        raise KilavuzError(
            f"Dosya okunamadı: {path} ({error.strerror}); yolu ve izinleri denetleyin.",
            f"The file could not be read: {path} ({error.strerror}); check its path and permissions.",
        ) from None


def _object(line: str) -> dict[str, Any] | None:
    try:
        fields = json.loads(line)
        json.dumps(fields, ensure_ascii=False).encode()  # half a surrogate pair could not be written again
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) and isinstance(fields.get("id"), str | int) else None


def earlier(question: Question, questions: Mapping[Key, Question]) -> list[Question]:
    """The questions that this one follows, the first one first.

    A `previous` that is not in the file ends the chain, as does one that comes round in a circle.
    """
    chain: list[Question] = []
    seen = {question.id}
    while question.previous is not None and question.previous in questions and question.previous not in seen:
        question = questions[question.previous]
        seen.add(question.id)
        chain.append(question)
    return chain[::-1]


def orphans(questions: Mapping[Key, Question]) -> list[Question]:
    """The questions whose `previous` is not in the file."""
    return [q for q in questions.values() if q.previous is not None and q.previous not in questions]


def run_batch(
    questions: Mapping[Key, Question],
    asker: Asker,
    *,
    answers: bool,
    within: Sequence[str] = (),
    progress: Callable[[int, int, str], None],
) -> Iterator[dict[str, object]]:
    """One result a question, in order: the hits and seconds, and with `answers` the answer too.

    `within` limits all of them to these documents and folders.

    Raises KilavuzError with the number of the line for a question that cannot be asked.
    """
    given: dict[Key, Answer] = {}
    for done, question in enumerate(questions.values()):
        progress(done, len(questions), str(question.id))
        history = [_exchange(q.question, given.get(q.id)) for q in earlier(question, questions)]
        start = time.perf_counter()
        try:
            if answers:
                answer = asker.ask(question.question, history, within)
                hits: Sequence[Hit] = answer.hits
            else:
                hits = asker.search(question.question, DEPTH, history, within)
        except KilavuzError as error:
            raise KilavuzError(
                f"Satır {question.line} ({question.id}): {error.message.tr}",
                f"Line {question.line} ({question.id}): {error.message.en}",
            ) from error
        seconds = time.perf_counter() - start
        result: dict[str, object] = {"id": question.id, "hits": [_hit(hit) for hit in hits[:DEPTH]]}
        if answers:
            given[question.id] = answer
            cited = [answer.hits[citation.hit].chunk for citation in answer.citations]
            result["answer"] = answer.text
            result["abstained"] = answer.abstained
            result["citations"] = [{"source": chunk.source, "page": chunk.page} for chunk in cited]
        yield {**result, "seconds": round(seconds, 6)}
    progress(len(questions), len(questions), "")


def _exchange(question: str, answer: Answer | None) -> Exchange:
    return Exchange(question, answer.text, answer.sources) if answer else Exchange(question, "")


def run_intents(
    questions: Mapping[Key, Question], match: Callable[[str], "Intent"]
) -> Iterator[dict[str, object]]:
    """The intent of each question, in order."""
    for question in questions.values():
        intent = match(question.question)
        yield {"id": question.id, "intent": intent.name, "confidence": round(intent.confidence, 4)}


def _hit(hit: Hit) -> dict[str, object]:
    chunk = hit.chunk
    return {
        "source": chunk.source,
        "page": chunk.page,
        "heading": " › ".join(chunk.headings),
        "text": hit.text,
        "score": hit.score,
        **({"copies": list(hit.copies)} if hit.copies else {}),
        **({} if hit.rerank_score is None else {"rerank_score": round(hit.rerank_score, 6)}),
    }


def write_results(path: Path, results: Iterable[dict[str, object]]) -> None:
    """Write results a line each; the file appears, complete, only when all are there.

    What is no regular file (/dev/stdout, a pipe) is written as the results come. Raises KilavuzError if
    the file cannot be written, where possible before the first result is asked for.
    """
    part: str | None = None
    with _told(path):
        if path.exists() and not path.is_file():
            file = path.open("w", encoding="utf-8")
        else:
            path = Path(os.path.realpath(path))  # a link stays a link
            handle, part = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
            file = os.fdopen(handle, "w", encoding="utf-8")
    try:
        with file:
            for result in results:
                line = json.dumps(result, ensure_ascii=False) + "\n"
                with _told(path):
                    file.write(line)
            with _told(path):
                file.flush()
                if part:
                    os.fsync(file.fileno())
        if part:
            with _told(path):
                os.chmod(part, 0o644)
                os.replace(part, path)
    finally:
        if part:
            Path(part).unlink(missing_ok=True)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # the reader of /dev/stdout has gone, which is not an error
        raise
    except OSError as error:
        raise KilavuzError(
            f"Sonuç dosyası yazılamadı: {path} ({error.strerror}); klasörü, izinleri ve boş yeri denetleyin.",
            f"The results could not be written: {path} ({error.strerror}); check folder, permissions and "
            "free space.",
        ) from error
