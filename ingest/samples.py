"""The sample documents, put into a new drop folder once: those that the user deletes stay deleted."""

from importlib.resources import as_file, files
from pathlib import Path
from shutil import copyfile

from assistant.library import Library


def copy_samples(library: Library, drop_folder: Path) -> None:
    """Copy the samples into the drop folder, the first time only; a file of the user's is never replaced."""
    drop_folder.mkdir(parents=True, exist_ok=True)
    if library.stored.is_done("samples"):
        return
    for sample in files("assistant").joinpath("samples").iterdir():
        target = drop_folder / sample.name
        if not target.exists():
            with as_file(sample) as path:
                copyfile(path, target)
    library.stored.note_done("samples")
