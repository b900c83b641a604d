"""A cross-encoder's head that compares the two texts of a pair: their mean vectors after the joint pass.

u, v -> [u; v; |u - v|; u * v] -> hidden, ReLU -> one number, added to a line over cos(u, v). Layers that were
trained with mean pooling tell the two apart so from the first step on; their [CLS] vector means nothing.

sentence-transformers loads no class but its own unless code of a model may run, which is never allowed here:
`load_with_head` puts such a folder together itself. Heavy to import; do it where it is used.
"""

import json
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import CrossEncoder
from sentence_transformers.base.modules import Module, Transformer
from torch import Tensor, nn

HEAD = "assistant.segment_head.SegmentHead"
"""As `modules.json` of a saved model names it."""


class SegmentHead(Module):
    """(pairs, 1) scores from token vectors; without numbered segments `separator` ends the first text."""

    config_keys = ["width", "hidden", "dropout", "separator"]  # noqa: RUF012 - as its base class has it

    def __init__(self, width: int, hidden: int = 256, dropout: float = 0.1, separator: int = -1) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.width, self.hidden, self.dropout, self.separator = width, hidden, dropout, separator
        self.drop = nn.Dropout(dropout)
        self.inner, self.last = nn.Linear(4 * width, hidden), nn.Linear(hidden, 1)
        nn.init.zeros_(self.last.weight)  # it begins at the line alone
        nn.init.zeros_(self.last.bias)
        self.line = nn.Parameter(torch.tensor([1.0, 0.0]))  # slope and start, over the cosine

    def forward(self, features: dict[str, Tensor], **_: object) -> dict[str, Tensor]:
        """Adds `scores`, and `cosines` (pairs,)."""
        states = features["token_embeddings"].float()
        read, second = features["attention_mask"].bool(), self._second(features)
        one, other = (_mean(states, read & which) for which in (~second, second))
        both = torch.cat([one, other, (one - other).abs(), one * other], 1)
        inner = torch.relu(self.inner(self.drop(both.to(self.line.dtype))))
        features["cosines"] = (one * other).mean(1)
        line = self.line[0] * features["cosines"] + self.line[1]
        features["scores"] = line[:, None] + self.last(self.drop(inner))
        return features

    def start_at_cosine(self, cosines: Tensor, labels: Tensor) -> None:
        """Set the line to the one nearest to the labels; a cosine that says nothing leaves their mean."""
        apart = cosines - cosines.mean()
        spread = apart.square().sum()
        slope = (apart * (labels - labels.mean())).sum() / spread if spread > 0 else spread
        with torch.no_grad():
            self.line.copy_(torch.stack([slope, labels.mean() - slope * cosines.mean()]))

    def _second(self, features: dict[str, Tensor]) -> Tensor:
        """(pairs, tokens): true from the second text on."""
        if "token_type_ids" in features:
            return features["token_type_ids"] > 0
        ends = (features["input_ids"] == self.separator).long()
        return ends.cumsum(1) - ends > 0

    def save(self, output_path: str, *_: object, safe_serialization: bool = True, **__: object) -> None:
        """As sentence-transformers saves its modules."""
        self.save_config(output_path)
        self.save_torch_weights(output_path, safe_serialization=safe_serialization)


def load_with_head(folder: Path) -> CrossEncoder | None:
    """The model in `folder` if its head is ours, else None. Raises what sentence-transformers raises."""
    try:
        body, head = json.loads((folder / "modules.json").read_bytes())
        if head["type"] != HEAD:
            return None
        inner, place = (folder / Path(str(part["path"])).name for part in (body, head))
    except (OSError, ValueError, LookupError, TypeError):
        return None
    own: dict[str, Any] = {"local_files_only": True, "model_kwargs": {"use_safetensors": True}}
    made = SegmentHead(**SegmentHead.load_config(str(place), local_files_only=True))
    SegmentHead.load_torch_weights(str(place), local_files_only=True, model=made)
    model: CrossEncoder = CrossEncoder(
        modules=[Transformer.load(str(inner), **own), made], activation_fn=nn.Identity()
    )
    return model


def _mean(states: Tensor, chosen: Tensor) -> Tensor:
    """(pairs, width): of one length, numbers about 1."""
    total = (states * chosen[..., None]).sum(1)
    mean: Tensor = nn.functional.normalize(total, dim=1) * total.shape[1] ** 0.5
    return mean
