import json
import math
import random
import time
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import topk, turkish
from assistant.bm25 import OKAPI, Scoring, okapi_reference
from assistant.errors import KilavuzError
from assistant.keywords import KeywordIndex, load_keywords
from assistant.records import Chunk

TEXTS = [
    "Öğrenme oranının çok yüksek seçilmesi eğitimi ıraksatır.",
    "İstanbul'daki ofis adresi güncellendi; IŞIK ŞİDDETİ lüks ile ölçülür.",
    "pip install --no-cache-dir seçeneği indirilen paketleri saklamaz.",
    "--cache-dir ile önbellek dizini değiştirilir.",
    "Girdi uzunluğu max_seq_length ile sınırlanır.",
    "min_seq_length değeri sıfır olamaz.",
    "getUserName() çağrısı oturum adını döndürür.",
    "setUserName() oturum adını değiştirir.",
    "E-1042: disk kotası doldu.",
    "E-1043: ağ erişimi yok.",
    "Python 3.11 sürümü asgari gereksinimdir.",
    "Python 3.10 ile uyumluluk sınanmıştır.",
    "C++ derleyicisi olarak g++ önerilir.",
    "C# dilinde derleyici Roslyn'dir.",
    "Ağ geçidi yapılandırması yönlendiriciden yapılır.",
    "Ağaç yapıları arama süresini kısaltır.",
    "Resimlerin sınıﬂandırılması için evrişimli ağlar kullanılır.",
    unicodedata.normalize("NFD", "Dağıtık eğitim birden çok düğüme yayılır."),
    "Veritabanına bağlanırken zaman aşımı oluşabilir.",
    "ag gecidi ayarlari bu sayfada, diyakritiksiz yazilmis.",
]
USUAL = Scoring()
VOCABULARY = [
    "öğrenme",
    "ogrenme",
    "ÖĞRENME",
    "ağ",
    "ag",
    "getUserName",
    "getusername",
    "3.11",
    "istanbul'da",
    "ve",
]


def chunk(id, text, title="", headings=()):
    return Chunk("belge.md", title, tuple(headings), None, text, 0, id)


def index(texts=TEXTS, scoring=USUAL, first=0):
    return KeywordIndex.build([chunk(id, text) for id, text in enumerate(texts, first)], scoring)


def ascii_form(text):
    return text.translate(str.maketrans("çğıöşüâîûÇĞİÖŞÜÂÎÛ", "cgiosuaiuCGIOSUAIU"))


def capitals(text):
    return text.replace("i", "İ").replace("ı", "I").upper()


FORMS = pytest.mark.parametrize("form", [str, ascii_form, capitals])


@FORMS
@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("öğrenme oranı nedir", 0),
        ("ışık şiddeti", 1),
        ("istanbul", 1),
        ("ISTANBUL OFİSİ", 1),
        ("--no-cache-dir ne işe yarar", 2),
        ("max_seq_length", 4),
        ("getUserName fonksiyonu", 6),
        ("get user name", 6),
        ("E-1042 hatası", 8),
        ("python 3.11 sürümü", 10),
        ("C++ derleyicisi", 12),
        ("C#", 13),
        ("resim sınıflandırma", 16),
        ("dağıtık eğitim", 17),
        ("veritabanı bağlantısı", 18),
    ],
)
def test_finds(question, text, form):
    assert index().search(form(question), 3)[0][0] == text


def test_words_typed_without_diacritics_are_found_with_and_the_other_way_round():
    for question in ("ağ geçidi", "ag gecidi", "AĞ GEÇİDİ", "AG GECIDI"):
        assert {id for id, _ in index().search(question, 2)} == {14, 19}


@FORMS
def test_all_spellings_of_a_question_rank_alike(form):
    keywords = index()
    for text in TEXTS:
        plain = unicodedata.normalize("NFKC", text).replace("UserName", "")  # capitals hide the humps
        np.testing.assert_allclose(keywords.scores(form(plain)), keywords.scores(plain), rtol=1e-5)


@FORMS
def test_shared_cases(shared, form):
    data = json.loads((shared / "bench" / "turkish_search_cases.json").read_text("utf-8"))
    texts = [case["text"] for case in data["cases"]] + data["distractors"]
    keywords = index(texts)
    questions = [case["query"] for case in data["cases"]]
    missed = [
        question
        for right, question in enumerate(questions)
        if right not in [id for id, _ in keywords.search(form(question), 3)]
    ]
    assert len(questions) == 27
    assert not missed


