from pathlib import Path

import pytest

pytest.importorskip("bm25s")
pytest.importorskip("langchain_text_splitters")

from benchmarks.baselines import NAIVE, Passage, baselines, naive_passages
from benchmarks.questions import Question
from tests.pdf_files import drawn

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PASSAGES = [
    Passage("a", "İstanbul sunucuları yavaş"),
    Passage("b", "ağaçların gövde kökleri"),
    Passage("c", "öteki"),
]


def best(name: str, question: str) -> str:
    return baselines(PASSAGES, 2)[name](Question(question, ""))[0].source


def test_each_is_as_good_as_its_tokenizer() -> None:
    assert best(NAIVE, "ağaçların yaşı") == "b"
    assert best(NAIVE, "GÖVDE") == best(NAIVE, "bilinmeyen") != "b"
    assert best("bm25s", "GÖVDE") == "b"
    assert best("bm25s", "AĞAÇLARIN") != "b"  # its lowercase makes i of I
    assert best("Snowball", "AĞAÇLARIN") == "b"
    assert best("Snowball", "ağaçların") == best("Snowball", "ağaç") == "b"
    assert best("Snowball", "istanbul") == "a"


def test_a_follow_up_is_searched_as_it_is() -> None:
    question = Question("peki kökleri", "", before=("İstanbul sunucuları yavaş mı",))
    for search in baselines(PASSAGES, 1).values():
        assert [passage.source for passage in search(question)] == ["b"]


def test_files_are_plainly_read_and_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "alt").mkdir()
    (tmp_path / "alt/a.md").write_text("# Başlık\n\n" + "sözcük " * 300, "utf-8")
    (tmp_path / "b.pdf").write_bytes(drawn(["birinci", "ikinci"]))
    (tmp_path / "broken.pdf").write_bytes(b"nothing")
    (tmp_path / "c.txt").write_text("not read", "utf-8")
    found = naive_passages(tmp_path)
    assert [passage.source for passage in found] == ["alt/a.md"] * 4 + ["b.pdf"] * 2
    assert [passage.text for passage in found if len(passage.text) < 100] == ["# Başlık", "birinci", "ikinci"]
    assert all(len(passage.text) <= 1000 for passage in found)
    assert "broken.pdf" in capsys.readouterr().err
