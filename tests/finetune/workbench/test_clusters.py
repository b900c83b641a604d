"""Sentences in groups, and their picture."""

from pathlib import Path

import pytest

from assistant.embedder import QUICK, load_embedder
from assistant.errors import KilavuzError
from finetune.workbench.clusters import cluster, draw

SENTENCES = [
    "Bugün yağmur yağacak.", "Yarın yağmurlu bir gün olacak.", "Akşama doğru yağmur bekleniyor.",
    "Hafta sonu yağmur var.", "Borsa bugün düştü.", "Borsa güne düşüşle başladı.", "Borsada düşüş sürüyor.",
]  # fmt: skip


def test_groups_are_found_with_and_without_their_number() -> None:
    for groups in (2, None):
        found = cluster(load_embedder(""), SENTENCES, groups)
        assert found.members(0) == [0, 1, 2, 3]  # the largest one first
        assert found.members(1) == [4, 5, 6]
        assert found.middles[1] in (4, 5, 6)


def test_sentences_that_are_all_the_same_are_one_group() -> None:
    assert len(cluster(load_embedder(QUICK), ["Aynı cümle."] * 5, 3).middles) == 1


def test_the_picture_is_a_png(tmp_path: Path) -> None:
    odd = [*SENTENCES, "$100 ve \\frac{1", "İıŞğ çok uzun bir cümle " * 20]
    draw(cluster(load_embedder(""), odd), odd, tmp_path / "a" / "p.png")
    assert (tmp_path / "a" / "p.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(KilavuzError, match="yazılamadı"):
        draw(cluster(load_embedder(""), odd), odd, tmp_path)


def test_too_few_sentences() -> None:
    for sentences, groups in (([], None), (["a"], None), (SENTENCES, 8)):
        with pytest.raises(KilavuzError):
            cluster(load_embedder(""), sentences, groups)
