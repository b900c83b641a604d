"""Looking inside: attention, tokens, a word in its contexts, [MASK]; the seeds' examples."""

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import KilavuzError
from tests.finetune.workbench.models import LAYERS, SENTENCES, WIDTH, tiny

torch = pytest.importorskip("torch")

from finetune.workbench.attention import attention, draw_attention  # noqa: E402
from finetune.workbench.masked import fill_mask  # noqa: E402
from finetune.workbench.token_view import KINDS, compare, cut, learn, read_by  # noqa: E402
from finetune.workbench.word_contexts import draw_contexts, word_contexts  # noqa: E402

PNG = b"\x89PNG"
TEXT = "BERT modeli doğal dil işlemede çığır açtı."


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {kind: tiny(kind, tmp_path_factory.mktemp(kind)) for kind in ("bert", "gpt2", "xlm-r")}


@pytest.mark.parametrize("kind", ["bert", "gpt2", "xlm-r"])
def test_the_seeds_attention_map(folders: dict[str, str], kind: str, tmp_path: Path) -> None:
    from transformers import AutoModel, AutoTokenizer

    seen = attention(TEXT, folders[kind], layer=1, head=1)
    read = AutoTokenizer.from_pretrained(folders[kind])(TEXT, return_tensors="pt")
    body = AutoModel.from_pretrained(folders[kind], attn_implementation="eager")
    with torch.no_grad():
        stock = body(**read, output_attentions=True).attentions
    np.testing.assert_allclose(seen.weights, stock[0][0, 0].numpy(), atol=1e-5)
    np.testing.assert_allclose(seen.weights.sum(1), 1, atol=1e-4)
    last = attention(TEXT, folders[kind], layer=-1, head=0)
    assert (last.layer, last.head) == (LAYERS, 0)
    np.testing.assert_allclose(last.weights, stock[-1][0].mean(0).numpy(), atol=1e-5)
    draw_attention(seen, tmp_path / "bert_attention.png")
    assert (tmp_path / "bert_attention.png").read_bytes().startswith(PNG)


def test_attention_of_the_shipped_layers_and_odd_letters(tmp_path: Path) -> None:
    seen = attention("İstanbul'da $x$ ığdır 👍")
    assert seen.tokens[0] == "[CLS]" and "istanbul" in seen.tokens
    draw_attention(seen, tmp_path / "a.png")  # "$" begins no formula, an emoji raises no warning


@pytest.mark.parametrize(
    ("layer", "head", "said"), [(0, 1, "0. katman yok"), (9, 1, "1 ile 3"), (1, 5, "5. başlık yok")]
)
def test_a_layer_or_head_that_is_not_there(folders: dict[str, str], layer: int, head: int, said: str) -> None:
    with pytest.raises(KilavuzError, match=said):
        attention(TEXT, folders["bert"], layer, head)


