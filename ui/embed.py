"""`kilavuz embed`: the embedding workbench (`finetune/workbench/`) from the command line."""

import argparse
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from ui import embed_inside, embed_pairs, embed_uses, embed_vectors

if TYPE_CHECKING:
    from assistant.settings import Settings

USES: "dict[str, Callable[[Settings, argparse.Namespace], None]]" = {
    **embed_uses.USES,
    **embed_vectors.USES,
    **embed_inside.USES,
    **embed_pairs.USES,
}
"""What each use does; of `args.model`, None is the settings' embedder. They raise KilavuzError."""


def embed(settings: "Settings", args: argparse.Namespace) -> int:
    """Run the use that `args` names; returns the exit code. Raises KilavuzError."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # a body without its head is what is wanted
    if args.model is None:
        args.model = settings.embedder
    USES[args.use](settings, args)
    return 0
