"""Vectors out of layers: any layer, mix, pooling and size."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import KilavuzError
from tests.finetune.workbench.models import LAYERS, SENTENCES, WIDTH, tiny

torch = pytest.importorskip("torch")

from finetune.workbench.extractor import EmbeddingExtractor, starts_file  # noqa: E402

TEXT = "BERT NLP alanında devrim yarattı."


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {kind: tiny(kind, tmp_path_factory.mktemp(kind)) for kind in ("bert", "gpt2", "xlm-r")}


@pytest.mark.parametrize("kind", ["bert", "gpt2", "xlm-r"])
def test_the_seeds_example_for_each_kind_of_model(folders: dict[str, str], kind: str) -> None:
    extractor = EmbeddingExtractor(model=folders[kind])
    embeddings = extractor.extract_embeddings(TEXT, layer=-1)
    assert embeddings.shape == (WIDTH,)
    assert (extractor.layers, extractor.dimension) == (LAYERS, WIDTH)
    together = extractor.extract_embeddings([*SENTENCES, TEXT], layer=-1)
    # A text's vector does not depend on those that are padded with it.
    np.testing.assert_allclose(together[-1], embeddings, atol=1e-5)


@pytest.mark.parametrize("kind", ["bert", "gpt2", "xlm-r"])
def test_layers_and_pooling_are_those_of_transformers(folders: dict[str, str], kind: str) -> None:
    from transformers import AutoModel, AutoTokenizer

    tokenizer, body = AutoTokenizer.from_pretrained(folders[kind]), AutoModel.from_pretrained(folders[kind])
    with torch.no_grad():
        states = body.eval()(**tokenizer(TEXT, return_tensors="pt"), output_hidden_states=True).hidden_states
    states = [each[0].numpy() for each in states]
    extractor = EmbeddingExtractor(folders[kind])
    for layer in (0, 1, -1, -LAYERS - 1):
        found = extractor.extract_embeddings(TEXT, layer)
        np.testing.assert_allclose(found, states[layer].mean(0), atol=1e-5)
    found = extractor.extract_embeddings([TEXT, SENTENCES[0]], pooling="last")[0]
    np.testing.assert_allclose(found, states[-1][-1], atol=1e-5)
    mixed = extractor.extract_embeddings(TEXT, [-2, -1])
    np.testing.assert_allclose(mixed, (states[-2] + states[-1]).mean(0) / 2, atol=1e-5)
    mixed = extractor.extract_embeddings(TEXT, {0: 1, -1: 3})
    np.testing.assert_allclose(mixed, (0.25 * states[0] + 0.75 * states[-1]).mean(0), atol=1e-5)
    tokens, vectors = extractor.extract_tokens(TEXT, 1)
    assert tokens == tokenizer.convert_ids_to_tokens(tokenizer(TEXT)["input_ids"])
    np.testing.assert_allclose(vectors, states[1], atol=1e-5)
    if kind != "gpt2":
        found = extractor.extract_embeddings([TEXT, SENTENCES[0]], pooling="cls")[0]
        np.testing.assert_allclose(found, states[-1][0], atol=1e-5)


def test_a_module_of_ones_own(folders: dict[str, str]) -> None:
    from transformers import AutoModel, AutoTokenizer

    class Custom(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = AutoModel.from_pretrained(folders["bert"])

        def forward(self, **given: object) -> object:
            return self.inner(**given)

    tokenizer = AutoTokenizer.from_pretrained(folders["bert"])
    own = EmbeddingExtractor(Custom(), tokenizer=tokenizer).extract_embeddings(TEXT)
    np.testing.assert_allclose(own, EmbeddingExtractor(folders["bert"]).extract_embeddings(TEXT), atol=1e-5)


def test_the_layers_that_ship() -> None:
    from assistant.embedder import DEEP
    from assistant.layered_embedder import load_layered

    extractor = EmbeddingExtractor()
    found = extractor.extract_embeddings(SENTENCES)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    assert extractor.layers > 1
    assert (found * load_layered(DEEP).embed_passages(SENTENCES)).sum(1).min() > 0.99


def test_a_file_of_vectors_is_what_extract_gives(folders: dict[str, str], tmp_path: Path) -> None:
    extractor, texts = (
        EmbeddingExtractor(folders["bert"]),
        [f"{s} {n}" for n in range(500) for s in SENTENCES],
    )
    mapped = extractor.extract_to(iter(texts), tmp_path / "v.npy", layer=1)
    assert isinstance(mapped, np.memmap)
    assert mapped.shape == (2000, WIDTH)
    np.testing.assert_allclose(mapped[-3:], extractor.extract_embeddings(texts[-3:], 1), atol=1e-5)
    halves = extractor.extract_to(texts[:9], tmp_path / "h.npy", dtype="float16")
    assert halves.dtype == np.float16
    assert sorted(file.name for file in tmp_path.iterdir()) == ["h.npy", "v.npy"]


def test_a_file_of_tokens_and_where_each_text_begins(folders: dict[str, str], tmp_path: Path) -> None:
    extractor, file = EmbeddingExtractor(folders["xlm-r"]), tmp_path / "t.npy"
    mapped = extractor.extract_to(SENTENCES, file, tokens=True)
    starts = np.load(starts_file(file))[:, 0]
    assert starts[0] == 0
    assert starts[-1] == len(mapped)
    np.testing.assert_allclose(
        mapped[starts[2] : starts[3]], extractor.extract_tokens(SENTENCES[2])[1], atol=1e-5
    )


def test_what_will_not_do_is_said_in_a_sentence(folders: dict[str, str], tmp_path: Path) -> None:
    extractor = EmbeddingExtractor(folders["gpt2"])
    wrong = [
        (lambda: extractor.extract_embeddings(""), "1. metin boş"),
        (lambda: extractor.extract_embeddings(["a", " \n"]), "2. metin boş"),
        (lambda: extractor.extract_embeddings([]), "boş"),
        (lambda: extractor.extract_embeddings("a", LAYERS + 1), "katman yok: 4"),
        (lambda: extractor.extract_embeddings("a", -LAYERS - 2), "katman yok: -5"),
        (lambda: extractor.extract_embeddings("a", []), "katman yok"),
        (lambda: extractor.extract_embeddings("a", {0: 1, 1: -1}), "sıfır"),
        (lambda: extractor.extract_embeddings("a", pooling="max"), "max"),
        (lambda: extractor.extract_embeddings("a", pooling="cls"), "CLS"),
        (lambda: extractor.extract_to(["a", ""], tmp_path / "x.npy"), "2. metin boş"),
        (lambda: extractor.extract_to(["a"], Path("/proc/x.npy")), "yazılamadı"),
        (lambda: EmbeddingExtractor(tiny("bert", tmp_path / "m", tokenizer=False)), "tokenizer"),
        (lambda: EmbeddingExtractor("kilavuz-compact"), "katmanları yok"),
        (lambda: EmbeddingExtractor(str(tmp_path / "yok" / "model")), "bulunamadı"),
        (lambda: EmbeddingExtractor(folders["bert"], device="tpu9"), "Aygıt"),
    ]
    for call, said in wrong:
        with pytest.raises(KilavuzError, match=said):
            call()
    assert not list(tmp_path.glob("*.npy"))
    assert not list(tmp_path.glob(".*"))


def test_a_very_long_text_is_cut(folders: dict[str, str]) -> None:
    extractor = EmbeddingExtractor(folders["bert"])
    long = "makine öğrenmesi " * 200_000
    cut = extractor.extract_embeddings(long[:5000])
    np.testing.assert_allclose(extractor.extract_embeddings(long), cut, atol=1e-5)


def test_a_hundred_thousand_sentences_take_less_than_500_mb(folders: dict[str, str], tmp_path: Path) -> None:
    """In a process of its own: the most memory that it took, above that with the model in it."""
    script = f"""
import resource
from pathlib import Path
from finetune.workbench.extractor import EmbeddingExtractor
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
extractor = EmbeddingExtractor({folders["bert"]!r})
before = peak()
texts = (f"cümle {{n}}" for n in range(100_000))
mapped = extractor.extract_to(texts, Path({str(tmp_path / "big.npy")!r}))
print(mapped.shape[0], peak() - before)
"""
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}  # several wait for each other where others run, too
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=one_thread
    ).stdout
    rows, megabytes = map(int, told.split())
    assert rows == 100_000
    assert megabytes < 500
