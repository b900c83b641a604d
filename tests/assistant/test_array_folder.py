import numpy as np
import pytest

from assistant.array_folder import map_array, read_facts, read_words, write_folder


def write(folder, mark=1):
    write_folder(
        folder, {"mark": mark}, {"a": np.arange(mark)}, {"w": ["ağ", "", "C++"], "none": [], "empty": [""]}
    )


def test_what_is_written_is_read(tmp_path):
    folder = tmp_path / "x" / "folder"
    write(folder)
    write(folder, 3)  # in place of the first
    assert read_facts(folder) == {"mark": 3}
    assert map_array(folder, "a").tolist() == [0, 1, 2]
    assert read_words(folder, "w") == ["ağ", "", "C++"]
    assert read_words(folder, "none") == []
    assert read_words(folder, "empty") == [""]
    assert [path.name for path in folder.parent.iterdir()] == ["folder"]


def test_arrays_are_mapped_and_cannot_be_changed(tmp_path):
    write(tmp_path / "folder")
    values = map_array(tmp_path / "folder", "a")
    assert isinstance(values.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 1


def test_a_cut_off_writing_leaves_the_old(tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    write(folder)
    monkeypatch.setattr(np, "save", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write(folder, 2)
    assert read_facts(folder) == {"mark": 1}


def test_what_is_not_there_is_an_error(tmp_path):
    for read in (read_facts, lambda folder: read_words(folder, "w"), lambda folder: map_array(folder, "a")):
        with pytest.raises(OSError):
            read(tmp_path)
