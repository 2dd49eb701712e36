"""Key files: read within bounds, judged for a profile, and deleted only while they are what was read."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from hookscope.records.model import Profile, ServiceKey

LARGEST = 65_536
CHANGED = "The file has changed since it was imported, so it was not deleted. Delete it yourself."


class NotDeleted(Exception):
    """A file was not deleted; the text is one sentence with what to do."""


class _Unusable(Exception):
    """What a path leads to is no key file; the text goes on where the name of the file ends."""


class Original(NamedTuple):
    """The file that a key came from, where links lead to, and the digest of what was in it."""

    path: Path
    digest: bytes


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a key file for a profile: its key, or a sentence that says what is wrong.

    With both the key is of the profile ``owner``, and of no use in the one that was asked for.
    """

    key: ServiceKey | None = None
    sentence: str = ""
    owner: Profile | None = None
    original: Original | None = None


def import_key(path: Path, profile: Profile) -> Judged:
    """Read a key file; slow, because it checks the key in it."""
    try:
        original, content = _read(path)
        text = content.decode("utf-8-sig")
    except OSError as error:
        return Judged(sentence=f"“{path.name}” could not be read ({_reason(error)}). Choose another.")
    except UnicodeDecodeError:
        return Judged(sentence=f"“{path.name}” is not a text in UTF-8. Choose the file as it was downloaded.")
    except _Unusable as fault:
        return Judged(sentence=f"“{path.name}” {fault}. Choose another.")
    return judge(text, profile, original)


def judge(text: str, profile: Profile, original: Original | None = None) -> Judged:
    """Whether this is the key file of a service account, and of which profile."""
    from hookscope.records.key_file import KeyFileError, read_key
    from hookscope.records.profiles import load_profiles

    try:
        return Judged(read_key(text, profile), original=original)
    except KeyFileError as fault:
        sentence = str(fault)
    for other in load_profiles().values():
        with suppress(KeyFileError):
            return Judged(read_key(text, other), sentence, other, original)
    return Judged(sentence=sentence)


def delete(original: Original) -> None:
    """Delete the file if it still is what was imported; raises ``NotDeleted``."""
    try:
        now, _ = _read(original.path)
        if now != original:
            raise NotDeleted(CHANGED)
        original.path.unlink()
    except _Unusable:
        raise NotDeleted(CHANGED) from None
    except FileNotFoundError:
        raise NotDeleted("The file is not there any more.") from None
    except OSError as error:
        raise NotDeleted(f"The file could not be deleted ({_reason(error)}). Delete it yourself.") from error


def _read(path: Path) -> tuple[Original, bytes]:
    try:
        place = Path(os.path.realpath(path))
        with open(place, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _Unusable("is not a file that can be read")
            content = file.read(LARGEST + 1)
    except ValueError:
        raise _Unusable("is not a name that a file can have") from None
    except IsADirectoryError:
        raise _Unusable("is a folder") from None
    if len(content) > LARGEST:
        raise _Unusable(f"is larger than {LARGEST >> 10} KiB, so it is not a key file")
    return Original(place, hashlib.sha256(content).digest()), content


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting for who writes into a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
