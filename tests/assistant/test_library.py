from pathlib import Path

import numpy as np
import pytest

from assistant.library import Library
from assistant.paired_embedder import PairedEmbedder
from assistant.records import Chunk
from assistant.word_sketch import WordSketch
from tests.fakes import OpenLibrary, WordEmbedder
from tests.fakes import read_file as file


def found(library: Library, question: str) -> list[str]:
    return [hit.chunk.text for hit in library.searcher.search(question)]


def in_step(library: Library) -> None:
    """Catalogue, vectors and keyword index hold the same chunks."""
    ids = library.stored.chunk_ids()
    assert library.searcher.index.ids() == set(ids)
    assert sorted(library.searcher.keywords.ids.tolist()) == ids
    assert library.stored.leftovers() == []


def test_what_is_added_is_found_with_its_ranks_and_survives_reopening(open_library: OpenLibrary) -> None:
    library = open_library()
    assert library.searcher.search("pompa") == []
    library.add(
        [file("a.md", "Pompa yağı değiştirilir.", "Motor soğutulur."), file("b.md", "Vana kapatılır.")]
    )
    library.publish()
    for _ in range(2):
        hits = library.searcher.search("pompa yağı")
        assert hits[0].chunk.text == "Pompa yağı değiştirilir."
        assert (hits[0].lexical_rank, hits[0].dense_rank) == (1, 1)
        assert 0 < hits[0].score <= 1
        assert hits[0].chunk.headings == ("Başlık",)
        in_step(library)
        library = open_library()