def test_scores_by_hand():
    scoring = Scoring(k1=1.0, b=0.5, grams=False, path_weight=0, precision="float64")
    keywords = index(["ağ ağ", "ek"], scoring)
    # "ağ" gives 4 ^ag and 4 ~ag: twice that in chunk 0, whose length is 16 of a mean of 12.
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    each = idf * 8 * 2 / (8 + 1 * (0.5 + 0.5 * 16 / 12))
    assert keywords.scores("ağ").tolist() == pytest.approx([8 * each, 0])
    assert keywords.search("ağ", 5) == [(0, pytest.approx(8 * each))]


def test_words_of_the_path_count_without_its_suffix():
    chunks = [
        Chunk("ağ-geçidi/kurulum_notu.md", "", (), None, "metin", 0, 1),
        Chunk("b.md", "", (), None, "metin", 0, 2),
    ]
    keywords = KeywordIndex.build(chunks)
    for asked in ("ağ", "geçidi", "kurulum", "notu"):
        assert [id for id, _ in keywords.search(asked, 5)] == [1]
    assert keywords.search("md", 5) == []


def test_title_and_headings_count():
    keywords = KeywordIndex.build(
        [chunk(1, "metin", "kurulum"), chunk(2, "metin", headings=["kurulum", "ağ"]), chunk(3, "metin")]
    )
    assert [id for id, _ in keywords.search("kurulum", 5)] == [2, 1]


def test_results_are_ordered_ties_by_id_and_limited():
    keywords = KeywordIndex.build(
        [chunk(id, "aynı metin") for id in (9, 4, 7)] + [chunk(5, "metin metin aynı aynı ağ")]
    )
    assert keywords.ids.tolist() == [4, 5, 7, 9]
    found = keywords.search("aynı", 10)
    assert sorted(found, key=lambda hit: (-hit[1], hit[0])) == found
    assert len(found) == 4
    for limit in range(5):
        assert keywords.search("aynı", limit) == found[:limit]
    assert [id for id, _ in keywords.search("metin", 10) if id != 5] == [4, 7, 9]


def test_question_particles_do_not_count():
    keywords = index(["Model nedir ve nasıl yapılır?", "Model eğitilir."])
    np.testing.assert_array_equal(keywords.scores("model nedir"), keywords.scores("MODEL mi nasıl"))
    assert [id for id, _ in keywords.search("nedir", 5)] == [0]  # nothing else was asked


def test_nothing_to_find():
    empty = KeywordIndex.build([])
    assert empty.search("ağ", 5) == [] and empty.scores("ağ").shape == (0,) and empty.idf("ag") >= 0
    for question in ("", "  ", "?!", "zzzqqq"):
        assert index().search(question, 5) == []
    assert index(["", "ağ"]).search("ağ", 5)[0][0] == 1
    assert index([""]).search("ağ", 5) == []


def test_idf_falls_with_frequency():
    keywords = index()
    assert keywords.idf("3.11") == pytest.approx(math.log(1 + (40 - 1 + 0.5) / 1.5))
    assert keywords.idf("pytho") == pytest.approx(math.log(1 + (40 - 2 + 0.5) / 2.5))
    assert keywords.idf("max_seq_length") == keywords.idf("3.11")
    assert keywords.idf("yokboyle") == pytest.approx(math.log(1 + 40.5 / 0.5))


def test_a_very_long_question_is_answered_quickly():
    draw = random.Random(1)
    syllables = ["ka", "lı", "mö", "şe", "tür", "ba", "ni"]
    words = ["".join(draw.choices(syllables, k=4)) for _ in range(20_000)]
    keywords = index([" ".join(words[i : i + 100]) for i in range(0, 20_000, 100)])
    question = " ".join(words)[:100_000]
    begin = time.perf_counter()
    assert len(keywords.search(question, 10)) == 10
    assert time.perf_counter() - begin < 2
    assert len(keywords.query(question)) == 400


# against rank_bm25


