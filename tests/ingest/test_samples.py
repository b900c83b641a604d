from pathlib import Path

from ingest.samples import copy_samples
from tests.fakes import OpenLibrary


def test_samples_are_copied_once_and_stay_deleted(open_library: OpenLibrary, tmp_path: Path) -> None:
    library = open_library()
    drop = tmp_path / "belgeler"
    drop.mkdir()
    (drop / "kilavuz-nedir.md").write_text("benim dosyam")
    copy_samples(library, drop)
    names = {path.name for path in drop.iterdir()}
    assert len(names) >= 4
    assert (drop / "kilavuz-nedir.md").read_text() == "benim dosyam"
    for path in drop.iterdir():
        path.unlink()
    copy_samples(open_library(), drop)
    assert list(drop.iterdir()) == []
