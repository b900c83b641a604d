"""`kilavuz evaluate`: question files that know their answers, asked or with results of before, and judged.

Beyond what is asked, a line of a question file has `source`, `evidence`, `page`, `answer` and `kind`. The
metrics are known to `assistant/judge.py`; here files are read, questions asked, and what is not as it should
be is told.
"""

import argparse
import math
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.errors import KilavuzError, Message
from assistant.evaluation import Scores, scored
from assistant.judge import Passage, Question, Result
from assistant.metrics import letters
from ui import batch, evaluation_report, terminal
from ui.evaluations import keep
from ui.question_files import keep_apart, tell_orphans

if TYPE_CHECKING:
    from ui.web.backend import Status

_NAMED = 5  # questions without a result that are named

Results = Mapping[batch.Key, Result]


class Desk(batch.Asker, Protocol):
    """Who is asked, and what is in use there."""

    def status(self) -> "Status":
        """What is in use."""
        ...


def evaluate(
    language: str, args: argparse.Namespace, home: Path, opened: Callable[[], AbstractContextManager[Desk]]
) -> None:
    """Judge the results that `args` names, or those of asking now whom `opened` gives, and print figures.

    The figures of what was asked now are kept in the home (ui/evaluations.py). Raises KilavuzError for a file
    that won't do, before anything is opened or asked.
    """
    lines = batch.read_questions(*args.files)
    questions = expected(lines)
    if not questions:
        raise KilavuzError(
            f"Soru dosyası boş: {args.files[0]}; her satıra bir soru yazın.",
            f"The question file is empty: {args.files[0]}; write a question a line.",
        )
    theirs = results_of(args.compare, lines) if args.compare else None
    status: Status | None = None
    if args.results:
        ours = results_of(args.results, lines)
        _tell_missing(args.results, lines, ours, language)
    else:
        if args.out:
            keep_apart(args.out, [*args.files, *filter(None, [args.compare])])
        tell_orphans(lines, language)
        with opened() as asker:
            ours = _ask(lines, asker, args.out, language)
            status = asker.status()
    if theirs is not None:
        _tell_missing(args.compare, lines, theirs, language)
    judged = scored(questions, ours)
    compared = scored(questions, theirs) if theirs else None
    if status:
        _keep(home, args.files, judged, status, language)
    if args.json:
        missing = [id for id in lines if id not in ours]
        evaluation_report.print_json(questions, judged, compared, missing)
    else:
        evaluation_report.print_tables(questions, judged, compared, language)


def _keep(
    home: Path, files: Sequence[Path], judged: Sequence[Scores], status: "Status", language: str
) -> None:
    """Keep the figures; they are printed in any case."""
    try:
        keep(home, files, judged, status.embedder, status.llm or "")
    except KilavuzError as error:
        terminal.complain(error.message, language)


def expected(lines: Mapping[batch.Key, batch.Question]) -> list[Question]:
    """The questions with what answers them. Raises KilavuzError for a line that does not tell that."""
    return [
        _expected(line, tuple(before.question for before in batch.earlier(line, lines)))
        for line in lines.values()
    ]


def _expected(line: batch.Question, before: tuple[str, ...]) -> Question:
    given = line.fields
    evidence, source, page = given.get("evidence"), given.get("source") or "", given.get("page")
    pieces = evidence or []
    told = (
        (isinstance(evidence, list) or (evidence is None and source))
        and isinstance(source, str)
        and all(isinstance(piece, str) and letters(piece) for piece in pieces)
        and (source or not pieces)
        and isinstance(page, int | None)
    )
    if not told:
        raise KilavuzError(
            f'{line.path}, satır {line.line}: yanıtın yeri eksik ya da bozuk; "source" (belgenin yolu) ve '
            '"evidence" (ondan birebir alıntılar; belgelerde yanıt yoksa []) alanlarını düzeltin.',
            f"{line.path}, line {line.line}: where the answer stands is missing or broken; mend "
            '"source" (path of the document) and "evidence" (verbatim quotations from it; [] if the '
            "documents have no answer).",
        )
    return Question(
        text=line.question,
        source=unicodedata.normalize("NFC", source) if evidence != [] else "",
        evidence=tuple(pieces),
        kind=_string(given.get("kind")),
        before=before,
        id=line.id,
        page=page,
        answer=_string(given.get("answer")),
    )


def _ask(
    lines: Mapping[batch.Key, batch.Question], asker: batch.Asker, out: Path | None, language: str
) -> Results:
    """Ask all questions; the results go to the file `out`, too."""
    results: dict[batch.Key, Result] = {}

    def noted(given: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for fields in given:
            results[fields["id"]] = _result(fields)
            yield fields

    with terminal.progress_bar(Message("Sorular", "Questions"), language) as step:
        given = noted(batch.run_batch(lines, asker, answers=True, progress=step))
        if out:
            batch.write_results(out, given)
        else:
            deque(given, maxlen=0)
    return results


def results_of(path: Path, lines: Mapping[batch.Key, batch.Question]) -> Results:
    """The results in a file by id. Raises KilavuzError if there are none for these questions."""
    form = '{"id": …, "hits": [{"source": "…", "text": "…"}, …]}'
    results: dict[batch.Key, Result] = {}
    for _, number, fields in batch.read_objects([path], form):
        try:
            results[fields["id"]] = _result(fields)
        except (TypeError, AttributeError, KeyError, OverflowError):
            raise batch.broken_line(path, number, form) from None
    if not results:
        raise KilavuzError(
            f"Sonuç dosyası boş: {path}; soruları `kilavuz evaluate … --out` ile yeniden sorun.",
            f"The result file is empty: {path}; ask the questions again by `kilavuz evaluate … --out`.",
        )
    if not results.keys() & lines.keys():
        raise KilavuzError(
            f"{path} başka soruların sonuçları: hiçbir kimlik bu sorulardakilerle aynı değil; sonuçların "
            "soru dosyasını verin.",
            f"{path} has the results of other questions: no id is one of these; give the question file "
            "that they belong to.",
        )
    return results


def _result(fields: Mapping[str, Any]) -> Result:
    """The result of one line. Raises TypeError, AttributeError, KeyError or OverflowError if it is none."""
    hits, seconds = fields.get("hits") if "answer" in fields else fields["hits"], fields.get("seconds")
    return Result(
        hits=tuple(_passage(hit) for hit in hits or []),
        answer=_string(fields["answer"]) if "answer" in fields else None,
        abstained=bool(fields.get("abstained")),
        cited=tuple(_passage(cited).source for cited in fields.get("citations") or []),
        seconds=seconds if isinstance(seconds, int | float) and math.isfinite(seconds) else None,
    )


def _passage(fields: Mapping[str, Any]) -> Passage:
    page = fields.get("page")
    source = unicodedata.normalize("NFC", _string(fields.get("source")))
    return Passage(source, _string(fields.get("text")), page if isinstance(page, int) else None)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _tell_missing(
    path: Path, lines: Mapping[batch.Key, batch.Question], results: Results, language: str
) -> None:
    """Say which questions have no result in the file."""
    missing = [str(id) for id in lines if id not in results]
    if not missing:
        return
    named = ", ".join(missing[:_NAMED]) + (" …" if len(missing) > _NAMED else "")
    terminal.complain(
        Message(
            f"{path}: {len(missing)} sorunun sonucu yok ({named}); hiçbir şey bulunmamış sayıldı.",
            f"{path}: {len(missing)} questions have no result ({named}); counted as nothing found.",
        ),
        language,
    )
