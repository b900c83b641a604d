"""Our embedders as folders for stock `SentenceTransformer`: `python -m finetune.stock MODEL --out FOLDER`.

    python -m finetune.stock assistant/deep --out deep-st        # the layers: mean pooling, length 1
    python -m finetune.stock assistant/compact --out compact-st  # the static one

The default embedder is both end to end (`assistant/paired_embedder.py`); each is a model of its own here, to
be looked at with other tools or trained further.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import layered_embedder
from assistant.errors import KilavuzError
from assistant.model_parts import load_tokenizer, model_format
from assistant.static_embedder import load_static
from finetune.layers import restore

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel


def save_layers(body: "PreTrainedModel", tokenizer: "Tokenizer", longest: int, folder: Path) -> None:
    """Layers, mean pooling, length 1; texts are cut at `longest` tokens."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast

    tokenizer.no_truncation()
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]",
        sep_token="[SEP]", model_max_length=longest,
    )  # fmt: skip
    inner = folder / "body"
    body.cpu().train(False).save_pretrained(inner)
    fast.save_pretrained(inner)
    layers = Transformer(str(inner), max_seq_length=longest)
    SentenceTransformer(modules=[layers, Pooling(body.config.hidden_size), Normalize()]).save(str(folder))


def save_static(model: Path, folder: Path) -> None:
    """The static embedder in `model`; its linear layer is multiplied into the token vectors."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    embedding = StaticEmbedding(load_tokenizer(model), load_static(model).token_vectors)
    SentenceTransformer(modules=[embedding, Normalize()], device="cpu").save(str(folder))


def main(argv: list[str] | None = None) -> int:
    """Write the folder."""
    parser = argparse.ArgumentParser(prog="python -m finetune.stock", description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="folder in one of our own formats")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(argv)
    try:
        if model_format(given.model) == layered_embedder.FORMAT:
            body, tokenizer = restore(given.model)
            save_layers(body, tokenizer, body.config.max_position_embeddings, given.out)
        else:
            save_static(given.model, given.out)
    except KilavuzError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command's own message
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
