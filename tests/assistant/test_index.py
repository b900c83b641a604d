from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant import index as module
from assistant.errors import KilavuzError
from assistant.index import Index, drop_others, fingerprint, open_client, try_out
from assistant.records import Chunk
from assistant.spans import merged
from tests.fakes import WordEmbedder

TEXTS = ["pompa yağı", "vana kolu", "motor soğutma", "conta değişimi"]


def chunks(first: int = 1) -> list[Chunk]:
    return [Chunk("a.pdf", "A", ("Bölüm",), 2, text, i, first + i) for i, text in enumerate(TEXTS)]


@pytest.fixture(params=["local", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    url = request.getfixturevalue("chroma_server") if request.param == "server" else ""
    with open_client(tmp_path / "chroma", url) as client:
        yield Index(client, f"test-{request.param}")


def test_write_find_move_and_remove(index: Index) -> None:
    embed = WordEmbedder().embed_passages
    index.add(chunks(), embed(TEXTS))
    index.add(chunks()[:1], embed(TEXTS[:1]))
    assert (index.count(), index.ids()) == (4, {1, 2, 3, 4})
    found = index.nearest(embed(["motor soğutma"])[0], 2)
    assert found[0] == (3, pytest.approx(1.0, abs=1e-5))
    assert found[1][1] < 0.9
    assert np.allclose(index.vectors([4, 2]), embed([TEXTS[3], TEXTS[1]]))
    index.move(chunks()[:2])
    assert index.is_sound(10)
    index.remove([3, 99])
    assert index.ids() == {1, 2, 4}
    index.clear()
    assert index.count() == 0


@pytest.mark.parametrize("count", [40, 1500])
def test_the_nearest_of_some_chunks_alone(index: Index, count: int) -> None:
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(count, 24)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index.add([Chunk("a", "a", (), None, "", 0, id + 1) for id in range(count)], vectors)
    everything = index.nearest(vectors[0], count)
    for pairs in ([(1, 4)], [(5, 900), (1000, 1200)], [(2, count + 1)], [(9, 12), (count - 3, count + 50)]):
        spans = merged(pairs)
        wanted = [pair for pair in everything if spans.holds(np.array([pair[0]]))[0]][:10]
        found = index.nearest_among(vectors[0], 10, spans)
        assert dict(found) == pytest.approx(dict(wanted), abs=1e-5)
        assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
    assert index.nearest_among(vectors[0], 10, merged([])) == []
    assert index.nearest_among(vectors[0], 10, merged([(5000, 5009)])) == []


def test_other_collections_of_the_same_home_are_dropped(tmp_path: Path) -> None:
    with open_client(tmp_path) as client:
        for name in ("home1-old", "home1-new", "home2-old"):
            Index(client, name)
        drop_others(client, "home1-", ["home1-new"])
        assert sorted(c.name for c in client.list_collections()) == ["home1-new", "home2-old"]


def test_a_damaged_database_is_put_aside(tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"bu bir veritabani degil" * 100)
    with open_client(folder) as client:
        assert Index(client, "test").count() == 0
    assert len(list(tmp_path.glob("chroma.bozuk-*"))) == 1


def test_a_server_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(KilavuzError, match="Chroma sunucusuna ulaşılamadı"),
        open_client(tmp_path, "http://127.0.0.1:9"),
    ):
        pass


def test_the_fingerprint_depends_on_every_part() -> None:
    parts = ("encoder", "splitter", "analyzer")
    others = [fingerprint(*(p + "!" if i == j else p for j, p in enumerate(parts))) for i in range(3)]
    assert len({fingerprint(*parts), *others}) == 4
    assert fingerprint(*parts) == fingerprint(*parts)


def fill(folder: Path) -> None:
    with open_client(folder) as client:
        Index(client, "test").add(chunks(), WordEmbedder().embed_passages(TEXTS))


def count(folder: Path) -> int:
    with open_client(folder) as client:
        return Index(client, "test").count()


def test_a_database_that_was_left_open_is_tried_by_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, in_use = tmp_path / "chroma", tmp_path / "chroma.in-use"
    fill(folder)
    assert not in_use.exists()
    in_use.touch()  # as a process leaves it that was killed
    assert count(folder) == 4
    assert not in_use.exists()
    monkeypatch.setattr(module, "_TRY", "import os; os.abort()")  # as Chroma may crash over half a file
    assert count(folder) == 4  # closed well, it is not tried
    in_use.touch()
    assert count(folder) == 0
    assert len(list(tmp_path.glob("chroma.bozuk-*"))) == 1


def test_what_is_tried_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "chroma")
    searched: list[int] = []
    monkeypatch.setattr(Index, "is_sound", lambda self, probes: searched.append(self.count()) or True)
    try_out(str(tmp_path / "chroma"))
    assert searched == [4]
