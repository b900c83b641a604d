"""What a round needs of the rest: who makes triples and trains, who is told, which options were given."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from assistant.catalogue import Catalogue
from assistant.errors import Message
from assistant.library import Progress
from assistant.records import Chunk
from assistant.word_sketch import WordSketch
from finetune.promote import Switched
from finetune.records import Triple


class TripleSet(Protocol):
    """What making triples gives; `report` is a dict, or records."""

    @property
    def train(self) -> Sequence[Triple]: ...
    @property
    def dev(self) -> Sequence[Triple]: ...
    @property
    def test(self) -> Sequence[Triple]: ...
    @property
    def report(self) -> object: ...


class Trained(Protocol):
    """What a training gives; `folder` is what `load_embedder` loads."""

    @property
    def folder(self) -> Path: ...
    @property
    def seconds(self) -> float: ...
    @property
    def notes(self) -> Sequence[Message]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Who makes what a round passes on.

    `triples` gets the chunks and the options of `DATA`; `votes` the catalogue and what
    is held out; `train` its options, the training and the dev triples, a folder to work in, and the words of
    the documents that are trained on.
    """

    triples: Callable[[Sequence[Chunk], Mapping[str, Any], Progress], TripleSet]
    votes: Callable[[Catalogue, Callable[[str], bool]], Sequence[Triple]]
    split: Callable[[str, float, int], str]
    train: Callable[
        [Mapping[str, Any], Sequence[Triple], Sequence[Triple], Path, Progress, WordSketch | None], Trained
    ]
    general: Callable[[], Sequence[Triple]]


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is told: `tell` prints a sentence, `watch` shows how far a step is; and who promotes."""

    tell: Callable[[Message], None]
    watch: Callable[[Message], AbstractContextManager[Progress]]
    promote: Callable[[str], Switched]


@dataclass(frozen=True, slots=True)
class Options:
    """The options given for this run, by name; others are as at the step's first time, or the defaults.

    With `folder` the model in it is taken as it is, and none is trained.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Whose round it is: the home, and the embedder that the settings name."""

    home: Path
    setting: str