def test_a_changed_file_replaces_its_older_version(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add([file("a.md", "Pompa eski.", "Pompa daha eski."), file("b.md", "Vana.")])
    library.publish()
    library.add([file("a.md", "Pompa yeni.")])
    library.publish()
    assert [t for t in found(library, "pompa") if "Pompa" in t] == ["Pompa yeni."]
    assert len(library.documents()) == 2
    in_step(library)


def test_removed_documents_are_gone_everywhere(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add([file("a.md", "Pompa."), file("b.md", "Vana.")])
    library.publish()
    library.remove([library.documents()[0].id])
    library.publish()
    assert found(library, "pompa vana") == ["Vana."]
    in_step(library)


def test_a_moved_file_is_not_embedded_again(open_library: OpenLibrary) -> None:
    embedder = WordEmbedder()
    library = open_library(embedder)
    library.add([file("a.md", "Pompa.")])
    library.publish()
    before = embedder.embedded
    library.move(library.documents()[0].id, "/d/yeni/c.md", "yeni/c.md", "c")
    library.publish()
    assert embedder.embedded == before
    assert library.searcher.search("pompa")[0].chunk.source == "yeni/c.md"
    in_step(library)


def test_a_move_cut_off_before_it_is_published_is_known_at_the_next_start(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add([file("a.md", "Pompa.", "Motor."), file("b.md", "Vana.")])
    library.publish()
    library.move(library.documents()[0].id, "/d/kompresör/c.md", "kompresör/c.md", "a")
    library = open_library()
    assert [chunk for chunk, _ in library.searcher.keywords.search("kompresör", 9)] == [1, 2]
    metadata = library.searcher.index._collection.get(include=["metadatas"])["metadatas"] or []
    assert {facts["source"] for facts in metadata} == {"kompresör/c.md", "b.md"}
    assert library.stored.moved() == []


def test_what_is_published_is_mapped_from_the_disk(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add([file("a.md", "Pompa.")])
    library.publish()
    assert isinstance(library.searcher.keywords.ids.base, np.memmap)


STEPS = ["insert_pending", "make_ready", "delete_leftovers"]


@pytest.mark.parametrize("step", STEPS)
def test_a_change_cut_off_at_any_step_is_repaired(
    step: str, open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_library()
    library.add([file("a.md", "Pompa eski."), file("b.md", "Vana.")])
    library.publish()

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    for die_after in (False, True):
        original = getattr(library.stored, step) if die_after else die
        monkeypatch.setattr(library.stored, step, lambda *a, first=original: (first(*a), die()))
        with pytest.raises(KeyboardInterrupt):
            library.add([file("a.md", "Pompa yeni.", "Pompa daha yeni.")])
        monkeypatch.undo()
        library = open_library()
        in_step(library)
        pumps = [hit.text for hit in library.searcher.search("pompa") if "Pompa" in hit.text]
        assert pumps in (["Pompa eski."], ["Pompa yeni.\n\nPompa daha yeni."])


def test_lost_and_foreign_vectors_are_repaired(open_library: OpenLibrary) -> None:
    library = open_library()
    library.add([file("a.md", "Pompa."), file("b.md", "Vana.")])
    library.publish()
    gone = library.stored.chunk_ids()[0]
    library.searcher.index.remove([gone])
    library = open_library()
    in_step(library)
    foreign = Chunk("x", "x", (), None, "x", 0, id=999)
    library.searcher.index.add([foreign], WordEmbedder().embed_passages(["x"]))
    in_step(open_library())


def test_a_lost_keyword_index_is_built_again(open_library: OpenLibrary, tmp_path: Path) -> None:
    library = open_library()
    library.add([file("a.md", "Pompa.")])
    library.publish()
    for part in (tmp_path / "home" / "keywords").rglob("*"):
        if part.is_file():
            part.write_bytes(b"bozuk")
    library = open_library()
    assert found(library, "pompa") == ["Pompa."]
    in_step(library)


def test_another_embedder_gets_its_own_index_and_the_old_one_serves_until_the_swap(
    open_library: OpenLibrary,
) -> None:
    library = open_library(WordEmbedder("old"))
    library.add([file("a.md", "Pompa."), file("b.md", "Vana.")])
    library.publish()
    library = open_library(WordEmbedder("other"))
    assert library.needs_rebuild
    assert library.versions()["embedder"] == "old"
    assert found(library, "pompa")[0] == "Pompa."
    old_index = library.versions()["index"]

    library.add([file("c.md", "Conta.")])  # a change while the new index is not there yet
    library.publish()
    steps: list[int] = []
    library.rebuild(lambda done, total, name: steps.append(done))
    assert steps
    assert library.versions()["embedder"] == "other"
    assert library.versions()["index"] != old_index
    assert not library.needs_rebuild
    in_step(library)
    assert found(library, "conta")[0] == "Conta."
    library = open_library(WordEmbedder("other"))
    assert not library.needs_rebuild
    in_step(library)


def test_what_the_live_index_knows_of_the_same_layers_is_taken_over(open_library: OpenLibrary) -> None:
    deep, quick = WordEmbedder("deep"), WordEmbedder("quick")
    library = open_library(PairedEmbedder(deep, quick))
    library.add([file("a.md", "Pompa."), file("b.md", "Vana.")])
    library.publish()
    read = deep.embedded
    wanted = PairedEmbedder(deep, WordEmbedder("trained"), words=WordSketch.fit(["Pompa.", "Vana."]))
    assert not library.want(wanted)
    library.rebuild()
    assert deep.embedded == read and not library.needs_rebuild
    ids = library.stored.chunk_ids()
    vectors = library._open_index.vectors(ids)
    passages = [chunk.passage for chunk in library.stored.chunks(ids).values()]
    np.testing.assert_allclose(vectors, wanted.embed_passages(passages), atol=1e-6)
    in_step(library)


def test_a_quick_embedder_serves_first_and_the_wanted_one_afterwards(open_library: OpenLibrary) -> None:
    library = open_library(WordEmbedder("deep"), quick=WordEmbedder("quick"))
    library.add([file("a.md", "Pompa."), file("b.md", "Vana.")])
    library.publish()
    assert library.versions()["embedder"] == "quick" and library.needs_rebuild
    assert library.searcher.search("pompa")[0].dense_rank == 1
    in_step(library)
    library = open_library(WordEmbedder("deep"), quick=WordEmbedder("quick"))
    assert library.versions()["embedder"] == "quick"  # the quick one still serves
    library.rebuild()
    assert library.versions()["embedder"] == "deep" and not library.needs_rebuild
    in_step(library)
    library.add([file("c.md", "Conta.")])  # a few passages do not wait
    library.publish()
    assert not library.needs_rebuild
    in_step(library)


def test_many_new_chunks_do_not_wait_for_the_slow_embedder(
    open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.library._AT_ONCE_SLOWLY", 3)
    deep = WordEmbedder("deep")
    library = open_library(deep, quick=WordEmbedder("quick"))
    library.rebuild()
    library.add([file("a.md", "Pompa.")])
    library.rebuild()
    before = deep.embedded
    library.add([file(f"{i}.md", f"Motor {i}.") for i in range(5)])
    library.publish()
    assert deep.embedded == before
    assert library.needs_rebuild
    assert found(library, "motor 3")[0] == "Motor 3."  # by its words
    deep = WordEmbedder("deep")
    library = open_library(deep, quick=WordEmbedder("quick"))
    assert library.needs_rebuild and deep.embedded == 0  # nor does a start
    library.rebuild()
    assert deep.embedded == 5 and not library.needs_rebuild
    in_step(library)


def test_a_rebuild_that_is_cut_off_goes_on(
    open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.library._EMBED", 1)
    library = open_library(WordEmbedder("old"))
    library.add([file(f"{i}.md", f"Pompa {i}.") for i in range(6)])
    library.publish()
    library = open_library(WordEmbedder("other"))

    def stop(done: int, total: int, name: str) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.rebuild(stop)
    assert library.versions()["embedder"] == "old"
    embedder = WordEmbedder("other")
    library = open_library(embedder)
    library.rebuild()
    assert embedder.embedded == 2
    in_step(library)


def test_an_embedder_that_is_gone_gives_way_to_the_new_one(
    open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_library(WordEmbedder("old"))
    library.add([file("a.md", "Pompa.")])
    library.publish()
    with library.catalogue.change() as db:
        db.execute("UPDATE active_index SET embedder = 'gone'")
    library = open_library(WordEmbedder("new one"))
    assert library.versions()["embedder"] == "new one"
    assert found(library, "pompa") == ["Pompa."]
    in_step(library)


def test_an_add_that_failed_can_be_done_again(
    open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_library()
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(library.searcher.index, "add", _raise)
        library.add([file("a.md", "Pompa.")])
    library.add([file("a.md", "Pompa.")])
    library.publish()
    assert found(library, "pompa") == ["Pompa."]
    in_step(library)


def _raise(*arguments: object) -> None:
    raise RuntimeError


def test_damaged_vectors_are_made_again(open_library: OpenLibrary, tmp_path: Path) -> None:
    library = open_library()
    library.add([file(f"{i}.md", f"Pompa {i}.") for i in range(1500)])
    library.publish()
    library.close()
    for name in ("data_level0.bin", "header.bin"):
        for path in (tmp_path / "home" / "chroma").glob(f"*/{name}"):
            path.write_bytes(b"bozuk" * 1000)
    library = open_library()
    assert found(library, "pompa 7")[0] == "Pompa 7."
    in_step(library)


def test_many_missing_vectors_are_left_to_the_rebuild(
    open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.library._AT_ONCE", 3)
    library = open_library(WordEmbedder("old"))
    library.add([file(f"{i}.md", f"Pompa {i}.") for i in range(6)])
    library.publish()
    with library.catalogue.change() as db:
        db.execute("UPDATE active_index SET embedder = 'gone'")
    library = open_library(WordEmbedder("new one"))
    assert library.needs_rebuild
    assert found(library, "pompa 4")[0] == "Pompa 4."  # by its words
    library.rebuild()
    assert not library.needs_rebuild
    in_step(library)


def collections(library: Library) -> int:
    return len(library._client.list_collections())


def test_a_model_wanted_while_the_library_is_open_is_built_beside_and_the_way_back_is_instant(
    open_library: OpenLibrary,
) -> None:
    old, new = WordEmbedder("old"), WordEmbedder("the new one")
    library = open_library(old)
    library.add([file("a.md", "Pompa."), file("b.md", "Vana.")])
    library.publish()
    assert library.want(new) is False and library.wanted is new
    assert library.versions()["embedder"] == "old" and library.needs_rebuild  # it goes on answering
    assert found(library, "pompa")[0] == "Pompa."
    library.rebuild()
    assert library.versions()["embedder"] == "the new one"
    in_step(library)

    library.add([file("c.md", "Conta.")])
    library.remove([library.documents()[0].id])
    library.publish()
    before = old.embedded
    assert library.want(old) is True
    assert old.embedded == before  # nothing is embedded on the way back
    assert library.versions()["embedder"] == "old"
    assert found(library, "conta")[0] == "Conta."  # by its words
    assert "Pompa." not in found(library, "pompa")
    assert library.needs_rebuild
    before = old.embedded
    library.rebuild()
    assert old.embedded == before + 1
    in_step(library)


def test_what_is_in_use_already_is_no_change(open_library: OpenLibrary) -> None:
    library = open_library(WordEmbedder("old"))
    library.add([file("a.md", "Pompa.")])
    library.publish()
    library.want(WordEmbedder("other"))
    assert library.needs_rebuild
    assert library.want(WordEmbedder("old")) is True  # back before anything was built
    assert not library.needs_rebuild


def test_a_rebuild_is_given_up_when_another_model_is_wanted_meanwhile(
    open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.library._EMBED", 1)
    library = open_library(WordEmbedder("old"))
    library.add([file(f"{i}.md", f"Pompa {i}.") for i in range(6)])
    library.publish()
    bad = WordEmbedder("a bad one")
    library.want(bad)

    def back(done: int, total: int, name: str) -> None:
        if done == 2:
            library.want(WordEmbedder("old"))

    library.rebuild(back)
    assert library.versions()["embedder"] == "old" and bad.embedded == 2
    in_step(library)


def test_a_damaged_index_of_the_predecessor_is_made_again(
    open_library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = WordEmbedder("old")
    library = open_library(old)
    library.add([file("a.md", "Pompa.")])
    library.publish()
    library.want(WordEmbedder("other"))
    library.rebuild()
    monkeypatch.setattr("assistant.index.Index.is_sound", lambda self, probes: False)
    assert library.want(old) is False
    library.rebuild()
    assert library.versions()["embedder"] == "old"
    in_step(library)


def test_a_start_drops_indexes_but_for_those_kept_for_a_rollback(open_library: OpenLibrary) -> None:
    library = open_library(WordEmbedder("old"))
    library.add([file("a.md", "Pompa.")])
    library.publish()
    for name in ("second", "third one"):
        library.want(WordEmbedder(name))
        library.rebuild()
    assert collections(library) == 3
    library = open_library(WordEmbedder("third one"), keep=["second"])
    assert collections(library) == 2
    second = WordEmbedder("second")
    assert library.want(second) is True and second.embedded == 0
    assert collections(open_library(WordEmbedder("third one"))) == 2  # it serves until the third is ready


def test_chunks_keep_their_size_whatever_model_is_wanted(open_library: OpenLibrary) -> None:
    library = open_library(WordEmbedder("old"), max_tokens=99)
    library.want(WordEmbedder("other"))
    assert library.max_tokens == 99
    assert open_library(WordEmbedder("old")).max_tokens == WordEmbedder.max_tokens
