"""The general set: questions on many subjects, each with the passage that answers it, of our own writing.

The gate measures on it whether a model that has learned a user's documents has forgotten the rest. Nothing
trains on it, nothing is chosen by it.
"""

from pathlib import Path

from assistant.errors import KilavuzError
from finetune.records import Triple

GENERAL = Path(__file__).with_name("general.jsonl")
"""A JSON object a line: question, passage."""


def load_general(path: Path = GENERAL) -> list[Triple]:
    """The set. Raises KilavuzError if its file is missing or damaged."""
    import json

    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return [Triple(str(one["question"]), str(one["passage"]), rule="general") for one in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KilavuzError(
            f"Genel soru kümesi okunamadı: {path} ({error}); Kılavuz'u yeniden kurun.",
            f"The general set could not be read: {path} ({error}); install Kılavuz again.",
        ) from error
