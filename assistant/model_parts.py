"""Files of a model in one of our own formats: a folder with `config.json`, `tokenizer.json` and weights.

What the weights mean is told by the format, which is not known here.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import KilavuzError

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def model_format(folder: Path) -> str:
    """The format that the folder's `config.json` names; "" if it is none of ours (or is damaged)."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return ""
    return str(config.get("format", "")) if isinstance(config, dict) else ""


def load_tokenizer(folder: Path) -> "Tokenizer":
    """`tokenizer.json` of `folder`. Raises KilavuzError if it is missing or damaged."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer(read_part(folder, "tokenizer.json"))
    except KilavuzError:
        raise
    except Exception as error:  # tokenizers raises plain Exception
        raise damaged(folder) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def damaged(folder: Path) -> KilavuzError:
    """What is said of a model folder that cannot be used."""
    return KilavuzError(
        f"{folder} klasöründeki gömme modeli bozuk ya da bu sürüme uygun değil; modeli yeniden kurun ya da "
        "KILAVUZ_EMBEDDER ayarını kaldırın.",
        f"The embedding model in {folder} is damaged or not of this version; install it again or remove the "
        "setting KILAVUZ_EMBEDDER.",
    )


def read_part(folder: Path, name: str) -> bytes:
    """A file of a model. Raises KilavuzError if it can't be read."""
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise KilavuzError(
            f"{folder} klasöründeki {name} okunamadı; modeli yeniden kurun ya da KILAVUZ_EMBEDDER ayarını "
            "kaldırın.",
            f"{name} could not be read in {folder}; install the model again or remove the setting "
            "KILAVUZ_EMBEDDER.",
        ) from error
