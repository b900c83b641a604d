"""Shorter vectors: projections, their folder, bytes, smaller models, context, and what each costs."""

from pathlib import Path

import numpy as np
import pytest

from assistant.embedder import QUICK, load_embedder
from assistant.errors import KilavuzError
from finetune.general_set import load_general
from finetune.records import Triple
from finetune.workbench.adapter import METHODS, ModelAdapter
from finetune.workbench.compressed import compress
from finetune.workbench.context import in_documents, with_headings
from finetune.workbench.costs import costs, task_of
from finetune.workbench.loading import load_any
from tests.finetune.workbench.models import LAYERS, SENTENCES, WIDTH, tiny

pytest.importorskip("torch")

TEXT = "Ankara'nın ışıkları İzmir'den görünmez."
TRIPLES = load_general()[:150]
TEXTS = [triple.positive for triple in load_general()]


def test_the_seeds_example_with_gpt2(tmp_path: Path) -> None:
    adapter = ModelAdapter(source_model=tiny("gpt2", tmp_path), target_dim=16)
    adapted_embeddings = adapter.adapt(TEXT)
    assert adapted_embeddings.shape == (16,)
    assert np.linalg.norm(adapted_embeddings) == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(adapter.adapt([TEXT, "b"])[0], adapted_embeddings, atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_shortens_and_can_be_kept(method: str, tmp_path: Path) -> None:
    adapter = ModelAdapter(QUICK, 48, method=method, texts=TEXTS, pairs=TRIPLES)
    source = load_embedder(QUICK)
    adapter.save(tmp_path / "m")
    again = load_any(str(tmp_path / "m"))
    assert (again.name, again.fingerprint, again.dimension) == (adapter.name, adapter.fingerprint, 48)
    np.testing.assert_allclose(again.embed_passages(TEXTS[:5]), adapter.embed_passages(TEXTS[:5]), atol=1e-5)
    near = source.embed_passages(TEXTS) @ source.embed_passages(TEXTS).T
    kept = adapter.embed_passages(TEXTS) @ adapter.embed_passages(TEXTS).T
    off = ~np.eye(len(TEXTS), dtype=bool)
    assert np.corrcoef(near[off], kept[off])[0, 1] > (0.75 if method == "pca" else 0.4)


def test_pca_keeps_more_than_chance_does_and_whitening_evens_out() -> None:
    source = load_embedder(QUICK)
    vectors = source.embed_passages(TEXTS)

    def lost(method: str) -> float:
        made = ModelAdapter(source, 32, method=method, texts=TEXTS).embed_passages(TEXTS)
        return float(np.abs(made @ made.T - vectors @ vectors.T).mean())

    assert lost("pca") < lost("random")
    full = ModelAdapter(source, 64, method="whitening", texts=TEXTS)
    spread = np.cov(
        (source.embed_passages(TEXTS) - full.projection.mean) @ full.projection.matrix, rowvar=False
    )
    np.testing.assert_allclose(spread, np.eye(64), atol=0.02)


def test_a_learned_map_finds_more_of_what_it_was_trained_for() -> None:
    source, task = load_embedder(QUICK), task_of(TRIPLES)

    def own_rank(adapter: ModelAdapter) -> float:
        asked = np.stack([adapter.embed_question(question) for question in task.questions])
        near = asked @ adapter.embed_passages(task.passages).T
        own = near[np.arange(len(asked)), task.right]
        return float((1 / (1 + (near > own[:, None]).sum(1))).mean())

    trained = ModelAdapter(source, 16, method="learned", pairs=TRIPLES)
    assert own_rank(trained) > own_rank(ModelAdapter(source, 16, method="pca", texts=TEXTS)) + 0.05


def test_what_will_not_do_is_said_in_a_sentence(tmp_path: Path) -> None:
    source = load_embedder(QUICK)
    adapter = ModelAdapter(source, 8)
    adapter.save(tmp_path / "m")
    (tmp_path / "m" / "adapter.safetensors").write_bytes(b"x")
    wrong = [
        (lambda: ModelAdapter(source, source.dimension + 1), "Hedef boyut 1 ile"),
        (lambda: ModelAdapter(source, 0), "Hedef boyut"),
        (lambda: ModelAdapter(source, 8, method="umap"), "umap"),
        (lambda: ModelAdapter(source, 8, method="pca", texts=["tek"]), "en az 8 metin"),
        (lambda: ModelAdapter(source, 8, method="learned"), "en az"),
        (lambda: adapter.adapt(""), "Boş metnin"),
        (lambda: adapter.adapt([]), "Boş metnin"),
        (lambda: adapter.save(Path("/proc/m")), "yazılamadı"),
        (lambda: load_any(str(tmp_path / "m")), "bozuk"),
        (lambda: load_any(tiny("bert", tmp_path / "n", tokenizer=False)), "tokenizer"),
    ]
    for call, said in wrong:
        with pytest.raises(KilavuzError, match=said):
            call()


def test_vectors_in_fewer_bytes() -> None:
    vectors = load_embedder("").embed_passages(TEXTS[:50])
    width = vectors.shape[1]
    exact = vectors @ vectors[0]
    sizes = {"float32": 4 * width, "int8": width + 4, "binary": width // 8}
    for precision, nearness in (("float32", 1.0), ("int8", 0.9999), ("binary", 0.8)):
        packed = compress(vectors, precision)
        assert packed.bytes_per_vector == sizes[precision]
        assert np.corrcoef(packed.scores(vectors[0])[1:], exact[1:])[0, 1] >= nearness - 1e-6
        assert packed.scores(vectors[0]).argmax() == 0
    with pytest.raises(KilavuzError, match="int4"):
        compress(vectors, "int4")


def test_passages_with_what_stands_around_them() -> None:
    source = load_embedder(QUICK)
    assert with_headings(["a", "b"], ["Başlık", ""]) == ["Başlık\n\na", "b"]
    texts = ["Bunu yılda bir değiştirin.", "Pompa filtresi nedir?", "Yazıcı kartuşu nedir?"]
    plain = source.embed_passages(texts)
    mixed = in_documents(source, texts, ["pompa", "pompa", "yazıcı"], 0.4)
    np.testing.assert_allclose(np.linalg.norm(mixed, axis=1), 1, atol=1e-5)
    assert mixed[0] @ plain[1] > plain[0] @ plain[1]
    np.testing.assert_allclose(in_documents(source, texts, ["a", "b", "c"], 0), plain, atol=1e-5)
    with pytest.raises(KilavuzError, match="0 ile 1"):
        in_documents(source, texts, ["a", "b", "c"], 1.5)


def test_costs_are_of_every_way() -> None:
    triples = [Triple(t.question, t.positive, source=f"belge {n // 5}") for n, t in enumerate(TRIPLES)]
    quick = load_embedder(QUICK)
    rows = list(costs(quick, task_of(triples), texts=TEXTS, pairs=triples, other=quick))
    ways = {row.way for row in rows}
    assert ways == {"source", *METHODS, "heading", "document", "joined"}
    assert rows[0].difference == (0, 0)
    by = {(row.way, row.dimension, row.precision): row for row in rows}
    width = quick.dimension
    assert by["source", width, "int8"].ndcg == pytest.approx(rows[0].ndcg, abs=0.02)
    assert by["pca", width // 8, "float32"].ndcg < rows[0].ndcg
    assert by["joined", 2 * width, "float32"].ndcg == pytest.approx(rows[0].ndcg, abs=1e-3)
    assert by["pca", width // 4, "binary"].bytes_per_vector == width // 32
    with pytest.raises(KilavuzError, match="en az bir soru"):
        task_of([])


@pytest.mark.parametrize("kind", ["bert", "gpt2", "xlm-r"])
def test_a_smaller_model_out_of_a_larger_ones_weights(kind: str, tmp_path: Path) -> None:
    from finetune.workbench.extractor import EmbeddingExtractor
    from finetune.workbench.smaller import save_smaller

    source = tiny(kind, tmp_path / "big")
    assert save_smaller(source, 1, tmp_path / "small") == (0,)
    small, big = EmbeddingExtractor(str(tmp_path / "small")), EmbeddingExtractor(source)
    assert small.layers == 1
    if kind != "gpt2":  # which normalises once more after its last layer
        np.testing.assert_allclose(small.extract_embeddings(TEXT), big.extract_embeddings(TEXT, 1), atol=1e-5)
    assert save_smaller(source, 2, tmp_path / "two") == (0, LAYERS - 1)
    with pytest.raises(KilavuzError, match=f"{LAYERS} katmanı var"):
        save_smaller(source, LAYERS + 1, tmp_path / "x")


def test_the_shipped_layers_made_smaller_load_as_an_embedder(tmp_path: Path) -> None:
    from finetune.workbench.smaller import save_smaller

    kept = save_smaller("", 3, tmp_path / "small")
    small = load_any(str(tmp_path / "small"))
    assert len(kept) == 3
    assert small.dimension == 384
    assert save_smaller(str(tmp_path / "small"), 2, tmp_path / "smaller") == (0, 2)


@pytest.mark.parametrize("kind", ["bert", "gpt2", "xlm-r"])
def test_a_matrix_without_its_body(kind: str, tmp_path: Path) -> None:
    from transformers import AutoModel, AutoTokenizer

    from finetune.workbench.static_matrix import static_matrix

    source = tiny(kind, tmp_path / "big")
    static = static_matrix(source)
    table = AutoModel.from_pretrained(source).get_input_embeddings().weight.detach().numpy()
    np.testing.assert_array_equal(static.matrix, table)
    ids = AutoTokenizer.from_pretrained(source)(SENTENCES[0], add_special_tokens=False)["input_ids"]
    mean = table[ids].mean(0)
    vector = static.embed_question(SENTENCES[0])
    np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)
    assert np.isfinite(static.embed_passages(["", "☃"])).all()
    static.save(tmp_path / "static")
    stock = load_any(str(tmp_path / "static"))
    assert stock.dimension == WIDTH
    assert stock.embed_question(SENTENCES[0]) @ vector > 0.999


def test_the_shipped_matrices() -> None:
    from finetune.workbench.static_matrix import static_matrix

    quick = load_embedder(QUICK)
    found = static_matrix(QUICK).embed_passages(TEXTS[:20])
    assert (found * quick.embed_passages(TEXTS[:20])).sum(1).min() > 0.99
    assert static_matrix("").dimension == 384
