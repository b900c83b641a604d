import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.cross_encoder import MAX_TOKENS, load_cross_encoder
from assistant.embedder import COMPACT, load_embedder
from assistant.errors import KilavuzError
from assistant.records import Chunk, Hit
from assistant.reranker import load_reranker

WORDS = ["<s>", "<pad>", "</s>", "<unk>", "ağ", "dosya", "sunucu", "nedir", "pompa", "yağ", "kılavuz", "vana"]
QUESTION = "sunucu nedir"
TEXTS = ["ağ dosya", "sunucu nedir ağ dosya", "", "pompa"]
LONGEST = 16


def save_model(folder: Path, kind: str, **config: object) -> Path:
    """A folder of bge-reranker-v2-m3's architecture (XLM-RoBERTa), with another head by `kind`."""
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = {"bos": "<s>", "cls": "<s>", "pad": "<pad>", "sep": "</s>", "eos": "</s>", "unk": "<unk>"}
    tokens = {f"{name}_token": text for name, text in names.items()}
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=LONGEST, **tokens
    ).save_pretrained(folder)
    torch.manual_seed(0)
    shape = transformers.XLMRobertaConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=40,
        initializer_range=0.5,  # so that scores differ
        pad_token_id=1,
        **config,
    )
    getattr(transformers, kind)(shape).eval().save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def tiny(torch_installed: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder with one label."""
    return save_model(tmp_path_factory.mktemp("xlm"), "XLMRobertaForSequenceClassification", num_labels=1)


@pytest.fixture
def fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without bf16."""
    monkeypatch.setattr("assistant.precision.has_native_bf16", lambda: False)


def expected(folder: Path, question: str, texts: list[str]) -> np.ndarray:
    """The logistic function of the only logit, pair by pair, by transformers alone."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    scores = []
    for text in texts:
        pair = tokenizer(
            [question], [text], return_tensors="pt", truncation="longest_first", max_length=LONGEST
        )
        with torch.no_grad():
            scores.append(float(torch.sigmoid(model(**pair).logits[0, 0])))
    return np.array(scores)


@pytest.mark.usefixtures("fp32")
def test_scores_are_those_of_the_model(tiny: Path) -> None:
    scorer = load_cross_encoder(str(tiny))
    assert scorer.name == str(tiny) and scorer.max_tokens == LONGEST <= MAX_TOKENS
    scores = scorer.score(QUESTION, TEXTS)
    assert scores.dtype == np.float64 and len(set(scores)) == len(TEXTS)
    np.testing.assert_allclose(scores, expected(tiny, QUESTION, TEXTS), atol=1e-6)


@pytest.mark.usefixtures("packed_bf16")
def test_bf16_gives_nearly_the_same(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.precision.has_native_bf16", lambda: True)
    scores = load_cross_encoder(str(tiny)).score(QUESTION, TEXTS)
    wanted = expected(tiny, QUESTION, TEXTS)
    assert not np.array_equal(scores, wanted)  # it was another precision
    np.testing.assert_allclose(scores, wanted, atol=0.02)


@pytest.mark.usefixtures("fp32")
def test_long_texts_are_cut_and_neither_pushes_the_other_out(tiny: Path) -> None:
    scorer = load_cross_encoder(str(tiny))
    huge = "ağ " * 1_000_000
    assert scorer.lengths(QUESTION, ["", "ağ", huge]) == [6, 7, LONGEST]
    scores = scorer.score(QUESTION, [huge, "ağ " * 40])
    assert scores[0] == pytest.approx(scores[1]) == pytest.approx(expected(tiny, QUESTION, ["ağ " * 40])[0])
    asked = scorer.score("dosya " * 4000, ["pompa", "vana"])
    assert asked[0] != asked[1]  # the passages are still read


@pytest.mark.usefixtures("fp32")
def test_hostile_texts_have_scores(tiny: Path) -> None:
    texts = ["", " ", "\x00\x01", "\ud800", "<s></s>", "🧨" * 5000, "</s> <pad>", "x" * 100_000]
    scores = load_cross_encoder(str(tiny)).score("\ud800 soru", texts)
    assert np.isfinite(scores).all() and ((scores >= 0) & (scores <= 1)).all()


def test_loaded_by_a_setting_it_reorders_hits(tiny: Path) -> None:
    reranker = load_reranker(str(tiny), 60)
    assert reranker and reranker.name == str(tiny)
    hits = [Hit(Chunk("a.md", "", (), None, text, i, i), 1 / (i + 1)) for i, text in enumerate(TEXTS)]
    found = reranker(QUESTION, hits)
    scores = [hit.rerank_score for hit in found]
    assert None not in scores and scores == sorted(scores, reverse=True)  # type: ignore[type-var]
    assert {hit.chunk.text for hit in found} == set(TEXTS) and reranker.take_notice() is None


def test_what_sentence_transformers_saved_loads_too(tiny: Path, tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    CrossEncoder(str(tiny), device="cpu").save(str(tmp_path / "kayıt"))
    saved = load_cross_encoder(str(tmp_path / "kayıt"))
    np.testing.assert_allclose(
        saved.score(QUESTION, TEXTS), load_cross_encoder(str(tiny)).score(QUESTION, TEXTS), atol=1e-6
    )


@pytest.mark.usefixtures("torch_installed")
@pytest.mark.parametrize(
    ("kind", "config", "said"),
    [
        ("XLMRobertaForSequenceClassification", {"num_labels": 3}, "3 puan veriyor"),
        ("XLMRobertaModel", {}, "gömme modeli olabilir"),
        ("XLMRobertaForMaskedLM", {}, "puan veren katmanı yok"),
    ],
)
def test_what_is_no_reranker_is_one_sentence(
    kind: str, config: dict[str, object], said: str, tmp_path: Path
) -> None:
    folder = save_model(tmp_path / "model", kind, **config)
    with pytest.raises(KilavuzError) as told:
        load_cross_encoder(str(folder))
    assert said in told.value.message.tr and "KILAVUZ_RERANKER" in told.value.message.tr
    assert "cannot rerank" in told.value.message.en


@pytest.mark.usefixtures("torch_installed")
def test_an_embedders_folder_is_no_reranker(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    base = save_model(tmp_path / "taban", "XLMRobertaModel")
    SentenceTransformer(str(base), device="cpu").save(str(tmp_path / "gömücü"))
    assert load_embedder(str(tmp_path / "gömücü")).dimension == 16
    with pytest.raises(KilavuzError, match="gömme modeli olabilir"):
        load_cross_encoder(str(tmp_path / "gömücü"))
    with pytest.raises(KilavuzError, match="Yeniden sıralama modeli yüklenemedi"):
        load_cross_encoder(str(COMPACT))


def test_a_model_without_a_tokenizer(tiny: Path, tmp_path: Path) -> None:
    for name in ("config.json", "model.safetensors"):
        shutil.copy(tiny / name, tmp_path / name)
    with pytest.raises(KilavuzError, match="tokenizer'ı eksik"):
        load_cross_encoder(str(tmp_path))


def test_weights_that_are_no_safetensors_are_not_read(tiny: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    folder = tmp_path / "model"
    shutil.copytree(tiny, folder)
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(KilavuzError, match="yüklenemedi"):
        load_cross_encoder(str(folder))


def test_code_in_the_folder_is_not_run(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny, folder)
    config = json.loads((folder / "config.json").read_text())
    config["model_type"] = "benim"
    config["auto_map"] = {"AutoConfig": "kod.C", "AutoModelForSequenceClassification": "kod.M"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "kod.py").write_text(f"open({str(tmp_path / 'koştu')!r}, 'w')\n")
    with pytest.raises(KilavuzError, match="yüklenemedi"):
        load_cross_encoder(str(folder))
    assert not (tmp_path / "koştu").exists()


@pytest.mark.parametrize("damage", ["nan", "torn", "empty"])
def test_damaged_weights(tiny: Path, tmp_path: Path, damage: str) -> None:
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "model"
    shutil.copytree(tiny, folder)
    weights = folder / "model.safetensors"
    if damage == "nan":
        tensors = load_file(weights)
        tensors["classifier.out_proj.weight"][:] = float("nan")
        save_file(tensors, weights, {"format": "pt"})
    else:
        weights.write_bytes(weights.read_bytes()[:1000] if damage == "torn" else b"")
    with pytest.raises(KilavuzError, match="Yeniden sıralama modeli yüklenemedi"):
        load_cross_encoder(str(folder))


def test_a_model_that_cannot_read_its_longest_pair_is_not_loaded(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny, folder)
    config = json.loads((folder / "tokenizer_config.json").read_text())
    config["model_max_length"] = 40  # positions begin after the padding: 38 are left
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    with pytest.raises(KilavuzError, match="yüklenemedi"):
        load_cross_encoder(str(folder))


@pytest.mark.parametrize(
    "model", ["/yok/böyle/klasör", "./yok", "~/yok-boyle-bir-klasor", "yok/boyle/model", "x\0y"]
)
def test_missing_folder(model: str) -> None:
    with pytest.raises(KilavuzError) as told:
        load_reranker(model, 0.5)
    assert told.value.message.tr.startswith("Yeniden sıralama modelinin klasörü bulunamadı")
    assert "KILAVUZ_RERANKER" in told.value.message.tr and "was not found" in told.value.message.en


@pytest.mark.usefixtures("torch_installed")
def test_a_folder_without_a_model_and_an_unknown_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    for model in (str(tmp_path), "kimse/boyle-bir-model-yok"):
        with pytest.raises(KilavuzError) as told:
            load_reranker(model, 0.5)
        assert f"Yeniden sıralama modeli yüklenemedi: {model}" in told.value.message.tr
        assert "could not be loaded" in told.value.message.en and "\n" not in told.value.message.en
