"""Our own embedders as torch modules to train, and the way back into the folders that `assistant` loads.

The static part is `normalise(mean(table[tokens]) @ linear)`. Beside it may stand layers: frozen ones, whose
vectors come ready-made (they cost hundreds of times as much as the rest), or a body that is trained, too. The
joint vector is that of `assistant/paired_embedder.py`, so that a loss on it trains the static part for what
the layers do not find; of frozen layers the turn of the questions is trained. A sketch of the documents'
words stands beside a pair as it is. Which loss, data and rates is not known here.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers.base.modules.input_module import InputModule
from torch import Tensor, nn
from torch.nn import functional

from assistant import paired_embedder, static_embedder
from assistant.layered_embedder import FILES, load_layered
from assistant.model_parts import load_tokenizer, model_format
from assistant.packed_rows import pack
from assistant.static_embedder import UNKNOWN
from assistant.word_sketch import DIMENSION, WordSketch
from assistant.word_tokens import WordTokens
from finetune.layers import export_layers, restore

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

Layers = Callable[[Sequence[str]], NDArray[np.float32]]
"""Vectors of texts, each of length 1, made by layers that are not trained."""


class OwnModel(InputModule):
    """A static embedder, alone or beside layers, as the one module of a SentenceTransformer."""

    def __init__(
        self,
        static: Path,
        *,
        deep: Path | None = None,
        frozen: Layers | None = None,
        words: WordSketch | None = None,
        quick_share: float = paired_embedder.QUICK_SHARE,
        max_tokens: int | None = None,
    ) -> None:
        """`static` and `deep` are folders; with `frozen` the layers' vectors come from there.

        `words` stands beside a pair alone. `max_tokens` cuts what a trained body reads of a text while it is
        trained. Raises KilavuzError if one of the folders can't be loaded.
        """
        super().__init__()  # type: ignore[no-untyped-call]
        known = static_embedder.load_static(static)
        self.folders = static, deep
        self.tokenizer: Tokenizer = load_tokenizer(static)
        self._tokens = WordTokens(self.tokenizer)
        self._limit = known.max_tokens
        self.table = nn.Parameter(torch.from_numpy(known.table.copy()))
        self.linear = nn.Parameter(torch.from_numpy(known.linear.copy()))
        self.frozen = frozen
        self.quick_share = quick_share if deep else 1.0
        self.body: PreTrainedModel | None = None
        self.turn: nn.Parameter | None = None
        self._width = known.dimension
        self.words = words if deep else None
        self._sketches: dict[str, NDArray[np.float32]] = {}
        if self.words:
            self._width += DIMENSION
        if deep:
            layers = load_layered(deep)
            self._width += layers.dimension
            self._reads = min(max_tokens or layers.max_tokens, layers.max_tokens)
            known_turn = paired_embedder.load_turn(deep.parent, layers.dimension)
            if frozen or known_turn is not None:
                start = np.zeros((layers.dimension,) * 2, np.float32) if known_turn is None else known_turn
                self.turn = nn.Parameter(torch.from_numpy(start))
            if frozen is None:
                self.body, self.body_tokenizer = restore(deep)
                self.body_tokenizer.enable_truncation(self._reads)

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, task: str | None = None, **_: object
    ) -> dict[str, Tensor | Any]:
        """Tokens one after another with their starts, and what the layers need: their vectors or tokens.

        The `task` "query" tells that the texts are questions.
        """
        texts = [(prompt or "") + str(text) for text in inputs]
        ids = [np.frombuffer(each, np.int32)[: self._limit] for each in self._tokens.ids(texts)]
        ids = [each if len(each) else np.array([UNKNOWN], np.int32) for each in ids]
        starts = np.cumsum([0, *(len(each) for each in ids[:-1])])
        features: dict[str, Tensor | Any] = {
            "input_ids": torch.from_numpy(np.concatenate(ids).astype(np.int64)),
            "offsets": torch.from_numpy(starts),
            "asked": torch.full((len(texts), 1), float(task == "query")),
        }
        if self.words:
            features["words"] = torch.from_numpy(self._sketched(texts, self.words))
        if self.frozen:
            features["layers"] = torch.from_numpy(np.array(self.frozen(texts), np.float32))
        elif self.body is not None:
            encodings = self.body_tokenizer.encode_batch_fast(texts)
            longest = max(len(each.ids) for each in encodings)
            tokens, mask = np.zeros((2, len(texts), longest), np.int64)
            for row, each in enumerate(encodings):
                tokens[row, : len(each.ids)] = each.ids
                mask[row, : len(each.ids)] = 1
            features |= {"layer_ids": torch.from_numpy(tokens), "layer_mask": torch.from_numpy(mask)}
        return features

    def forward(self, features: dict[str, Tensor | Any], **_: object) -> dict[str, Tensor | Any]:
        """Adds `sentence_embedding` (texts, dimension), each row of length 1."""
        means = functional.embedding_bag(features["input_ids"], self.table, features["offsets"])
        vectors = functional.normalize((means @ self.linear).float(), dim=1)
        if self.body is not None:
            mask = features["layer_mask"]
            states = self.body(input_ids=features["layer_ids"], attention_mask=mask).last_hidden_state
            features["layers"] = functional.normalize((states * mask[:, :, None]).sum(1).float(), dim=1)
        if "layers" in features:
            layers: Tensor = features["layers"]
            if self.turn is not None:
                layers = functional.normalize(layers + features["asked"] * (layers @ self.turn), dim=1)
            parts = [layers, vectors] + ([features["words"]] if self.words else [])
            roots = paired_embedder.roots(
                self.quick_share, paired_embedder.WORDS_SHARE if self.words else 0.0
            )
            vectors = torch.cat([root * part for root, part in zip(roots, parts, strict=False)], 1)
        features["sentence_embedding"] = vectors
        return features

    def _sketched(self, texts: Sequence[str], words: WordSketch) -> NDArray[np.float32]:
        """Each text is read once: a training meets it in every epoch."""
        new = [text for text in dict.fromkeys(texts) if text not in self._sketches]
        self._sketches.update(zip(new, words.embed(new), strict=True))
        return np.stack([self._sketches[text] for text in texts])

    def get_embedding_dimension(self) -> int:
        """Numbers of a vector."""
        return self._width

    @property
    def max_seq_length(self) -> int:
        """Tokens that are read of a text."""
        return self._limit

    def get_config_dict(self) -> dict[str, Any]:
        """What a checkpoint tells of the module beside its weights."""
        return {"quick_share": self.quick_share}

    def save(self, output_path: str, *_: object, **__: object) -> None:
        """The weights alone, in full precision: a checkpoint is read back into a model of the same base."""
        self.save_torch_weights(output_path)

    def load_weights(self, folder: Path) -> None:
        """The weights that `save` has written. Raises OSError or SafetensorError if they can't be read."""
        from safetensors.torch import load_file

        self.load_state_dict(load_file(folder / "model.safetensors"))

    def export(self, name: str, folder: Path) -> None:
        """Write the folder that `load_embedder` reads: a static model, or a pair; rows in 4 bits."""
        static, deep = self.folders
        quick = folder / "quick" if deep else folder
        self._export_static(name, static, quick)
        if not deep:
            return
        layers = folder / "deep"
        layers.mkdir(parents=True, exist_ok=True)
        if self.body is None:
            for file in FILES:  # as they are: they keep their fingerprint, and an index its vectors
                shutil.copyfile(deep / file, layers / file)
        else:
            said = json.loads((deep / "config.json").read_text("utf-8"))
            body = self.body.cpu().train(False)
            export_layers(body, self.body_tokenizer, name, said["space"], said["max_tokens"], layers)
        if self.turn is not None:
            from safetensors.numpy import save

            turn = self.turn.detach().float().cpu().numpy().astype(np.float16)
            (folder / "turn.safetensors").write_bytes(save({"turn": turn}))
        if self.words:
            self.words.save(folder)
        about: dict[str, object] = {"format": paired_embedder.FORMAT, "version": paired_embedder.VERSION}
        about |= {"name": name, "quick_share": self.quick_share}
        _write(folder / "config.json", about)

    def _export_static(self, name: str, base: Path, folder: Path) -> None:
        from safetensors.numpy import save

        folder.mkdir(parents=True, exist_ok=True)
        packed, scale = pack(self.table.detach().float().cpu().numpy())
        linear = self.linear.detach().float().cpu().numpy().astype(np.float16)
        tensors: dict[str, NDArray[Any]] = {"packed": packed, "scale": scale, "linear": linear}
        (folder / "model.safetensors").write_bytes(save(tensors))
        shutil.copyfile(base / "tokenizer.json", folder / "tokenizer.json")
        said = json.loads((base / "config.json").read_text("utf-8"))
        _write(folder / "config.json", {key: said[key] for key in said if key != "recipe"} | {"name": name})


def parts_of(folder: Path) -> tuple[Path, Path | None, float]:
    """The static folder of a model in one of our formats, that of its layers, and the static one's share."""
    from assistant.embedder import COMPACT

    kind = model_format(folder)
    if kind == static_embedder.FORMAT:
        return folder, None, 1.0
    if kind == paired_embedder.FORMAT:
        said = json.loads((folder / "config.json").read_text("utf-8"))
        return folder / "quick", folder / "deep", float(said["quick_share"])
    return COMPACT, folder, paired_embedder.QUICK_SHARE


def _write(file: Path, about: dict[str, Any]) -> None:
    file.write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
