"""Small chunks are matched, their surroundings returned: a chunk with its neighbours in the document.

A chunk of 700 characters is matched precisely but often lacks the sentence before or after. Chunks of one
document are stored in one go and have ids in a row, so neighbours are looked up by id; source and position
tell whether they are neighbours indeed.
"""

from collections.abc import Mapping, Sequence

from assistant.records import Chunk

CHARACTERS = 2000
"""Length of a chunk with its surroundings, at most. On the dev questions 1,400 give .04 nDCG@10 less."""

REACH = 5
"""Neighbours that are looked at on either side."""

NEIGHBOUR = 0.2
"""Share of its best neighbour's score that a chunk is given: an answer often spans two chunks."""

_BETWEEN = "\n\n"


def near(ids: Sequence[int]) -> list[int]:
    """The ids of these chunks and of those that may be neighbours."""
    return sorted({near for id in ids for near in range(id - REACH, id + REACH + 1)})


def surroundings(id: int, chunks: Mapping[int, Chunk]) -> range:
    """The ids of the chunk and its neighbours as far as they fit, those behind first."""
    first = last = id
    size = len(chunks[id].text)
    grows = {1, -1}
    while grows:
        for step in (1, -1):
            beside = last + 1 if step == 1 else first - 1
            if step not in grows:
                continue
            longer = size + len(_BETWEEN) + len(chunks[beside].text) if beside in chunks else CHARACTERS + 1
            if longer > CHARACTERS or not _are_neighbours(chunks[id], chunks[beside], beside - id):
                grows.discard(step)
                continue
            size = longer
            first, last = (first, beside) if step == 1 else (beside, last)
    return range(first, last + 1)


def _are_neighbours(chunk: Chunk, other: Chunk, distance: int) -> bool:
    return other.source == chunk.source and other.position - chunk.position == distance


def passages(
    scores: Mapping[int, float], chunks: Mapping[int, Chunk], limit: int
) -> list[tuple[int, float, str]]:
    """The best chunks as (id, score, text with its surroundings): best first, ties by id, at most `limit`.

    `chunks` has the scored ones and those `near` them. A chunk that stands in the passage of a better one
    is not returned again, and no text is in two passages.
    """
    reach = {id: surroundings(id, chunks) for id in scores if id in chunks}
    best_beside = {
        id: max((scores.get(other, 0.0) for other in around if other != id), default=0.0)
        for id, around in reach.items()
    }
    lifted = {id: (scores[id] + NEIGHBOUR * best_beside[id]) / (1 + NEIGHBOUR) for id in reach}
    found: list[tuple[int, float, str]] = []
    taken: set[int] = set()
    for id in sorted(lifted, key=lambda id: (-lifted[id], id)):
        if id in taken:
            continue
        first = last = id
        while first - 1 in reach[id] and first - 1 not in taken:
            first -= 1
        while last + 1 in reach[id] and last + 1 not in taken:
            last += 1
        taken.update(range(first, last + 1))
        found.append((id, lifted[id], _joined([chunks[i].text for i in range(first, last + 1)])))
        if len(found) == limit:
            break
    return found


def _joined(texts: Sequence[str]) -> str:
    """The texts as paragraphs; rows of one table stay together."""
    whole = texts[0]
    for text in texts[1:]:
        in_table = whole.endswith("|") and text.startswith("|")
        whole += ("\n" if in_table else _BETWEEN) + text
    return whole
