"""A trained model as one ONNX graph: tokens in, vectors of length 1 out, for `assistant.onnx_embedder`.

Pooling, cutting to fewer dimensions (for models trained with Matryoshka) and normalisation stand inside the
graph, so that onnxruntime alone serves it. With `int8` the weights are kept in 8 bits, a quarter of the size.
Models in our own formats need none of it: they are served without torch as they are.
"""

import json
import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.embedder import MAX_TOKENS
from assistant.errors import KilavuzError
from assistant.onnx_embedder import FORMAT, VERSION, load_onnx
from finetune.base_model import load_base, own_folder
from finetune.checkpoints import disk_full, is_disk_full

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OPSET = 18
_LIMIT = 2 * 10**9  # bytes: beyond them a graph's weights stand in a file of their own


def export_onnx(folder: Path, out: Path, *, dimension: int | None = None, int8: bool = True) -> None:
    """Write the model in `folder` to `out`, with its first `dimension` numbers if given.

    What stood in `out` is replaced once the new one has been loaded. Raises KilavuzError if the model can't
    be exported, or the disk is full.
    """
    if own_folder(str(folder)) is not None:
        raise KilavuzError(
            "Bu model zaten torch olmadan çalışır, dışa aktarılması gerekmez; klasörünü olduğu gibi "
            "kullanın.",
            "This model works without torch as it is and needs no export; use its folder.",
        )
    model = load_base(str(folder), device="cpu")
    full = int(model.get_embedding_dimension() or 0)
    if dimension is not None and not 0 < dimension <= full:
        raise KilavuzError(
            f"Boyut 1 ile {full} arasında olmalı: {dimension}.",
            f"The dimension must be between 1 and {full}: {dimension}.",
        )
    part = out.with_name(f"{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        length = min(model.max_seq_length or MAX_TOKENS, MAX_TOKENS)
        _write_graph(model, part, dimension or full)
        if int8:
            _quantize(part)
        facts = {"dimension": dimension or full, "max_tokens": length, "together": not int8}
        _write_rest(model, part, folder.name, facts)
        load_onnx(part)
        shutil.rmtree(out, ignore_errors=True)
        part.rename(out)
    except Exception as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, KilavuzError):
            raise
        if is_disk_full(error):
            raise disk_full(out) from error
        raise KilavuzError(
            f"Model ONNX'e aktarılamadı: {folder} ({' '.join(str(error).split())[:200]}); modeli olduğu "
            "gibi kullanın.",
            f"The model could not be exported to ONNX: {folder} ({' '.join(str(error).split())[:200]}); "
            "use it as "
            "it is.",
        ) from error


def _write_graph(model: "SentenceTransformer", folder: Path, dimension: int) -> None:
    import torch

    class Whole(torch.nn.Module):
        """All modules of the model, and the cut; its inputs are those of the graph."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features: dict[str, Any] = {"input_ids": input_ids, "attention_mask": attention_mask}
            vectors = self.model(features)["sentence_embedding"][:, :dimension]
            return torch.nn.functional.normalize(vectors, dim=1)

    body = model.transformers_model
    if body is not None:
        body.set_attn_implementation("eager")  # fused attention has no counterpart in ONNX
    tokens = torch.full((2, 5), 4, dtype=torch.long)
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    names = {0: "texts", 1: "length"}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # it warns of its own parts
        torch.onnx.export(
            Whole().train(False),
            (tokens, mask),
            str(folder / "model.onnx"),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": names, "attention_mask": names, "embedding": {0: "texts"}},
            opset_version=OPSET,
            dynamo=False,
        )


def _quantize(folder: Path) -> None:
    """Weights in 8 bits, a scale for each column."""
    import logging

    import onnx
    from onnxruntime.quantization import (  # type: ignore[import-untyped]
        QuantType,
        quantize_dynamic,
    )

    big, whole = folder / "big.onnx", folder / "model.onnx"
    whole.rename(big)
    logging.disable(logging.WARNING)  # it gives advice to its callers, on the root logger
    try:
        quantize_dynamic(
            onnx.load(big), whole, weight_type=QuantType.QInt8, per_channel=True,
            use_external_data_format=big.stat().st_size > 4 * _LIMIT,
        )  # fmt: skip
    finally:
        logging.disable(logging.NOTSET)
    for file in folder.iterdir():
        if file != whole and file.name not in ("model.onnx.data",):
            file.unlink()


def _write_rest(model: "SentenceTransformer", folder: Path, name: str, facts: dict[str, Any]) -> None:
    tokenizer = model.tokenizer
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    prompts = {"question": model.prompts.get("query") or "", "passage": model.prompts.get("document") or ""}
    config = {"format": FORMAT, "version": VERSION, "name": name} | facts
    config |= {"pad": int(tokenizer.pad_token_id or 0), "prompts": prompts}
    (folder / "config.json").write_text(
        json.dumps(config, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
