"""How much of a question stands in a text: the share of its words, each weighted by how telling it is.

Words are compared by `turkish.key`. It does not know synonyms or typing errors; those are the search's.
"""

from collections.abc import Collection, Mapping
from functools import lru_cache

from assistant.records import Chunk
from assistant.turkish import content_keys


@lru_cache(maxsize=4096)
def keys(text: str) -> frozenset[str]:
    """The keys of the text's content words."""
    return frozenset(content_keys(text))


def heading_keys(chunk: Chunk) -> frozenset[str]:
    """The keys of the document's title and of the headings that the chunk stands under."""
    return keys("\n".join((chunk.title, *chunk.headings)))


def chunk_keys(chunk: Chunk) -> frozenset[str]:
    """The keys of the chunk's text, headings and title."""
    return keys(chunk.text) | heading_keys(chunk)


def code_keys(found: Collection[str]) -> frozenset[str]:
    """The keys of codes and names that must match whole: E-1042, KILAVUZ_PORT, ResNet50; no numbers."""
    return frozenset(key for key in found if not key.isalpha() and any(map(str.isalpha, key)))


def coverage(weights: Mapping[str, float], *found: tuple[float, Collection[str]]) -> float:
    """Share of the question's weight that is found, in 0..1; 0 if nothing is asked.

    `found` pairs the worth of a key with the keys found there; a key found twice counts where it is
    worth most.
    """
    total = sum(weights.values())
    if not total:
        return 0.0
    return (
        sum(w * max(worth * (key in there) for worth, there in found) for key, w in weights.items()) / total
    )
