import gzip
import struct
from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from ingest import lexicon_build as build


def test_words_are_counted_once_a_document_and_code_not_at_all() -> None:
    texts = [
        "Dosyayı aç. Dosyayı kapat: `gizliKod` ve https://ornek.org/yolda\n```\nkodda\n```\n",
        "(dosyayı) dosya_adı getName İSTANBUL Ankara'da Için 3kat",
    ]
    counts = build.count_words(texts)
    assert counts["dosyayı"] == 2 and counts["ankara"] == 1 and counts["aç"] == 1
    assert not {"gizlikod", "kodda", "yolda", "getname", "kat", "dosya", "ıçin", "için"} & set(counts)


def test_a_word_needs_the_dictionary_or_many_documents() -> None:
    counts = build.Counter({"kitap": 1, "kitpa": 4, "kubernetes": 5, "dosya": 900, "adı": 800, "dosyaadı": 7})
    common, words = build.choose(
        counts, ["Ağaç", "ağaçç", "a", "3d"], {"kitap", "dosya", "ağaç", "adı"}.__contains__
    )
    assert words == sorted(["kitap", "kubernetes", "dosya", "adı", "ağaç"])
    assert common == ["dosya", "adı"]


def test_two_common_words_without_a_blank_are_no_word() -> None:
    counts = build.Counter(
        {"veri": 5000, "tabanı": 3000, "veritabanı": 2000, "dosyaadı": 5, "dosya": 900, "adı": 900}
    )
    assert build.is_glued("dosyaadı", counts)
    assert not build.is_glued("veritabanı", counts)  # as usual as its parts: a compound


def test_endings_stand_behind_many_stems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "MIN_STEMS", 2)
    assert build.find_endings({"kitap", "kitaplar", "defter", "masa", "masalar", "masada"}) == ["lar"]
    stems = {"kitap", "roman", "masal"}
    assert "lar" in build.find_endings(stems | {stem + "lar" for stem in stems} | {"kitapta"})
    assert "ta" not in build.find_endings(stems | {"kitapta"})


def test_lists_of_three_kinds_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("elma\narmut\n", "utf-8")
    (tmp_path / "b.dic").write_text("2\nelma/12,3\nkiraz\n", "utf-8")
    words = [word.encode() for word in ("<unk>", "ığdır", "şeftali")]
    vocabulary = b"".join(struct.pack(">H", len(word)) + word for word in words)
    (tmp_path / "c.slm").write_bytes(b"\1\2\3" * 7 + struct.pack(">I", 3) + vocabulary)
    assert list(build.read_words(tmp_path / "a.txt")) == ["elma", "armut"]
    assert list(build.read_words(tmp_path / "b.dic")) == ["2", "elma", "kiraz"]
    assert list(build.read_words(tmp_path / "c.slm")) == ["<unk>", "ığdır", "şeftali"]


def test_documents_of_files_and_folders(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    (tmp_path / "a.md").write_text("bir\n\n\niki", "utf-8")
    (tmp_path / "b.txt").write_text("üç\n\n\ndört", "utf-8")
    (tmp_path / "c.txt.zst").write_bytes(zstandard.compress("beş\n\n\naltı".encode()))
    (tmp_path / "d.png").write_bytes(b"\x89PNG")
    assert list(build.read_documents([tmp_path])) == ["bir\n\n\niki", "üç", "dört", "beş", "altı"]
    with pytest.raises(KilavuzError):
        list(build.read_documents([tmp_path / "yok"]))


def test_the_packed_file_is_what_the_lexicon_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest import lexicon

    words = sorted(["ve", "veri", "veriler", "verici", "şu", "şuna"])
    packed = build.pack(["ve", "şu"], ["ler"], words)
    assert packed == build.pack(["ve", "şu"], ["ler"], words)  # no time stamp
    assert gzip.decompress(packed).decode().startswith("ve şu\nler\n")
    (tmp_path / "tr.txt.gz").write_bytes(packed)
    monkeypatch.setattr(lexicon, "WORD_LIST", tmp_path / "tr.txt.gz")
    lexicon.load_lexicon.cache_clear()
    try:
        loaded = lexicon.load_lexicon()
        assert all(word in loaded for word in words) and "veril" not in loaded
        assert loaded.rank("şu") == 1 and loaded.inflects("vericiler")
    finally:
        lexicon.load_lexicon.cache_clear()
