"""Where the model that a setting names is, and what is said if it is not to be had.

A setting holds a folder or a name on the Hugging Face hub. A name is looked up among the downloaded models
first, then on the hub. What kind of model it is, and whether it is any good, is not known here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from assistant.errors import KilavuzError

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ModelSetting:
    """A setting that names a model: its variable, and what such a model is called.

    `tr` is in the nominative ("Gömme modeli"), as is all that follows from it by "-nin".
    """

    variable: str
    tr: str
    en: str


EMBEDDER = ModelSetting("KILAVUZ_EMBEDDER", "Gömme modeli", "embedding model")
RERANKER = ModelSetting("KILAVUZ_RERANKER", "Yeniden sıralama modeli", "reranking model")


def model_folder(model: str, setting: ModelSetting) -> Path | None:
    """The folder that `model` names; None if it is a name on the hub (at most one "/", no leading "~").

    Raises KilavuzError if it can only be a folder and there is none.
    """
    try:
        path = Path(model).expanduser()
        if path.is_dir():
            return path
        if re.fullmatch(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", model) and not path.exists():
            return None
    except (RuntimeError, OSError):  # "~nobody"; a name that is too long
        pass
    raise KilavuzError(
        f"{setting.tr}nin klasörü bulunamadı: {model}; {setting.variable} ayarındaki yolu düzeltin ya da "
        "ayarı kaldırın.",
        f"The {setting.en}'s folder was not found: {model}; correct the path in {setting.variable} or "
        "remove the setting.",
    )


def load_model(model: str, setting: ModelSetting, load: Callable[[bool], _T]) -> _T:
    """What `load` makes of the model; its argument tells whether only files on this machine may be read.

    Raises KilavuzError for whatever goes wrong: the user can do the same about all of it.
    """
    from huggingface_hub import model_info

    try:
        try:
            return load(True)
        except Exception:
            if Path(model).is_dir():
                raise
            # Asked first because it gives up at once, where a download would try for minutes.
            model_info(model, timeout=10)
            return load(False)  # not downloaded yet
    except Exception as error:
        raise not_loaded(model, setting, error) from error


def not_loaded(model: str, setting: ModelSetting, error: Exception) -> KilavuzError:
    """The sentence about a model that a library could not load, with the beginning of what that said."""
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return KilavuzError(
        f"{setting.tr} yüklenemedi: {model}. Adını ya da klasörünü ve ilk indirme için ağ bağlantısını "
        f"denetleyin ya da {setting.variable} ayarını kaldırın. (Ayrıntı: {reason})",
        f"The {setting.en} could not be loaded: {model}. Check its name or folder, and the network that "
        f"the first download needs, or remove the setting {setting.variable}. (Details: {reason})",
    )