def test_bad_sentences_and_places(folders: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(KilavuzError, match="Cümle boş"):
        attention(" ", folders["bert"])
    (tmp_path / "dosya").write_text("", "utf-8")
    with pytest.raises(KilavuzError, match="Resim yazılamadı"):
        draw_attention(attention(TEXT, folders["bert"]), tmp_path / "dosya" / "a.png")
    with pytest.raises(KilavuzError, match="belirteçleyicisi"):
        attention(TEXT, tiny("bert", tmp_path / "bare", tokenizer=False))


def test_three_kinds_on_the_same_sentence() -> None:
    sentence = "Kitaplarımızdan İstanbul'daki ışıkları okuyorduk."
    found = compare(sentence, ["kilavuz-compact"])
    assert [each.name for each in found] == [*KINDS, "kilavuz-compact"]
    assert [each.kind for each in found[:3]] == list(KINDS)
    assert all(each.fertility >= 1 for each in found)
    wordpiece, bpe, unigram = (each.tokens for each in found[:3])
    assert any(token.startswith("##") for token in wordpiece)
    assert "".join(bpe).replace("▁", " ") == sentence  # bytes are shown as letters again
    assert "".join(unigram).replace("▁", " ").strip() == sentence


def test_fertility_counts_the_tokens_of_words() -> None:
    made = learn(["kitap kitap kitap kalem tak"] * 20, 60)["WordPiece"]
    assert cut("kitap kitap", made, "a").fertility == 1
    assert cut("kitap kalemk", made, "a").fertility == 1.5
    assert cut("kitap XYZ", made, "a").unknown == 0.5
    with pytest.raises(KilavuzError, match="Metinde sözcük yok"):
        cut(" … ", made, "a")


def test_the_seeds_tokenizer_example(folders: dict[str, str]) -> None:
    text = "BERT modelini Türkçe doğal dil işleme görevlerinde kullanıyorum."
    rows = read_by(folders["bert"], text, length=64)
    used = [row for row in rows if row.mask]
    assert len(rows) == 64 and used[0].token == "[CLS]" and used[-1].token == "[SEP]"
    assert {row.token for row in rows[len(used) :]} == {"[PAD]"}
    short = read_by(folders["bert"], text, length=8)
    assert len(short) == 8 and short[-1].token == "[SEP]"
    both = read_by(folders["bert"], "hello world", "how are you")
    assert [row.token for row in both].count("[SEP]") == 2
    assert both[0].type == 0 and both[-1].type == 1
    with pytest.raises(KilavuzError, match="Metin boş"):
        read_by(folders["bert"], "")
    with pytest.raises(KilavuzError, match="Uzunluk 4 ile"):
        read_by(folders["bert"], text, length=3)


def test_one_word_has_a_vector_in_each_sentence(tmp_path: Path) -> None:
    sentences = [
        "Parayı bankaya yatırdım ve kredi hesabı açtım.",
        "BANKA kredi başvurumu onayladı.",
        "Parkta bankta değil, tahta bankada oturup güneşlendik.",
    ]
    found = word_contexts("banka", sentences)
    assert found.forms == ("bankaya", "BANKA", "bankada")
    near = found.similarities()
    np.testing.assert_allclose(np.diag(near), 1, atol=1e-4)
    assert found.vectors.shape == (3, 384)
    # The same form has one static vector, and another one in each sentence.
    same = word_contexts("banka", ["Banka kredi verdi.", "Nehir kıyısında banka oturduk."])
    assert float(same.static[0] @ same.static[1]) == pytest.approx(1, abs=1e-5)
    assert float(same.vectors[0] @ same.vectors[1]) < 0.99
    draw_contexts(found, tmp_path / "banka.png")
    assert (tmp_path / "banka.png").read_bytes().startswith(PNG)
    draw_contexts(word_contexts("banka", sentences[:1]), tmp_path / "one.png")


@pytest.mark.parametrize("kind", ["bert", "gpt2", "xlm-r"])
def test_contexts_of_other_kinds(folders: dict[str, str], kind: str) -> None:
    found = word_contexts("ırmak", ["İstanbul'da ırmak var.", "IRMAK kıyısında"], folders[kind], layer=1)
    assert found.vectors.shape == (2, WIDTH) and found.layer == 1


@pytest.mark.parametrize(
    ("word", "sentences", "layer", "said"),
    [
        ("banka", ["Su kaynadı."], -1, "sözcüğü bu cümlede yok"),
        ("iki söz", ["iki söz"], -1, "Tek bir sözcük"),
        ("su", [], -1, "Tek bir sözcük"),
        ("su", ["Su kaynadı."], 7, "böyle bir katman yok: 7"),
        ("su", ["a " * 400 + "su"], -1, "sığmayan bölümünde"),
    ],
)
def test_contexts_that_cannot_be(
    folders: dict[str, str], word: str, sentences: list[str], layer: int, said: str
) -> None:
    with pytest.raises(KilavuzError, match=said):
        word_contexts(word, sentences, folders["bert"], layer)


def test_the_seeds_masked_word(folders: dict[str, str], tmp_path: Path) -> None:
    from transformers import AutoTokenizer, BertConfig, BertForMaskedLM

    words = AutoTokenizer.from_pretrained(folders["bert"])
    shape = {"num_hidden_layers": 1, "num_attention_heads": 2, "hidden_size": 16, "intermediate_size": 16}
    torch.manual_seed(0)
    body = BertForMaskedLM(BertConfig(vocab_size=len(words), max_position_embeddings=64, **shape))
    with torch.no_grad():
        body.cls.predictions.bias[words.convert_tokens_to_ids("model")] = 50
    body.save_pretrained(tmp_path)
    words.save_pretrained(tmp_path)
    found = fill_mask("Türkiye'nin başkenti [MASK]'dir.", str(tmp_path))
    assert len(found) == 5 and [share for _, share in found] == sorted((s for _, s in found), reverse=True)
    assert found[0][1] > 0.99
    with pytest.raises(KilavuzError, match=r"Metinde \[MASK\] yok"):
        fill_mask("Ankara", str(tmp_path))
    for model in (folders["bert"], "", folders["gpt2"]):
        with pytest.raises(KilavuzError, match=r"boşluk doldurmak için eğitilmemiş|yüklenemedi"):
            fill_mask("a [MASK]", model)


def test_sentences_of_any_length_are_cut(folders: dict[str, str]) -> None:
    assert len(attention(SENTENCES[0] * 500, folders["bert"]).tokens) == 64
