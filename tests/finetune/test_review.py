import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.catalogue import Catalogue
from assistant.errors import KilavuzError
from assistant.feedback import TurnLog
from assistant.records import Answer, Chunk, Hit
from finetune.review import decide, export_reviews, import_reviews
from finetune.votes import candidates, vote_triples


def nowhere(source: str) -> bool:
    return False


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(tmp_path / "k.db")) as catalogue:
        log = TurnLog(catalogue, dict)
        for n, question in enumerate(("Vana nedir?", "Pompa nedir?", "Conta nedir?")):
            hits = tuple(Hit(Chunk(f"d{n}", "", (), None, f"p{n}{rank}", 0), 0.5) for rank in range(3))
            turn = log.record(f"c{n}", question, Answer("a", hits)).turn or 0
            log.vote(turn, "hit:0" if n < 2 else "hit:1", 1)
        yield catalogue


def states(catalogue: Catalogue) -> dict[str, str]:
    return {one.triple.question: one.state for one in candidates(catalogue, nowhere)}


def trained(catalogue: Catalogue) -> set[str]:
    return {triple.question for triple in vote_triples(catalogue, nowhere)}


def test_what_is_accepted_trains_and_what_is_rejected_does_not(catalogue: Catalogue) -> None:
    assert states(catalogue) == {"Vana nedir?": "ready", "Pompa nedir?": "ready", "Conta nedir?": "doubtful"}
    keys = {one.triple.question: one.key for one in candidates(catalogue, nowhere)}
    decide(catalogue, [keys["Conta nedir?"][:10]], True, nowhere)
    (rejected,) = decide(catalogue, [keys["Vana nedir?"]], False, nowhere)
    assert rejected.triple.question == "Vana nedir?"
    assert trained(catalogue) == {"Pompa nedir?", "Conta nedir?"}
    decide(catalogue, [keys["Vana nedir?"]], True, nowhere)
    assert len(trained(catalogue)) == 3


@pytest.mark.parametrize("key", ["", "zzz"])
def test_a_key_that_is_none_changes_nothing(catalogue: Catalogue, key: str) -> None:
    first = candidates(catalogue, nowhere)[0].key
    with pytest.raises(KilavuzError, match="tek bir aday yok"):
        decide(catalogue, [first, key], False, nowhere)
    assert len(trained(catalogue)) == 2


def test_a_review_by_file_goes_out_and_comes_back(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "oylar.jsonl"
    assert export_reviews(catalogue, path, nowhere) == 3
    assert import_reviews(catalogue, path) == 0  # nothing was decided
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for row in rows:
        row["state"] = "rejected" if row["question"] == "Pompa nedir?" else "accepted"
        if row["question"] == "Conta nedir?":
            row |= {"question": "Conta ne işe yarar, ali@example.com?", "negatives": ["Sızıntı."]}
    rows.append({"state": "accepted", "question": "Mil nedir?", "positive": "Döner.", "negatives": []})
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert import_reviews(catalogue, path) == 4
    assert trained(catalogue) == {"Vana nedir?", "Conta ne işe yarar, ?", "Mil nedir?"}
    assert {t.negatives for t in vote_triples(catalogue, nowhere)} == {(), ("Sızıntı.",)}
    assert import_reviews(catalogue, path) == 4  # again changes nothing
    assert len(candidates(catalogue, nowhere)) == 4


def test_reviewed_triples_of_held_out_documents_never_train(catalogue: Catalogue) -> None:
    keys = [one.key for one in candidates(catalogue, nowhere)]
    decide(catalogue, keys, True, nowhere)
    assert {t.source for t in vote_triples(catalogue, lambda source: source == "d1")} == {"d0", "d2"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('{"state": "belki", "question": "a", "positive": "b"}', "satır 2: 'state' sütununda"),
        ('{"question": "a", "positive": "b"}', "satır 2: 'state' sütununda"),
        ('{"state": "accepted", "question": "a"}', "satır 2: 'positive' ya da 'answer' sütunu yok"),
        ('{"state": "accepted"', "satır 2: JSON"),
    ],
)
def test_a_broken_row_is_told_and_nothing_is_kept(
    catalogue: Catalogue, tmp_path: Path, row: str, said: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"state": "accepted", "question": "Mil nedir?", "positive": "Döner."}\n' + row, "utf-8")
    with pytest.raises(KilavuzError, match=said):
        import_reviews(catalogue, path)
    assert "Mil nedir?" not in trained(catalogue)
