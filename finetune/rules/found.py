"""What a rule hands over: which rule it was, and the words that its templates need."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from finetune.rules.reading import Reading


@dataclass(frozen=True, slots=True)
class Found:
    """Something that a passage answers. `rule` names a row of `TEMPLATES`, `slots` fill its templates."""

    rule: str
    slots: Mapping[str, str]


Rule = Callable[[Reading], Iterator[Found]]
"""Finds what can be asked of a chunk."""
