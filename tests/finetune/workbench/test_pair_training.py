"""The seeds' pair scorer: STSb, a regression head, the best epoch, its picture, predict_similarity."""

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import KilavuzError
from finetune.records import ScoredPair
from finetune.workbench.pair_files import read_scored
from tests.finetune.workbench.models import SENTENCES, tiny

torch = pytest.importorskip("torch")

from finetune.workbench.pair_model import FACTS, load_pair_model, new_pair_model  # noqa: E402
from finetune.workbench.pair_training import (  # noqa: E402
    PICTURE,
    Epoch,
    PairSettings,
    evaluate_pair_model,
    train_pairs,
)

QUICK = PairSettings(epochs=2, batch=4, rate=5e-3, longest=64)
SEED_PAIRS = (
    ("Bu film gerçekten çok güzeldi.", "Filmi çok beğendim."),
    ("Hava bugün çok güneşli.", "Bugün yağmur yağıyor."),
    ("Türkiye'nin başkenti Ankara'dır.", "Ankara, Türkiye'nin en büyük şehridir."),
)


def pairs() -> list[ScoredPair]:
    """Alike if both are the same sentence."""
    return [ScoredPair(one, other, float(one == other)) for one in SENTENCES for other in SENTENCES]


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> str:
    return tiny("bert", tmp_path_factory.mktemp("bert"))


@pytest.fixture(scope="module")
def trained(bert: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Epoch]]:
    out = tmp_path_factory.mktemp("scorer") / "model"
    _, course = train_pairs(bert, pairs(), pairs()[::2], out, QUICK)
    return out, course


def test_the_seeds_training_example(trained: tuple[Path, list[Epoch]]) -> None:
    out, course = trained
    assert [each.epoch for each in course] == [1, 2]
    assert (out / PICTURE).read_bytes().startswith(b"\x89PNG")
    assert {"tokenizer.json", "config.json", "model.safetensors"} <= {f.name for f in out.rglob("*")}
    facts = json.loads((out / FACTS).read_text("utf-8"))
    assert facts["kind"] == "cross" and len(facts["epochs"]) == 2
    model = load_pair_model(out)
    for first, second in SEED_PAIRS:
        assert 0 <= model.predict_similarity(first, second) <= 1
    # What was kept is the epoch that was best on dev.
    best = max(course, key=lambda each: each.pearson)
    assert evaluate_pair_model(model, pairs()[::2]).pearson == pytest.approx(best.pearson, abs=1e-3)


def test_it_learns(bert: str, tmp_path: Path) -> None:
    first, second, third = SENTENCES[:3]
    rows = [ScoredPair(first, first, 1.0), ScoredPair(third, first, 0.6), ScoredPair(second, first, 0.0)] * 4
    settings = PairSettings(epochs=12, batch=6, rate=3e-3, longest=64, dropout=0.0)
    model, course = train_pairs(bert, rows, rows, tmp_path / "m", settings)
    assert course[-1].train_loss < 0.7 * course[0].train_loss
    assert max(each.pearson for each in course) > 0.9
    assert model.predict_similarity(first, first) > model.predict_similarity(second, first)


def test_the_same_seed_gives_the_same_model(bert: str, tmp_path: Path) -> None:
    one, other = (
        train_pairs(bert, pairs(), pairs(), tmp_path / name, QUICK)[0].predict(SEED_PAIRS) for name in "ab"
    )
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_a_trained_one_reranks_the_search(trained: tuple[Path, list[Epoch]]) -> None:
    from assistant.reranker import load_reranker

    reranker = load_reranker(str(trained[0]), 5.0)
    assert reranker is not None and reranker.name == str(trained[0])
    from assistant.cross_encoder import load_cross_encoder

    scores = load_cross_encoder(str(trained[0])).score(SENTENCES[0], list(SENTENCES))
    model = load_pair_model(trained[0])
    alike = [model.predict_similarity(SENTENCES[0], other) for other in SENTENCES]
    assert np.argmax(scores) == np.argmax(alike)


def test_siamese_cosine_beside_it(bert: str, tmp_path: Path) -> None:
    from finetune.workbench.loading import load_any

    model, course = train_pairs(
        bert, pairs(), pairs(), tmp_path / "m", PairSettings("siamese", 1, 4, 1e-3, longest=64)
    )
    assert len(course) == 1
    one, other = SENTENCES[:2]
    assert model.predict_similarity(one, one) == pytest.approx(1, abs=1e-3)
    # It reads each by itself, so the order does not count; and it is an embedder.
    assert model.predict_similarity(one, other) == pytest.approx(
        model.predict_similarity(other, one), abs=1e-4
    )
    vectors = load_any(str(tmp_path / "m")).embed_passages([one, other])
    assert float(vectors[0] @ vectors[1]) == pytest.approx(model.predict_similarity(one, other), abs=0.02)


@pytest.mark.parametrize("kind", ["gpt2", "xlm-r"])
def test_other_kinds_of_bodies(kind: str, tmp_path: Path) -> None:
    base = tiny(kind, tmp_path / "base")
    settings = PairSettings(epochs=1, batch=8, rate=1e-3, longest=60)
    model, _ = train_pairs(base, pairs(), pairs(), tmp_path / "m", settings)
    assert 0 <= model.predict_similarity(*SEED_PAIRS[0]) <= 1


