"""Vectors to a NumPy file that grows row by row, to be mapped into memory: larger than memory if need be."""

import os
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import KilavuzError


class VectorsFile:
    """A `.npy` file of rows of one width; it appears under its name when all of it is written.

    `with VectorsFile(path, width) as file: file.append(rows)`; then `np.load(path, mmap_mode="r")`.
    """

    def __init__(self, path: Path, width: int, dtype: str = "float32") -> None:
        """Raises KilavuzError if the place can't be written to."""
        self._path, self._width, self._dtype = path, width, np.dtype(dtype)
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")
        self.rows = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("wb")
            self._head()
        except OSError as error:
            raise self._unwritable(error) from error

    def append(self, rows: NDArray[Any]) -> None:
        """Add (n, width) rows. Raises KilavuzError if the disk is full."""
        try:
            self._file.write(np.ascontiguousarray(rows, self._dtype).data)
        except OSError as error:
            raise self._unwritable(error) from error
        self.rows += len(rows)

    def __enter__(self) -> "VectorsFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the number of rows and give the file its name; after an error nothing stays."""
        try:
            if kind is None:
                self._file.seek(0)
                self._head()
                self._file.close()
                self._part.replace(self._path)
        except OSError as failed:
            raise self._unwritable(failed) from failed
        finally:
            self._file.close()
            self._part.unlink(missing_ok=True)

    def _head(self) -> None:
        # NumPy leaves room in the head for the first axis to grow, so its length stays the same.
        shape = (self.rows, self._width)
        head = {"descr": self._dtype.str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, head)

    def _unwritable(self, error: OSError) -> KilavuzError:
        return KilavuzError(
            f"Vektörler yazılamadı: {self._path} ({error.strerror}); boş yeri ve izinleri denetleyin ya da "
            "başka "
            "bir yer verin.",
            f"The vectors could not be written: {self._path} ({error.strerror}); check the free space and "
            "the "
            "permissions, or give another place.",
        )
