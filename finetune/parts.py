"""What a round is put together of: who makes triples, reads files, trains. The loop's composition root.

Options come as they were given on the command line, by name; what was not given is as the preset says.
"""

import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.embedder import QUICK, load_embedder, load_token_counter
from assistant.errors import Message
from assistant.library import Progress
from assistant.model_in_use import is_model_name, load_in_use, weights_folder
from assistant.records import Chunk
from assistant.word_sketch import WordSketch
from finetune.from_file import FileParts
from finetune.general_set import load_general
from finetune.needs import Parts, Place, TripleSet
from finetune.presets import PRESETS, TrainSettings, settings_from
from finetune.records import Rows, Triple

if TYPE_CHECKING:
    from assistant.reranker import Scorer
    from finetune.train import Trained
    from finetune.triples import Writer

_NOT_TRAINING = ("preset", "train_share", "limit")  # options of other steps


def round_parts(place: Place, writer: "Writer | None" = None, scorer: "Scorer | None" = None) -> Parts:
    """The parts of a round on this home; `writer` writes questions, `scorer` judges negatives, if given."""
    from finetune.splits import split_of
    from finetune.votes import vote_triples

    def make(chunks: Sequence[Chunk], options: Mapping[str, Any], progress: Progress) -> TripleSet:
        from finetune.triples import make_triples

        # The embedder in use knows best what looks like an answer; without a GPU it takes too long.
        embedder = load_in_use(place.home, place.setting)[0] if _has_gpu() else load_embedder(QUICK)
        return make_triples(chunks, embedder, llm=writer, scorer=scorer, progress=progress, **options)

    return Parts(make, vote_triples, split_of, partial(_train, place), load_general)


def file_parts(place: Place) -> FileParts:
    """The parts of a training from a file."""
    return FileParts(_read, _mine, partial(_advise, place), partial(_train, place))


def model_path(home: Path, name: str) -> str:
    """What `load_embedder` takes for a name of the user: a model of the home is its folder."""
    return str(weights_folder(home, name)) if is_model_name(name) else name


def base_of(place: Place, options: Mapping[str, Any]) -> str:
    """The model that is trained: as named, as the preset says, else the embedder of the settings."""
    if name := options.get("model_name"):
        return model_path(place.home, str(name))
    preset = PRESETS.get(str(options.get("preset") or ""))
    return preset.model_name if preset and preset.model_name else place.setting


def training_settings(place: Place, options: Mapping[str, Any]) -> TrainSettings:
    """The settings of a training. Raises KilavuzError for a value that none can have."""
    given = {name: value for name, value in options.items() if name not in _NOT_TRAINING}
    given["model_name"] = base_of(place, options)
    if "matryoshka" in given:
        given["matryoshka"] = tuple(given["matryoshka"])
    return settings_from(given, str(options.get("preset") or ""))


def helps() -> bool:
    """Whether this is one of torchrun's further processes."""
    return int(os.environ.get("RANK") or 0) > 0


def processes() -> int:
    """How many processes train together."""
    return int(os.environ.get("WORLD_SIZE") or 1)


def _train(
    place: Place,
    options: Mapping[str, Any],
    rows: Rows,
    dev: Rows,
    out: Path,
    progress: Progress,
    words: WordSketch | None = None,
) -> "Trained":
    from finetune.train import train

    return train(training_settings(place, options), rows, dev, out, progress=progress, words=words)


def _read(path: Path) -> Rows:
    from finetune.data import holds_pairs, read_pairs, read_triples

    return list(read_pairs(path)) if holds_pairs(path) else list(read_triples(path))


def _advise(place: Place, rows: Rows, options: Mapping[str, Any]) -> Sequence[Message]:
    from finetune.advice import advice

    triples = [one for one in rows if isinstance(one, Triple)]
    if not triples:
        return ()
    settings = training_settings(place, options)
    share = float(options.get("train_share", 0.8))
    count = load_token_counter(settings.model_name)
    return advice(triples, epochs=settings.epochs, train_share=share, count_tokens=count)


def _mine(rows: Sequence[Triple], options: Mapping[str, Any], progress: Progress) -> Sequence[Triple]:
    from finetune.mined import with_negatives

    return with_negatives(rows, int(options.get("num_negatives", 3)), load_embedder(QUICK), progress)


def _has_gpu() -> bool:
    import torch

    return bool(torch.cuda.is_available())
