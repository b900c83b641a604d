"""The review of triples from votes: accept, reject, write them to a file and read a file back."""

import json
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

from assistant.catalogue import Catalogue, now
from assistant.errors import KilavuzError
from finetune.data import triple_of, write_lines
from finetune.data_rows import broken, read_rows
from finetune.privacy import without_personal_data
from finetune.records import Triple
from finetune.votes import Candidate, candidates, key_of

STATES = ("ready", "doubtful", "accepted", "rejected")
DECISIONS = ("accepted", "rejected")


def decide(
    catalogue: Catalogue, keys: Iterable[str], accepted: bool, held_out: Callable[[str], bool]
) -> list[Candidate]:
    """Accept or reject the candidates with these keys, or the beginnings of keys; returns them.

    Raises KilavuzError, and changes nothing, if a key is not one candidate's.
    """
    known = candidates(catalogue, held_out)
    chosen = []
    for key in keys:
        fitting = [one for one in known if key and one.key.startswith(key)]
        if len(fitting) != 1:
            raise KilavuzError(
                f"“{key}” ile başlayan tek bir aday yok; listedeki numaralardan birini verin.",
                f"There is no single candidate whose number begins with “{key}”; give one of the list.",
            )
        chosen += fitting
    state = DECISIONS[not accepted]
    _keep(catalogue, {one.key: (state, one.triple) for one in chosen})
    return chosen


def export_reviews(catalogue: Catalogue, path: Path, held_out: Callable[[str], bool]) -> int:
    """Write all candidates as JSON lines, with `id` and `state`; returns how many.

    Change `state` to "accepted" or "rejected", mend what you like, and read it back. Raises KilavuzError if
    it cannot be written.
    """
    rows = (
        {
            "id": one.key,
            "state": one.state,
            "belief": round(one.belief, 3),
            "ups": one.ups,
            "downs": one.downs,
        }
        | asdict(one.triple)
        for one in candidates(catalogue, held_out)
    )
    return write_lines(path, rows)


def import_reviews(catalogue: Catalogue, path: Path) -> int:
    """Keep the decisions of a file that `export_reviews` wrote, or rows of your own; returns how many.

    Rows without an `id` are new. Rows whose `state` is not a decision are passed over. Raises KilavuzError,
    and changes nothing, if a row will not do.
    """
    decided: dict[str, tuple[str, Triple]] = {}
    with closing(read_rows(path)) as rows:
        for line, row in rows:
            state = row.get("state")
            if state not in STATES:
                raise broken(
                    path,
                    line,
                    "'state' sütununda accepted, rejected, ready ya da doubtful yazmıyor; birini yazın",
                    "'state' is not accepted, rejected, ready or doubtful; write one of them",
                )
            triple = triple_of(path, line, row)
            triple = replace(triple, question=without_personal_data(triple.question))
            if state in DECISIONS:
                id = row.get("id")
                key = id if isinstance(id, str) and id else key_of(triple.question, triple.positive)
                decided[key] = str(state), triple
    _keep(catalogue, decided)
    return len(decided)


def _keep(catalogue: Catalogue, decided: dict[str, tuple[str, Triple]]) -> None:
    with catalogue.change() as db:
        db.executemany(
            "INSERT OR REPLACE INTO reviews VALUES (?, ?, ?, ?)",
            [
                (key, state, json.dumps(asdict(triple), ensure_ascii=False), now())
                for key, (state, triple) in decided.items()
            ],
        )
