"""The records that pass between the stages of the learning loop, and nothing else.

chunks, votes, files -> Triple -> model -> figures -> verdict
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Triple:
    """A question, a passage that answers it, and passages that look like it but do not.

    `source` is the document of the positive ("" if it comes from a file), `rule` what made the question: a
    rule's name, "llm", "vote" or "file".
    """

    question: str
    positive: str
    negatives: tuple[str, ...] = ()
    source: str = ""
    rule: str = "file"


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """Two sentences and how alike they are, in 0..1."""

    first: str
    second: str
    score: float


Rows = Sequence[Triple] | Sequence[ScoredPair]
"""What a training learns from."""
