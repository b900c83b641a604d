"""Which documents train, which choose a checkpoint, and which judge: by a hash of the document's path.

A document keeps its side whatever other documents come or go, so what judged once never trains.
"""

import hashlib
import unicodedata
from typing import Literal, get_args

from assistant.errors import KilavuzError

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)


def split_of(source: str, train_share: float = 0.8, seed: int = 0) -> Split:
    """The side of a document; dev and test get half each of what does not train.

    Raises KilavuzError if the share is not between 0 and 1.
    """
    if not 0 < train_share < 1:
        raise KilavuzError(
            f"Eğitime ayrılan pay 0 ile 1 arasında olmalı ({train_share:g} verildi); örneğin 0.8 yazın.",
            f"The share that trains must lie between 0 and 1, not at {train_share:g}; write 0.8.",
        )
    name = unicodedata.normalize("NFC", source)
    digest = hashlib.sha256(f"{seed}\0{name}".encode("utf-8", "surrogatepass")).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    if place < train_share:
        return "train"
    return "dev" if place < (1 + train_share) / 2 else "test"
