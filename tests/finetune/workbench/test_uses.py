"""The uses of sentence vectors that the model cards name, with the shipped embedder."""

import numpy as np
import pytest

from assistant.embedder import load_embedder
from assistant.errors import KilavuzError
from finetune.records import ScoredPair
from finetune.workbench.uses import (
    Classifier,
    is_paraphrase,
    match_intents,
    paraphrases,
    search,
    similarities,
    threshold_for,
)

SENTENCES = [
    "Doğruluk, bir modelin gerçek değerlere ne kadar yakın sonuçlar verdiğini gösterir.",
    "Model doğruluğu, tahminlerin gerçek etiketlerle örtüşme derecesini yansıtır.",
    "Özellik mühendisliği, makine öğrenmesi süreçlerinde önemli rol oynar.",
]
AUC = [
    "AUC skoru, 0 ile 1 arasında değişen bir değere sahiptir ve 1, mükemmel bir sınıflandırma performansı "
    "gösterir.",
    "AUC skoru, 0'dan 1'e kadar bir aralıkta değişir; 1 değeri, mükemmel bir sınıflandırma modeli içindir.",
    "Orijinal verileri geri üretmek için girdi verilerini düşük boyutlu temsil haline getiren temel amacı "
    "olan autoencoderlar, sıkıştırma ve geri dönüştürme süreçlerini kullanır.",
]
EXAMPLES = {
    "hava": ["Yarın yağmur yağacak mı?", "Bugün hava nasıl?", "Kar bekleniyor mu?"],
    "yemek": ["Bu çorba nasıl yapılır?", "Pilav tarifi verir misin?", "Akşam ne pişirsem?"],
}


@pytest.fixture(scope="module")
def embedder():
    return load_embedder("")


def test_the_first_cards_quick_start(embedder) -> None:
    scores = similarities(embedder, [SENTENCES[0]], SENTENCES[1:])
    assert scores.shape == (1, 2)
    assert scores[0, 0] > scores[0, 1]


def test_the_first_cards_example_of_an_evaluation(embedder) -> None:
    s1 = "Makine öğrenmesi algoritmaları, geçmiş verilerden öğrenerek geleceği tahmin eder."
    s2 = "Model, öğrenilmiş örüntülerden faydalanarak tahmin yürütür."
    s3 = "Veri seti boyutu, modelin genelleme kapasitesini etkileyebilir."
    near, far = similarities(embedder, [s1], [s2, s3])[0]
    assert near > far


def test_the_second_cards_similarities_of_all_with_all(embedder) -> None:
    scores = similarities(embedder, AUC, AUC)
    assert scores.shape == (3, 3)
    np.testing.assert_allclose(np.diag(scores), 1, atol=1e-5)
    assert scores[0, 1] > 0.7 > 0.5 > max(scores[0, 2], scores[1, 2])


def test_search_gives_the_nearest_of_any_number_of_sentences(embedder) -> None:
    found = search(embedder, "özellik mühendisliği neden önemli?", iter(SENTENCES * 400), limit=2)
    assert [(one.text, one.place) for one in found] == [(SENTENCES[2], 2), (SENTENCES[2], 5)]
    assert found[0].score == pytest.approx(
        float(embedder.embed_passages([SENTENCES[2]])[0] @ embedder.embed_question(
            "özellik mühendisliği neden önemli?"
        )), abs=1e-4,
    )  # fmt: skip


def test_paraphrases_in_a_list_and_of_two_sentences(embedder) -> None:
    found = paraphrases(embedder, [*SENTENCES, *AUC])
    assert [(pair.first, pair.second) for pair in found] == [(3, 4)]
    assert is_paraphrase(embedder, AUC[0], AUC[1])
    assert not is_paraphrase(embedder, AUC[0], AUC[2])
    many = paraphrases(embedder, [f"Bu {n} numaralı cümledir." for n in range(1100)], limit=7)
    assert len(many) == 7
    assert all(pair.first < pair.second for pair in many)


def test_the_same_in_capitals_and_without_diacritics_is_a_paraphrase(embedder) -> None:
    assert is_paraphrase(embedder, "Isı ölçümü İzmir'de yapıldı.", "ISI ÖLÇÜMÜ İZMİR'DE YAPILDI.")
    assert is_paraphrase(embedder, "Isı ölçümü yapıldı.", "isi olcumu yapildi.")


def test_a_threshold_by_scored_pairs(embedder) -> None:
    pairs = [
        ScoredPair(AUC[0], AUC[1], 1.0),
        ScoredPair(AUC[0], AUC[2], 0.2),
        ScoredPair(*SENTENCES[::2], 0.1),
    ]
    threshold, f1 = threshold_for(embedder, pairs)
    assert f1 == 1
    near, far = similarities(embedder, [AUC[0]], AUC[1:])[0]
    assert far < threshold <= near + 1e-6
    with pytest.raises(KilavuzError, match="benzemeyen"):
        threshold_for(embedder, pairs[:1])


def test_classes_by_three_examples_each(embedder) -> None:
    found = Classifier(embedder, EXAMPLES).classify(["Yarın hava güneşli mi?", "Mercimek çorbası tarifi"])
    assert [one.label for one in found] == ["hava", "yemek"]
    assert found[1].nearest in EXAMPLES["yemek"]
    assert all(0.5 < one.confidence <= 1 for one in found)


def test_intents_are_matched_with_ones_own_examples(embedder) -> None:
    found = match_intents(embedder, ["Pazartesi yağmur yağar mı?", "Bana bir pilav tarifi ver"], EXAMPLES)
    assert [one.label for one in found] == ["hava", "yemek"]


def test_what_will_not_do_is_said_in_a_sentence(embedder) -> None:
    wrong = [
        lambda: similarities(embedder, [""], ["a"]),
        lambda: similarities(embedder, ["a"], []),
        lambda: search(embedder, " ", ["a"]),
        lambda: paraphrases(embedder, ["a", "\n"]),
        lambda: Classifier(embedder, {"a": ["x"]}),
        lambda: Classifier(embedder, {"a": ["x"], "b": [""]}),
    ]
    for call in wrong:
        with pytest.raises(KilavuzError):
            call()