def assert_equals_okapi(texts, questions):
    keywords = index(texts, OKAPI)
    reference = okapi_reference(keywords.token_lists())
    for question in questions:
        expected = reference(keywords.question_tokens(question))
        np.testing.assert_allclose(keywords.scores(question), expected, rtol=0, atol=1e-6)
        matching = [(-score, id) for id, score in enumerate(expected.tolist()) if score > 1e-9]
        found = keywords.search(question, len(texts))
        assert [round(score, 6) for _, score in found] == pytest.approx(
            [-score for score, _ in sorted(matching)], abs=2e-6
        )


def test_equals_rank_bm25_on_real_text():
    assert_equals_okapi(TEXTS, [*TEXTS, "python sürümü", "ağ", "nedir"])


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(VOCABULARY), max_size=8).map(" ".join), min_size=1, max_size=8))
def test_equals_rank_bm25_on_random_text(texts):
    if any(turkish.words(text) for text in texts):  # rank_bm25 divides by the mean length
        assert_equals_okapi(texts, [" ".join(VOCABULARY), *texts])


def test_token_lists_are_the_analyzer_s_tokens():
    lists = index(["ağ ağ C++"], Scoring(path_weight=0)).token_lists()
    assert sorted(lists[0]) == sorted(turkish.tokens("ağ") * 2 + turkish.tokens("C++"))


# changes and the disk

TEXT = st.lists(st.sampled_from(VOCABULARY), max_size=6).map(" ".join)
CHUNKS = st.dictionaries(st.integers(1, 12), TEXT, max_size=8)


def assert_same(one, other):
    assert one.ids.tolist() == other.ids.tolist()
    for question in [*VOCABULARY, " ".join(VOCABULARY), "bilinmeyen öğrenmeler"]:
        np.testing.assert_array_equal(one.scores(question), other.scores(question))  # to the last bit
        assert one.search(question, 3) == other.search(question, 3)
        for word in turkish.words(question):
            assert one.idf(turkish.key(word)) == other.idf(turkish.key(word))


@settings(deadline=None)
@given(CHUNKS, st.lists(st.tuples(st.sets(st.integers(1, 14)), CHUNKS), max_size=3))
def test_update_equals_a_build_from_scratch(first, changes):
    keywords, now = KeywordIndex.build(chunk(*item) for item in first.items()), dict(first)
    for removed, added in changes:
        keywords = keywords.update(removed, [chunk(*item) for item in added.items()])
        now = {id: text for id, text in now.items() if id not in removed} | added
    assert_same(keywords, KeywordIndex.build(chunk(*item) for item in now.items()))


def test_what_was_removed_leaves_no_trace_in_a_search():
    removed = "ponpa " + " ".join(f"{a}{b}{a}deneme" for a in "abcdefgh" for b in "klmnop")
    kept = [chunk(id, "pompa vana " * 3 + str(id)) for id in range(1, 5)]
    updated = KeywordIndex.build([*kept, chunk(9, removed)]).update([9], [])
    fresh = KeywordIndex.build(kept)
    assert fresh.search("ponpa", 5)  # put right
    for question in ("ponpa", removed, f"{removed} vana"):
        assert updated.search(question, 5) == fresh.search(question, 5)
        assert [bool(word.columns) for word in updated.asked(question)] == [
            bool(word.columns) for word in fresh.asked(question)
        ]


def test_a_long_question_is_cut_to_the_same_tokens_whenever_the_chunks_came():
    words = [f"{a}{b}{c}ldenemelik" for a in "abcdefgh" for b in "klmnop" for c in "aeıu"]
    one, other = chunk(1, " ".join(words[:90])), chunk(2, " ".join(words[90:]))
    turned = KeywordIndex.build([other]).update([], [one])
    keywords = KeywordIndex.build([one, other])
    question = " ".join(words)
    assert len(set(keywords.question_tokens(question))) == 400
    assert sorted(turned.question_tokens(question)) == sorted(keywords.question_tokens(question))
    assert turned.search(question, 2) == keywords.search(question, 2)


def test_many_blocks_give_what_one_gives(monkeypatch):
    whole = index()
    monkeypatch.setattr("assistant.bm25._BLOCK", 3)
    monkeypatch.setattr("assistant.unit_counts._BATCH", 7)
    assert_same(index(), whole)


