"""A student with layers in the form that ships, and back: 4-bit token vectors, 8-bit layers as an ONNX graph.

The layers' weights are rounded to 8 bits in blocks of up to `BLOCK` along the input (onnxruntime's
MatMulNBits with 8-bit products), so that a text's vector does not depend on its batch, as it would with one
scale for all activations. The graph is written out here, node by node: exporters leave attention and
normalisation in pieces that take half as long again. `restore` makes a body of it to train further.
"""

import json
from dataclasses import dataclass, field
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.layered_embedder import FORMAT, VERSION, load_layered
from assistant.model_parts import load_tokenizer
from assistant.packed_rows import pack, unpack

if TYPE_CHECKING:
    import onnx
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

Weights = dict[str, NDArray[np.float32]]

BLOCK = 128
"""The most numbers that share a scale; fewer where the width asks for it. Smaller ones: larger files."""
MICROSOFT = "com.microsoft"
"""onnxruntime's own operators."""
_MOST, _ZERO = 127, 128
TABLE = "embeddings.word_embeddings.weight"
_ATTENTION = ("query", "key", "value")
_SHAPE = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "layer_norm_eps")


@dataclass(slots=True)
class Graph:
    """Nodes and weights of an ONNX graph in the making; each `node` is named as its output."""

    nodes: "list[onnx.NodeProto]" = field(default_factory=list)
    weights: "list[onnx.TensorProto]" = field(default_factory=list)

    def weight(self, name: str, array: NDArray[Any]) -> str:
        """Keep an array under a name."""
        from onnx import numpy_helper

        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(
        self, operator: str, inputs: list[str], *outputs: str, domain: str = "", **settings: int | float
    ) -> str:
        """Add a node; returns the name of its first output."""
        from onnx import helper

        made = helper.make_node(operator, inputs, outputs, domain=domain)
        made.attribute.extend(helper.make_attribute(name, value) for name, value in settings.items())
        self.nodes.append(made)
        return outputs[0]

    def linear(self, name: str, source: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """`source @ weight.T + bias` with the weight (out, in) in 8 bits."""
        rows, width = weight.shape
        block = gcd(width, BLOCK)
        blocks = weight.reshape(rows, -1, block)
        scale = np.maximum(np.abs(blocks).max(2), 1e-9) / _MOST
        numbers = (np.rint(blocks / scale[:, :, None]) + _ZERO).astype(np.uint8)
        inputs = [
            source,
            self.weight(f"{name}.numbers", numbers),
            self.weight(f"{name}.scale", scale.astype(np.float32).reshape(-1)),
            "",
            "",
            self.weight(f"{name}.bias", bias),
        ]
        shape = {"K": width, "N": rows, "bits": 8, "block_size": block, "accuracy_level": 4}
        return self.node("MatMulNBits", inputs, name, domain=MICROSOFT, **shape)


def build_graph(weights: Weights, layers: int, heads: int, longest: int, epsilon: float) -> "onnx.ModelProto":
    """BERT's layers (Devlin et al. 2018), mean over tokens, length 1; `weights` by transformers' names."""
    from onnx import TensorProto, helper

    graph = Graph()
    width = weights[TABLE].shape[1]

    def norm(name: str) -> list[str]:
        return [graph.weight(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias")]

    def linear(name: str, source: str) -> str:
        return graph.linear(name, source, weights[f"{name}.weight"], weights[f"{name}.bias"])

    positions = weights["embeddings.position_embeddings.weight"][:longest]
    places = graph.weight("places", positions + weights["embeddings.token_type_embeddings.weight"][0])
    zero, one = graph.weight("zero", np.array([0])), graph.weight("one", np.array([1]))
    length = graph.node("Shape", ["vectors"], "length", start=1, end=2)
    near = graph.node("Slice", [places, zero, length, zero], "near")
    ends = [graph.weight("first", np.array(0)), graph.node("Squeeze", [length], "end")]
    numbers = graph.node("Range", [*ends, graph.weight("step", np.array(1))], "numbers")
    column = graph.node(
        "Unsqueeze", [graph.node("Cast", ["lengths"], "wide", to=TensorProto.INT64), one], "column"
    )
    mask = graph.node("Cast", [graph.node("Less", [numbers, column], "read")], "mask", to=TensorProto.INT32)
    states = graph.node("Add", ["vectors", near], "placed")
    states = graph.node(
        "LayerNormalization", [states, *norm("embeddings.LayerNorm")], "embedded", axis=-1, epsilon=epsilon
    )
    for number in range(layers):
        layer = f"encoder.layer.{number}"
        parts = [f"{layer}.attention.self.{part}" for part in _ATTENTION]
        joined = [
            np.concatenate([weights[f"{part}.{kind}"] for part in parts]) for kind in ("weight", "bias")
        ]
        all_three = graph.linear(f"{layer}.attention.self", states, *joined)
        graph.node("Split", [all_three], *parts, axis=-1, num_outputs=3)
        seen = graph.node(
            "MultiHeadAttention", [*parts, "", mask], f"{layer}.seen", domain=MICROSOFT, num_heads=heads
        )
        for name, inner in ((f"{layer}.attention.output", seen), (f"{layer}.output", "")):
            if not inner:
                middle = linear(f"{layer}.intermediate.dense", states)
                inner = graph.node("Gelu", [middle], f"{layer}.gelu", domain=MICROSOFT)
            added = [linear(f"{name}.dense", inner), states, *norm(f"{name}.LayerNorm")]
            states = graph.node(
                "SkipLayerNormalization", added, f"{name}.states", domain=MICROSOFT, epsilon=epsilon
            )
    shares = graph.node("Unsqueeze", [graph.node("Cast", [mask], "shares", to=TensorProto.FLOAT), one], "row")
    total = graph.node("Squeeze", [graph.node("MatMul", [shares, states], "totals"), one], "total")
    graph.node("LpNormalization", [total], "embedding", axis=-1, p=2)
    made = helper.make_graph(
        graph.nodes,
        "embedder",
        [
            helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", "length", width]),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, ["texts"]),
        ],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", width])],
        graph.weights,
    )
    versions = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(made, opset_imports=versions, ir_version=9)


def export_layers(
    body: "PreTrainedModel", tokenizer: "Tokenizer", name: str, space: str, longest: int, folder: Path
) -> None:
    """Write the folder that `assistant.layered_embedder.load_layered` reads; `body` is a BertModel.

    `space` names the teacher, whose vectors the student's can be compared with; `longest` is in tokens.
    """
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    longest = min(longest, body.config.max_position_embeddings)
    weights = {key: tensor.detach().float().cpu().numpy() for key, tensor in body.state_dict().items()}
    shape = body.config
    graph = build_graph(
        weights, shape.num_hidden_layers, shape.num_attention_heads, longest, shape.layer_norm_eps
    )
    (folder / "body.onnx").write_bytes(graph.SerializeToString())
    packed, scale = pack(weights[TABLE])
    (folder / "table.safetensors").write_bytes(save({"packed": packed, "scale": scale}))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = {"format": FORMAT, "version": VERSION, "name": name, "space": space, "max_tokens": longest}
    config["bert"] = {key: getattr(shape, key) for key in _SHAPE}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def restore(folder: Path) -> "tuple[PreTrainedModel, Tokenizer]":
    """The body of an exported model, its weights as they were rounded, and its tokenizer: to train further.

    Raises KilavuzError as `load_layered` does.
    """
    import onnx
    import torch
    from onnx import numpy_helper
    from safetensors.numpy import load
    from transformers import BertConfig, BertModel

    load_layered(folder)  # tells what is missing or damaged
    config = json.loads((folder / "config.json").read_text("utf-8"))
    found = {w.name: numpy_helper.to_array(w) for w in onnx.load(folder / "body.onnx").graph.initializer}
    rows = load((folder / "table.safetensors").read_bytes())
    weights = {TABLE: unpack(rows["packed"]) * rows["scale"].astype(np.float32)[:, None]}
    for name in [name.removesuffix(".numbers") for name in found if name.endswith(".numbers")]:
        numbers = found[f"{name}.numbers"].astype(np.float32) - _ZERO
        weight = numbers * found[f"{name}.scale"].reshape(*numbers.shape[:2], 1)
        weight, bias = weight.reshape(len(weight), -1), found[f"{name}.bias"]
        parts = [f"{name}.{part}" for part in _ATTENTION] if name.endswith("attention.self") else [name]
        for part, own, shift in zip(
            parts, np.split(weight, len(parts)), np.split(bias, len(parts)), strict=True
        ):
            weights |= {f"{part}.weight": own, f"{part}.bias": shift}
    weights |= {name: array for name, array in found.items() if "LayerNorm" in name}
    places = found["places"]  # positions and the one type of segment that is used, added up
    weights["embeddings.position_embeddings.weight"] = places
    weights["embeddings.token_type_embeddings.weight"] = np.zeros((2, places.shape[1]), np.float32)
    shape = BertConfig(**config["bert"], vocab_size=len(weights[TABLE]), max_position_embeddings=len(places))
    body = BertModel(shape, add_pooling_layer=False)
    tensors = {name: torch.tensor(array) for name, array in weights.items()}
    body.load_state_dict(tensors)
    return body, load_tokenizer(folder)
