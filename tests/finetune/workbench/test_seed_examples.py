"""Examples of the seeds that join parts of the workbench, against what the seed's own code gives."""

from pathlib import Path

import numpy as np
import pytest

from finetune.workbench.loading import load_any
from finetune.workbench.pair_files import read_scored
from finetune.workbench.uses import Classifier, similarities
from tests.finetune.workbench.models import SENTENCES, tiny

torch = pytest.importorskip("torch")

TEST_PAIRS = (
    ("Bugün hava çok güzel.", "Hava bugün oldukça iyi."),
    ("Türkiye'nin başkenti Ankara'dır.", "İstanbul Türkiye'nin en kalabalık şehridir."),
    ("Bu film harika.", "Filmi çok beğendim."),
)
FEELINGS = {
    "negatif": ["Bu film berbattı.", "Hiç beğenmedim, çok kötüydü.", "Zaman kaybı, rezalet bir film."],
    "nötr": ["Film iki saat sürüyor.", "Film 2019 yılında çekildi.", "Filmin yönetmeni Nuri Bilge Ceylan."],
    "pozitif": ["Bu film harikaydı.", "Çok beğendim, mükemmeldi.", "Oyunculuk muhteşem, bayıldım."],
}


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> str:
    return tiny("bert", tmp_path_factory.mktemp("bert"))


def stock(bert: str, texts: list[str], pooling: str) -> np.ndarray:
    """As the seed writes it: [CLS], or the mean over the attention mask, of length 1."""
    from transformers import AutoModel, AutoTokenizer

    read = AutoTokenizer.from_pretrained(bert)(texts, padding=True, truncation=True, return_tensors="pt")
    with torch.no_grad():
        states = AutoModel.from_pretrained(bert)(**read).last_hidden_state
    if pooling == "cls":
        vectors = states[:, 0, :]
    else:
        mask = read["attention_mask"].unsqueeze(-1).expand(states.size())
        vectors = torch.sum(states * mask, 1) / torch.sum(mask, 1)
    return torch.nn.functional.normalize(vectors, p=2, dim=1).numpy()


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_vectors_of_sentences_by_either_pooling(bert: str, pooling: str) -> None:
    """`get_bert_embeddings`, and what `BERTClassifier_AvgPool` reads."""
    found = load_any(bert, pooling=pooling).embed_passages(SENTENCES)
    np.testing.assert_allclose(found, stock(bert, list(SENTENCES), pooling), atol=1e-5)


def test_semantic_similarity_of_three_pairs(bert: str) -> None:
    """`compute_similarity`, `semantic_similarity`: the cosine of two [CLS] vectors."""
    model = load_any(bert, pooling="cls")
    for one, other in TEST_PAIRS:
        left, right = stock(bert, [one, other], "cls")
        assert float(similarities(model, [one], [other])[0, 0]) == pytest.approx(
            float(left @ right), abs=1e-5
        )
    # The shipped embedder, asked the same, knows which pair says the same of a film and which does not.
    ours = load_any("")
    weather, capital, film = (float(similarities(ours, [one], [other])[0, 0]) for one, other in TEST_PAIRS)
    assert weather > film and weather > capital


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_a_classifier_over_either_pooling(bert: str, pooling: str) -> None:
    """`BERTClassifier_CLS` and `BERTClassifier_AvgPool`: a layer over the body's vectors."""
    classifier = Classifier(load_any(bert, pooling=pooling), FEELINGS)
    told = {text: label for label, texts in FEELINGS.items() for text in texts}
    right = [
        each.label == label
        for each, label in zip(classifier.classify(list(told)), told.values(), strict=True)
    ]
    assert sum(right) >= 5  # of 9, by chance 3; the body's weights are random: 7 or 8 mostly


def test_sentiments_in_three_classes() -> None:
    """`train_sentiment_classifier`: 0 negative, 1 neutral, 2 positive, from a few examples of each."""
    classifier = Classifier(load_any(""), FEELINGS)
    told = ["Çok kötü bir filmdi, beğenmedim.", "Film 2021 yılında çekildi.", "Harika bir filmdi, bayıldım."]
    assert [each.label for each in classifier.classify(told)] == ["negatif", "nötr", "pozitif"]


def test_a_row_of_pairs_as_the_seed_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "stsb_tr_train.csv"
    rows = [
        "sentence1,sentence2,score",
        '"Bu film çok güzeldi.", "Filmi beğendim.", 0.85',
        '"Ev.", "Su.", 0.1',
    ]
    file.write_text("\n".join(row.replace('", "', '","').replace('", ', '",') for row in rows), "utf-8")
    first = read_scored(file)[0]
    assert (first.first, first.second, first.score) == ("Bu film çok güzeldi.", "Filmi beğendim.", 0.85)