def test_search_is_the_best_of_all_scores(monkeypatch):
    draw = random.Random(3)
    parts = ["ağ", "ge", "çi", "di", "ku", "rul", "um", "ba", "kım", "şi", "fre"]
    words = ["".join(draw.choices(parts, k=draw.randint(1, 4))) for _ in range(3000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]  # as words are in languages (Zipf)
    texts = [" ".join(draw.choices(words, weights, k=draw.randint(5, 60))) for _ in range(4000)]
    keywords = index(texts)
    monkeypatch.setattr(topk, "_LOOK", 100)  # as if looking were cheap: else so few are simply added up
    monkeypatch.setattr(topk, "_LOOK_CHUNK", 0)
    for _ in range(50):
        question = " ".join(draw.choices(words, weights, k=draw.randint(1, 12)))
        scores = keywords.scores(question)
        for limit in (1, 10, 100):
            order = np.lexsort((keywords.ids, -scores))[:limit]
            expected = [(int(keywords.ids[i]), float(scores[i])) for i in order if scores[i] > 0]
            assert keywords.search(question, limit) == expected


def test_words_of_documents_that_are_gone_are_forgotten():
    keywords = index(["kalan öğrenme"])
    for round in range(1, 9):
        words = " ".join(f"söz{chr(96 + round)}{chr(96 + n)}" for n in range(1, 20))
        keywords = keywords.update(
            [round - 1] if round > 1 else [], [chunk(round, words), chunk(0, "kalan öğrenme")]
        )
    fresh = KeywordIndex.build([chunk(0, "kalan öğrenme"), chunk(8, words)])
    assert len(keywords.vocabulary.units) < 3 * len(fresh.vocabulary.units)
    assert_same(keywords, fresh)


def test_update_makes_a_new_object():
    keywords = index()
    before = keywords.scores("ağ geçidi").copy()
    keywords.update([14], [chunk(99, "ağ geçidi")])
    np.testing.assert_array_equal(keywords.scores("ağ geçidi"), before)


def test_equal_ids_are_refused():
    with pytest.raises(ValueError, match="differ"):
        KeywordIndex.build([chunk(1, "a"), chunk(1, "b")])


@pytest.mark.parametrize("texts", [[], [""], ["C++"], TEXTS, VOCABULARY])
def test_saved_and_loaded_is_the_same(tmp_path, texts):
    keywords = index(texts, Scoring(k1=1.2))
    keywords.save(tmp_path / "a" / "keywords")
    loaded = load_keywords(tmp_path / "a" / "keywords")
    assert loaded.scoring == keywords.scoring
    assert_same(loaded, keywords)
    change = [0], [chunk(50, "yepyeni öğrenme")]
    updated = loaded.update(*change)
    assert_same(updated, keywords.update(*change))
    updated.save(tmp_path / "a" / "keywords")  # over the files that `loaded` has mapped
    assert_same(load_keywords(tmp_path / "a" / "keywords"), updated)
    assert_same(loaded, keywords)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["keywords"]


def test_loaded_arrays_are_mapped(tmp_path):
    index().save(tmp_path / "keywords")
    assert isinstance(load_keywords(tmp_path / "keywords").ids.base, np.memmap)


def test_damaged_or_missing_files_are_an_error(tmp_path):
    with pytest.raises(KilavuzError):
        load_keywords(tmp_path / "none")
    folder = tmp_path / "keywords"
    index().save(folder)
    load_keywords(folder)
    for file in list(folder.iterdir()):
        whole = file.read_bytes()
        for damage in (b"", b"\x93NUMPY broken", whole[:-9]):
            file.write_bytes(damage)
            with pytest.raises(KilavuzError) as error:
                load_keywords(folder)
            assert "yeniden" in error.value.message.tr
        file.unlink()
        with pytest.raises(KilavuzError):
            load_keywords(folder)
        file.write_bytes(whole)


def test_another_analyzer_is_an_error(tmp_path, monkeypatch):
    index().save(tmp_path / "keywords")
    monkeypatch.setattr(turkish, "ANALYZER_VERSION", "another")
    with pytest.raises(KilavuzError):
        load_keywords(tmp_path / "keywords")


def test_an_unknown_idf_is_an_error():
    with pytest.raises(ValueError, match="no such idf"):
        index(scoring=Scoring(idf="yok"))
