"""Files that responses hold: only those of one folder, so that no workspace file can have others sent."""

from __future__ import annotations

import filecmp
import os
import shutil
import stat
from pathlib import Path
from typing import NamedTuple

from hookscope.private_files import make_private_folder

FOLDER = "files"
"""Its name in the data folder."""
LARGEST = 10 << 20


class FileFailure(Exception):
    """A file cannot be sent; the text is one sentence."""


class _Read(NamedTuple):
    version: tuple[int, int]
    data: bytes


class Files:
    """The folder of files to answer with; ``read`` is for one thread, the listener's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, _Read] = {}

    def read(self, name: str) -> bytes:
        """What a file holds now; raises ``FileFailure``."""
        try:
            with open(self.folder / name, "rb", opener=_open_plain) as file:
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode):
                    raise FileFailure(f"“{name}” is not a plain file. Choose another.")
                if found.st_size > LARGEST:
                    raise FileFailure(f"“{name}” is larger than {LARGEST >> 20} MiB. Choose a smaller one.")
                version = found.st_mtime_ns, found.st_size
                known = self._read.get(name)
                if known is None or known.version != version:
                    known = _Read(version, file.read(LARGEST))
                    self._read = {name: known}  # only the last one: they may be large
                return known.data
        except OSError as error:
            raise FileFailure(f"The file “{name}” cannot be read ({error.strerror}). Choose it again.") from None

    def add(self, path: Path) -> str:
        """Copy a file that the user chose into the folder; the name it has there. Raises ``OSError``.

        Another file of that name, which a response may hold, stays as it is.
        """
        make_private_folder(self.folder)
        names = (path.name, *(f"{path.stem}-{number}{path.suffix}" for number in range(2, 1_000)))
        name = next(each for each in names if not self._is_another(path, each))
        if not (self.folder / name).exists():
            shutil.copyfile(path, self.folder / name)
        return name

    def missing(self, name: str) -> bool:
        """Whether there is no such file."""
        try:
            return not (self.folder / name).is_file()
        except OSError:  # a name too long for the system
            return True

    def _is_another(self, path: Path, name: str) -> bool:
        there = self.folder / name
        return there.exists() and not there.samefile(path) and not filecmp.cmp(path, there, shallow=False)


def _open_plain(path: str, flags: int) -> int:
    """Open without following a link and without waiting for a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
