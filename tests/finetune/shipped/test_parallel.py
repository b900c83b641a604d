import json
from pathlib import Path

import pytest
import zstandard

from assistant.errors import KilavuzError
from finetune.shipped.parallel import (
    PASSAGE_WORDS,
    DocumentText,
    Pair,
    choose,
    held_out,
    passages,
    question_sources,
    read_pairs,
    word_list,
)

NOTHING = DocumentText([])


def rows(*texts: tuple[str, str]) -> bytes:
    return "".join(json.dumps({"en": en, "tr": tr}) + "\n" for en, tr in texts).encode()


def test_reads_plain_and_compressed_files_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_bytes(rows(("one", "bir"), ("two", "iki")))
    (tmp_path / "a.jsonl.zst").write_bytes(
        zstandard.ZstdCompressor().compress(rows(("sky", "gök\u2028yüzü")))
    )
    assert list(read_pairs(tmp_path)) == [
        Pair("a", 0, "sky", "gök\u2028yüzü"),
        Pair("b", 0, "one", "bir"),
        Pair("b", 1, "two", "iki"),
    ]


@pytest.mark.parametrize("line", ["{", "[]", '{"en": "x"}'])
def test_bad_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(rows(("one", "bir")) + line.encode())
    with pytest.raises(KilavuzError, match=r"2\. satırı"):
        list(read_pairs(tmp_path))


def test_folder_without_files(tmp_path: Path) -> None:
    with pytest.raises(KilavuzError, match="koşut metin"):
        list(read_pairs(tmp_path))


def test_words_are_folded_and_without_markup() -> None:
    text = "## IŞIK {#isik}\n[Ağ `geçidi`](http://x.org/a) **İyi**<br>"
    assert word_list(text) == ["isik", "ag", "gecidi", "iyi"]


def test_document_text_is_recognised_with_other_markup_and_small_edits() -> None:
    text = DocumentText(
        ["Bu belge, `yerel` ağda [çalışan sunucuların](a.md) nasıl kurulduğunu adım adım anlatır."]
    )
    assert text.holds("Bu belge, yerel ağda çalışan sunucuların nasıl kurulduğunu adım adım anlatır.")
    assert text.holds("Bu belge, yerel ağda çalışan sunucuların nasıl kurulduğunu adım adım gösterir.")
    assert text.holds("Yerel ağda")
    assert not text.holds("Yerel diskte")
    assert not text.holds("Bu sayfa yerel ağda duran sunucuların nasıl ve niçin kurulduğunu kısaca anlatır.")
    assert not text.holds("")


def test_held_out_documents(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Sunucu kurulumu", "utf-8")
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"source": "a.md"}\n\n{"source": null}\n{"source": "el-pdf/b.pdf"}\n')
    sources = question_sources([questions])
    assert sources == {"a.md", "el-pdf/b.pdf"}
    text, whole = held_out(tmp_path, sources)
    assert text.holds("sunucu kurulumu") and whole == {"el"}
    with pytest.raises(KilavuzError, match=r"yok\.md"):
        held_out(tmp_path, {"yok.md"})


def test_choose_leaves_out_sources_documents_and_repetitions() -> None:
    pairs = [
        Pair("a", 0, "The network", "Ağ burada"),
        Pair("a", 1, "the  NETWORK!", "Şebeke"),  # the same English text
        Pair("a", 2, "Word", "Sözcük"),  # a single word
        Pair("a", 3, "A held out line", "Ayrılmış satır"),
        Pair("b", 0, "Another source", "Başka kaynak"),
    ]
    assert choose(pairs, DocumentText(["ayrılmış satır"]), {"b"}, {}) == pairs[:1]


def test_choose_caps_a_source_by_whole_runs() -> None:
    pairs = [Pair("a", i, f"text number {i}", f"metin {i}") for i in range(320)]
    pairs += [Pair("b", 0, "kept anyway", "yine de")]
    kept = choose(pairs, NOTHING, set(), {"a": 100})
    lines = [pair.line for pair in kept if pair.source == "a"]
    assert len(lines) == 96 and len({line // 32 for line in lines}) == 3
    assert kept[-1] == pairs[-1]
    assert kept == choose(pairs, NOTHING, set(), {"a": 100})


def test_passages_join_neighbours_only() -> None:
    en = "one two three four five six seven eight nine ten"
    pairs = [Pair("a", i, f"{en} {i}", f"satır {i}") for i in range(40)]
    pairs += [Pair("b", 0, en, "tek"), Pair("c", 0, en, "uzak"), Pair("c", 9, en, "uzak")]
    pairs += [Pair("tatoeba-manythings-tr", i, en, "bağsız") for i in range(9)]
    joined = list(passages(pairs, 1.0))
    assert {pair.source for pair in joined} == {"a"}
    assert all(PASSAGE_WORDS[0] - 20 < len(pair.en.split()) <= PASSAGE_WORDS[1] for pair in joined)
    assert all(pair.en.count("one") == pair.tr.count("satır") >= 2 for pair in joined)
    assert joined[0].tr.startswith("satır 0 satır 1")
    assert 0 < len(list(passages(pairs, 0.5))) < len(joined)
    assert list(passages(pairs, 0.0)) == list(passages([], 1.0)) == []
