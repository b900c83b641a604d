"""The number format a transformer computes in: 16 bits where the processor has them, else 32.

Vectors in bf16 point the same way as those in fp32 (cosine 0.999 and more, `benchmarks/embedding_speed.py`),
so an index made on one machine is searched on another: precision is no part of an embedder's fingerprint.
Without hardware for it bf16 is slower than fp32. int8 is left out: cosine 0.9989 after three layers of
bge-m3's shape already, for a tenth more speed.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn


_PACKED_KINDS = ("bert", "roberta", "xlm-roberta")  # others may read a layer's weights by themselves
_ROWS = 4096  # of a usual batch: oneDNN chooses the order of the weights by it


def has_native_bf16() -> bool:
    """True if this CPU multiplies bf16 numbers itself (avx512_bf16, AMX; Arm's bf16)."""
    import torch

    told: Mapping[str, object] = getattr(torch.cpu, "get_capabilities", dict)()  # none in an old torch
    return any(told.get(flag, False) for flag in ("avx512_bf16", "amx_bf16", "bf16", "arm_bf16"))


def best_dtype(device: str) -> "torch.dtype":
    """The fastest format of which the vectors are the same: for "cuda", "cpu" or another kind of device."""
    import torch

    if device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    return torch.bfloat16 if device == "cpu" and has_native_bf16() else torch.float32


def prepare(model: "nn.Module", device: str, kind: str = "") -> "torch.dtype":
    """Change `model` in place to `best_dtype`; on a CPU in bf16, pack its linear layers if `kind` allows it.

    `kind` is transformers' model_type. Afterwards the model cannot be trained or saved. Returns the format.
    """
    import torch

    _keep_to_thread_limit()
    dtype = best_dtype(device)
    model.to(dtype)
    if device == "cpu" and dtype == torch.bfloat16 and kind in _PACKED_KINDS:
        pack(model)
    return dtype


def _keep_to_thread_limit() -> None:
    """Use no more threads than OMP_THREAD_LIMIT allows: with more, torch 2.13's bf16 layers compute nonsense.

    oneDNN divides its work among the threads it was promised, and those that don't start leave theirs undone.
    """
    import torch

    limit = os.environ.get("OMP_THREAD_LIMIT", "")
    if limit.isascii() and limit.isdigit() and 0 < int(limit) < torch.get_num_threads():
        torch.set_num_threads(int(limit))


def pack(model: "nn.Module") -> None:
    """Lay the weights of all linear layers in oneDNN's order once, not in each call; add the bias within.

    About 1.2 times as fast as plain bf16 layers, with the same results. Where a layer's activation is an
    exact GELU (`intermediate` of BERT and its kin) it is computed within as well. The operators are those of
    torch.compile ("freezing"), which needs a C++ compiler; if this torch has none of them, nothing changes.
    """
    import torch
    from torch import nn

    operators = torch.ops.mkldnn
    if not (hasattr(operators, "_reorder_linear_weight") and hasattr(operators, "_linear_pointwise")):
        return

    class Packed(nn.Module):
        def __init__(self, linear: nn.Linear, activation: str) -> None:
            super().__init__()
            self.in_features, self.out_features = linear.in_features, linear.out_features
            self.weight = operators._reorder_linear_weight(linear.weight.detach(), _ROWS)
            self.bias = None if linear.bias is None else linear.bias.detach()
            self.activation, self.algorithm = (activation, "none") if activation == "gelu" else ("none", "")

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            packed: torch.Tensor = operators._linear_pointwise(
                x, self.weight, self.bias, self.activation, [], self.algorithm
            )
            return packed

    with torch.inference_mode():
        for parent in list(model.modules()):
            for name, child in list(parent.named_children()):
                if type(child) is not nn.Linear:
                    continue
                joined = name == "dense" and _is_gelu(getattr(parent, "intermediate_act_fn", None))
                setattr(parent, name, Packed(child, "gelu" if joined else "none"))
                if joined:
                    parent.intermediate_act_fn = nn.Identity()


def _is_gelu(activation: object) -> bool:
    """True for the exact GELU (transformers: "gelu"), not for its approximations."""
    from transformers.activations import GELUActivation

    return type(activation) is GELUActivation
