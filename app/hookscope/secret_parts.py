"""Values in a keyring: whole where they fit, long ones in parts that every keyring holds.

Windows' Credential Manager holds 1280 UTF-16 units, which neither a service account key nor most access tokens fit.
The first part has length and checksum of the whole, so that what was half written never reads as something else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "hookscope"
PART_UNITS = 1000  # UTF-16 units: the first part has the header as well

_MARK = "hookscope-parts "
_HEADER = re.compile(rf"{_MARK}([0-9]{{1,9}}) ([0-9a-f]{{64}})\n(.*)", re.DOTALL)


class NotWhole(Exception):
    """There are parts of a value, but they do not belong together."""


def read(backend: KeyringBackend, name: str) -> str:
    """The value with this name, ``""`` when there is none; raises ``NotWhole``."""
    first = backend.get_password(SERVICE, name) or ""
    if not first.startswith(_MARK):
        return first
    value = _joined(first, _parts_after(backend, name, 1))
    if not value:
        raise NotWhole
    return value


def write(backend: KeyringBackend, name: str, value: str) -> None:
    """Save a value, in place of the one before; what is left over of a longer one goes."""
    first, *others = split(value)
    # The first part comes last: until then the old value holds, or what is there does not fit its checksum.
    for number, part in enumerate(others, 2):
        backend.set_password(SERVICE, _part_name(name, number), part)
    backend.set_password(SERVICE, name, first)
    _drop_parts_after(backend, name, len(others) + 1)


def delete(backend: KeyringBackend, name: str) -> None:
    """Take a value out, if it is there."""
    _drop_parts_after(backend, name, 1)
    if backend.get_password(SERVICE, name) is not None:
        backend.delete_password(SERVICE, name)


def _drop_parts_after(backend: KeyringBackend, name: str, number: int) -> None:
    """Delete the parts that follow, from the last one on: breaking off leaves no gap, so the rest is found again."""
    count = sum(1 for _ in _parts_after(backend, name, number))
    for following in range(number + count, number, -1):
        backend.delete_password(SERVICE, _part_name(name, following))


def _parts_after(backend: KeyringBackend, name: str, number: int) -> Iterator[str]:
    while (part := backend.get_password(SERVICE, _part_name(name, number := number + 1))) is not None:
        yield part


def _part_name(name: str, number: int) -> str:
    return f"{name}#{number}" if number > 1 else name


def split(value: str) -> list[str]:
    """The value in parts that every keyring holds; the first has length and checksum, unless it is all there is."""
    parts = _chunks(value)
    if len(parts) == 1 and not value.startswith(_MARK):
        return parts
    return [f"{_MARK}{_units(value)} {_digest(value)}\n{parts[0]}", *parts[1:]]


def _joined(first: str, others: Iterator[str]) -> str | None:
    """The value again, unless its parts do not belong together."""
    header = _HEADER.fullmatch(first)
    if not header:
        return None
    length, digest, value = int(header[1]), header[2], header[3]
    while (units := _units(value)) < length:
        if not (part := next(others, "")):
            return None
        value += part
    return value if units == length and _digest(value) == digest else None


def _chunks(value: str) -> list[str]:
    chunks, start, units = [], 0, 0
    for at, character in enumerate(value):
        width = 2 if character > "\uffff" else 1
        if units + width > PART_UNITS:
            chunks.append(value[start:at])
            start, units = at, 0
        units += width
    return [*chunks, value[start:]]


def _units(value: str) -> int:
    """The length as Windows counts it."""
    return len(value.encode("utf-16-le", "surrogatepass")) // 2


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
