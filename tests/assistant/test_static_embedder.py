import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save
from tokenizers import Tokenizer, models, pre_tokenizers

from assistant.embedder import COMPACT
from assistant.errors import KilavuzError
from assistant.packed_rows import pack
from assistant.static_embedder import BATCH, StaticEmbedder, load_static

ROWS = pack(np.array([[1, 1], [1, 0], [0, 1], [0, 4]], np.float32))
VOCABULARY = {"[UNK]": 0, "ağ": 1, "dosya": 2, "sunucu": 3}


def make(folder: Path, **changed: object) -> Path:
    """A model of four tokens, two wide, in three dimensions."""
    tokenizer = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    tensors = {
        "packed": ROWS[0],
        "scale": ROWS[1],
        "linear": np.array([[1, 0, 0], [0, 1, 0]], np.float16),
    }
    config = {"format": "kilavuz-static", "version": 2, "name": "deneme", "max_tokens": 4}
    tensors |= {key: value for key, value in changed.items() if isinstance(value, np.ndarray)}
    config |= {key: value for key, value in changed.items() if not isinstance(value, np.ndarray)}
    (folder / "model.safetensors").write_bytes(save(tensors))
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture
def embedder(tmp_path: Path) -> StaticEmbedder:
    return load_static(make(tmp_path))


def test_vector_is_the_normalised_mean_through_the_layer(embedder: StaticEmbedder) -> None:
    # rows are (1, 0), (0, 1), (0, 4): mean of "ağ dosya" is (.5, .5), of "ağ dosya sunucu" (1/3, 5/3)
    vectors = embedder.embed_passages(["ağ dosya", "ağ dosya sunucu"])
    expected = [[1 / 2**0.5, 1 / 2**0.5, 0], [1 / 26**0.5, 5 / 26**0.5, 0]]
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected, atol=1e-6)
    np.testing.assert_array_equal(embedder.embed_question("ağ dosya"), vectors[0])


def test_text_without_a_known_token_gets_the_vector_of_unk(embedder: StaticEmbedder) -> None:
    unk = [1 / 2**0.5, 1 / 2**0.5, 0]
    np.testing.assert_allclose(embedder.embed_passages(["", "  ", "böyle birşey"]), [unk] * 3, atol=1e-6)


def test_tokens_after_the_limit_are_not_read_but_counted(embedder: StaticEmbedder) -> None:
    long = "ağ ağ ağ ağ dosya dosya"
    np.testing.assert_array_equal(embedder.embed_question(long), embedder.embed_question("ağ"))
    assert embedder.count_tokens([long, "", "dosya"]) == [6, 0, 1]


def test_no_texts_and_more_than_a_batch(embedder: StaticEmbedder) -> None:
    assert embedder.embed_passages([]).shape == (0, 3)
    assert embedder.count_tokens([]) == []
    vectors = embedder.embed_passages(["ağ"] * BATCH + ["dosya"])
    np.testing.assert_allclose(vectors[[0, BATCH - 1, BATCH]], [[1, 0, 0], [1, 0, 0], [0, 1, 0]], atol=1e-6)


def test_name_and_fingerprint(tmp_path: Path) -> None:
    one = load_static(make(tmp_path))
    assert (one.name, load_static(tmp_path, "başka").name) == ("deneme", "başka")
    assert one.fingerprint == load_static(tmp_path).fingerprint
    other = load_static(make(tmp_path, scale=np.full(4, 0.25, np.float16)))
    assert other.fingerprint != one.fingerprint
    assert load_static(make(tmp_path, max_tokens=5)).fingerprint not in (one.fingerprint, other.fingerprint)


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("damage", ["missing", "cut", "empty"])
def test_damaged_file_is_told_in_both_languages(tmp_path: Path, file: str, damage: str) -> None:
    path = make(tmp_path) / file
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 if damage == "cut" else 0])
    with pytest.raises(KilavuzError) as told:
        load_static(tmp_path)
    assert str(tmp_path) in told.value.message.tr and "yeniden kurun" in told.value.message.tr
    assert str(tmp_path) in told.value.message.en and "install" in told.value.message.en


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 1},
        {"format": "başka"},
        {"packed": np.zeros((3, 1), np.uint8)},
        {"packed": np.zeros((4, 1), np.int8)},
        {"linear": np.zeros((3, 3), np.float16)},
        {"scale": np.zeros(5, np.float16)},
        {"max_tokens": "çok"},
    ],
)
def test_parts_that_do_not_fit_are_refused(tmp_path: Path, changed: dict[str, object]) -> None:
    with pytest.raises(KilavuzError):
        load_static(make(tmp_path, **changed))


@pytest.fixture(scope="module")
def shipped() -> StaticEmbedder:
    return load_static(COMPACT)


def test_shipped_weights_are_small_and_documented() -> None:
    assert sum(file.stat().st_size for file in COMPACT.iterdir()) <= 5_600_000
    card = (COMPACT / "README.md").read_text("utf-8")
    assert all(word in card for word in ("all-MiniLM-L6-v2", "CC BY-SA", "XQuAD", "finetune.shipped.static"))


def test_shipped_reads_case_and_missing_diacritics_alike(shipped: StaticEmbedder) -> None:
    spellings = [
        "İşlem günlüğü IP ağı",
        "işlem günlüğü ıp ağı",
        "ISLEM GUNLUGU IP AGI",
        "islem gunlugu ip agi",
    ]
    vectors = shipped.embed_passages([*spellings, "İşlem"])  # the last one decomposed (NFD)
    np.testing.assert_allclose(vectors[:4], vectors[[0] * 4], atol=1e-6)
    np.testing.assert_allclose(vectors[4], shipped.embed_question("islem"), atol=1e-6)


def test_shipped_knows_meaning_in_both_languages(shipped: StaticEmbedder) -> None:
    passages = [
        "Bir dosyayı silmek için sil komutunu çalıştırın.",
        "Ağ bağlantısı kurulamazsa güvenlik duvarı ayarlarını denetleyin.",
        "Sinir ağının eğitimi sırasında öğrenme oranı azaltılır.",
    ]
    table = shipped.embed_passages(passages)
    asked = ["How do I remove a file?", "The network connection fails", "learning rate of a neural network"]
    for row, question in enumerate(asked):
        assert int(np.argmax(table @ shipped.embed_question(question))) == row


@pytest.mark.parametrize("text", ["", " \n", "?!…", "😀", "漢字", "\x00", "a" * 100_000, "soru " * 20_000])
def test_shipped_vector_is_always_finite_and_of_length_one(shipped: StaticEmbedder, text: str) -> None:
    vector = shipped.embed_question(text)
    assert vector.shape == (384,) and np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
