"""Pictures of how a model reads sentences, each drawn in a process of its own (`python -m ui.look_closer`).

So neither the model's memory nor its work is the server's, and a chat goes on meanwhile.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.embedder import QUICK
from assistant.errors import KilavuzError
from assistant.model_in_use import MODEL, models_folder, read_in_use, weights_folder
from ui import closer_texts as words

LONGEST = 180
"""Seconds after which a picture is given up."""
MOST = 200
"""Sentences of a picture."""
_NEED_LAYERS = ("attention", "contexts")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture: one of `words.PICTURES`. `model` is what `load_embedder` takes."""

    picture: str
    sentences: tuple[str, ...]
    model: str = ""
    word: str = ""
    layer: int = 1
    head: int = 1
    language: str = "tr"


def models_at_hand(home: Path) -> dict[str, Path]:
    """The folders of models in the home, by name."""
    try:
        folders = sorted(path for path in models_folder(home).iterdir() if not path.name.startswith("."))
    except OSError:
        return {}
    inner = {path.name: path / MODEL if (path / MODEL).is_dir() else path for path in folders}
    return {
        name: path
        for name, path in inner.items()
        if (path / "config.json").is_file() or (path / "modules.json").is_file()
    }


def model_of(home: Path, setting: str, name: str) -> str:
    """What to load for a name of `models_at_hand`; "" is the model in use. Raises KilavuzError."""
    if name:
        if name not in (there := models_at_hand(home)):
            raise KilavuzError(words.UNKNOWN.tr, words.UNKNOWN.en)
        return str(there[name])
    in_use = read_in_use(home, setting)
    return str(weights_folder(home, in_use.model)) if in_use and in_use.model else setting


def draw_apart(wanted: Wanted) -> bytes:
    """The picture as a PNG. Raises KilavuzError, with what the other process said."""
    if wanted.picture not in words.PICTURES:
        raise KilavuzError(words.UNKNOWN.tr, words.UNKNOWN.en)
    if not wanted.sentences:
        raise KilavuzError(words.NO_SENTENCE.tr, words.NO_SENTENCE.en)
    if len(wanted.sentences) > MOST:
        raise KilavuzError(words.TOO_MANY.tr.format(most=MOST), words.TOO_MANY.en.format(most=MOST))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one or os.getcwd() for one in sys.path)}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "picture.png"
        try:
            done = subprocess.run(
                [sys.executable, "-m", "ui.look_closer", str(file)],
                input=json.dumps(asdict(wanted)).encode(),
                capture_output=True, timeout=LONGEST, check=False, env=environment,
            )  # fmt: skip
            said = json.loads(done.stdout.decode("utf-8").splitlines()[-1])
            if said:
                raise KilavuzError(said["tr"], said["en"])
            return file.read_bytes()
        except subprocess.TimeoutExpired:
            texts = (one.format(seconds=LONGEST) for one in (words.TOO_SLOW.tr, words.TOO_SLOW.en))
            raise KilavuzError(*texts) from None
        except (OSError, ValueError, IndexError):
            raise KilavuzError(words.ENDED.tr, words.ENDED.en) from None


def draw(wanted: Wanted, file: Path) -> None:
    """Draw it here. Raises KilavuzError."""
    from finetune.workbench import attention, clusters, token_picture, token_view, word_contexts
    from finetune.workbench.loading import load_any

    first, language = wanted.sentences[0], wanted.language
    if wanted.model == QUICK and wanted.picture in _NEED_LAYERS:
        raise KilavuzError(words.NO_LAYERS.tr, words.NO_LAYERS.en)
    if wanted.picture == "attention":
        seen = attention.attention(first, wanted.model, wanted.layer, wanted.head)
        attention.draw_attention(seen, file, language)
    elif wanted.picture == "contexts":
        found = word_contexts.word_contexts(wanted.word, wanted.sentences, wanted.model)
        word_contexts.draw_contexts(found, file, language)
    elif wanted.picture == "tokens":
        token_picture.draw_tokens(token_view.compare(first, [wanted.model]), file, language)
    else:
        groups = clusters.cluster(load_any(wanted.model), wanted.sentences)
        clusters.draw(groups, wanted.sentences, file, language)


def main() -> None:
    """Draw what stands on stdin into the file that the command line names; one line of JSON tells."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    given = json.loads(sys.stdin.buffer.read())
    try:
        draw(Wanted(**given | {"sentences": tuple(given["sentences"])}), Path(sys.argv[1]))
        said = {}
    except KilavuzError as error:
        said = {"tr": error.message.tr, "en": error.message.en}
    sys.stdout.write("\n" + json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
