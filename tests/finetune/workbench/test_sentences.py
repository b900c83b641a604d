"""Sentences and examples from files."""

import tracemalloc
from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from finetune.workbench.sentences import all_sentences, read_labelled, read_sentences


def test_a_sentence_a_line_in_any_encoding(tmp_path: Path) -> None:
    file = tmp_path / "c.txt"
    for codec in ("utf-8", "utf-8-sig", "utf-16", "cp1254"):
        file.write_text("İlk cümle.\n\n  Iğdır'da ılık şey.  \n", codec)
        assert list(read_sentences(file)) == ["İlk cümle.", "Iğdır'da ılık şey."], codec


def test_tables_by_their_column(tmp_path: Path) -> None:
    table = tmp_path / "c.csv"
    table.write_text("no,Cümle,not\n1,Birinci,x\n2,İkinci,y\n", "utf-8")
    assert list(read_sentences(table)) == ["Birinci", "İkinci"]
    assert list(read_sentences(table, "NOT")) == ["x", "y"]
    with pytest.raises(KilavuzError, match="satır 2: yok diye bir sütun yok; olanlar: no, cumle, not"):
        list(read_sentences(table, "yok"))
    lines = tmp_path / "c.jsonl"
    lines.write_text('{"text": "bir"}\n{"text": ""}\n{"text": "iki"}\n', "utf-8")
    assert list(read_sentences(lines)) == ["bir", "iki"]


def test_examples_from_a_table_and_from_toml(tmp_path: Path) -> None:
    table, toml = tmp_path / "e.csv", tmp_path / "e.toml"
    table.write_text("text,label\nYağmur var mı?,hava\nPilav tarifi,yemek\nKar yağar mı?,hava\n", "utf-8")
    toml.write_text('hava = ["Yağmur var mı?", "Kar yağar mı?"]\nyemek = ["Pilav tarifi"]\n', "utf-8")
    wanted = {"hava": ["Yağmur var mı?", "Kar yağar mı?"], "yemek": ["Pilav tarifi"]}
    assert read_labelled(table) == read_labelled(toml) == wanted


def test_what_will_not_do_is_said_in_a_sentence(tmp_path: Path) -> None:
    written = {
        "empty.txt": "\n \n", "long.txt": "a" * (1 << 24), "one.csv": "text,label\nBir,a\n",
        "gap.csv": "text,label\nBir,a\nİki,\n", "bad.toml": "a = [1]\nb = ['x']\n", "torn.toml": "a = [",
    }  # fmt: skip
    for name, text in written.items():
        (tmp_path / name).write_text(text, "utf-8")
    for name in ("empty.txt", "long.txt", "none.txt"):
        with pytest.raises(KilavuzError):
            list(read_sentences(tmp_path / name))
    for name in ("one.csv", "gap.csv", "bad.toml", "torn.toml"):
        with pytest.raises(KilavuzError):
            read_labelled(tmp_path / name)


def test_a_file_of_ten_million_lines_is_refused_or_streamed_in_bounded_memory(tmp_path: Path) -> None:
    file = tmp_path / "big.txt"
    with file.open("w", encoding="utf-8") as out:
        for _ in range(100):
            out.write("cümle\n" * 100_000)
    tracemalloc.start()
    try:
        with pytest.raises(KilavuzError, match="en çok 100000 cümle"):
            all_sentences(file)
        stream = read_sentences(file)
        assert sum(1 for _, _ in zip(range(300_000), stream, strict=False)) == 300_000
        stream.close()
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