def test_the_shipped_layers_read_a_pair_as_bert_does(tmp_path: Path) -> None:
    from assistant.segment_head import load_with_head

    model = new_pair_model("")
    model.save(tmp_path)  # it is read again from its folder
    again = load_with_head(tmp_path)
    assert again is not None
    tokenizer = again.tokenizer
    for each in (model.model.tokenizer, tokenizer):
        read = each("su", "hava")
        tokens = each.convert_ids_to_tokens(read["input_ids"])
        assert tokens == ["[CLS]", "su", "[SEP]", "hava", "[SEP]"]
        assert read["token_type_ids"] == [0, 0, 0, 1, 1]


def test_the_shipped_layers_tell_pairs_apart_before_they_have_learned() -> None:
    """They learned with mean pooling: their [CLS] vector knows nothing."""
    same = [
        ScoredPair("Bir adam gitar çalıyor.", "Gitar çalan bir adam var.", 0.9),
        ScoredPair("Kadın soğan doğruyor.", "Bir kadın soğan kesiyor.", 0.9),
    ]
    other = [ScoredPair(same[0].first, same[1].second, 0.0), ScoredPair(same[1].first, same[0].second, 0.1)]
    model = new_pair_model("")
    model.start_at_cosine([*same, *other])
    found = evaluate_pair_model(model, [*same, *other])
    assert found.pearson > 0.8 and found.mse < 0.05


def test_frozen_parts_stay_as_they_are(bert: str, tmp_path: Path) -> None:
    before = new_pair_model(bert).model[0].model.state_dict()
    settings = PairSettings(epochs=1, batch=8, rate=5e-3, longest=64, frozen=2)
    model, _ = train_pairs(bert, pairs(), pairs(), tmp_path / "m", settings)
    after = model.model[0].model.state_dict()
    changed = {name for name in after if "pooler" not in name and not torch.equal(before[name], after[name])}
    assert any("layer.2." in name for name in changed)
    assert not [
        name for name in changed if "word_embeddings" in name or "layer.0." in name or "layer.1." in name
    ]


def test_bad_input(bert: str, trained: tuple[Path, list[Epoch]], tmp_path: Path) -> None:
    with pytest.raises(KilavuzError, match="çiftte boş bir cümle"):
        load_pair_model(trained[0]).predict_similarity(" ", "su")
    with pytest.raises(KilavuzError, match="Burada eğitilmiş bir benzerlik modeli yok"):
        load_pair_model(tmp_path)
    with pytest.raises(KilavuzError, match="Böyle bir tür yok: üçlü"):
        new_pair_model(bert, "üçlü")
    with pytest.raises(KilavuzError, match="hem eğitim hem de seçim"):
        train_pairs(bert, pairs(), [], tmp_path / "m")
    (tmp_path / "notlar.txt").write_text("benim", "utf-8")
    with pytest.raises(KilavuzError, match="boş değil ve içinde bir benzerlik modeli yok"):
        train_pairs(bert, pairs(), pairs(), tmp_path, QUICK)
    assert (tmp_path / "notlar.txt").read_text("utf-8") == "benim"
    bare = tiny("bert", tmp_path / "bare", tokenizer=False)
    with pytest.raises(KilavuzError, match="belirteçleyicisi"):
        train_pairs(bare, pairs(), pairs(), tmp_path / "m", QUICK)
    with pytest.raises(KilavuzError, match="ıraksadı"):
        train_pairs(bert, pairs(), pairs(), tmp_path / "m", PairSettings(epochs=2, batch=4, rate=1e30))
    assert not (tmp_path / "m").exists() and not list(tmp_path.glob(".m*"))


def test_stsb_lines(tmp_path: Path) -> None:
    file = tmp_path / "stsb_tr_train.tsv"
    file.write_text(
        "genre\tdataset\tyear\tsid\tscore\tsentence1\tsentence2\n"
        'main\tMSRvid\t2012\t1\t5.000\tBir uçak kalkıyor.\t"İyi" dedi.\n'
        "main\tMSRvid\t2012\t4\t3.800\tBir adam flüt çalıyor.\tIşık yandı.\n",
        "utf-8",
    )
    assert read_scored(file) == [
        ScoredPair("Bir uçak kalkıyor.", '"İyi" dedi.', 1.0),
        ScoredPair("Bir adam flüt çalıyor.", "Işık yandı.", 0.76),
    ]
    with pytest.raises(KilavuzError, match="Dosyada 1 çiftten çoğu var"):
        read_scored(file, most=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("score\tsentence1\n1\ta\n", "başlıkta şu sütunlar yok: sentence2"),
        ("score\tsentence1\tsentence2\nx\ta\tb\n", "satır 2: puan ya da cümlelerden biri eksik"),
        ("score\tsentence1\tsentence2\n1\ta\n", "satır 2: puan ya da cümlelerden biri eksik"),
        ("score\tsentence1\tsentence2\n9\ta\tb\n1\tc\td\n", "satır 2: puan 0 ile 5 arasında değil"),
        ("score\tsentence1\tsentence2\n1\ta\tb\n", "yeterli satır yok"),
    ],
)
def test_broken_stsb_lines(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "p.tsv"
    file.write_text(text, "utf-8")
    with pytest.raises(KilavuzError, match=said):
        read_scored(file)
