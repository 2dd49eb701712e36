"""Sender profiles: what a response makes the sender do, as data from ``resources/senders``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from hookscope.bundled import resources
from hookscope.strict_table import StrictTable, TableError

GENERIC = "generic"
TONES = ("ok", "info", "warn", "bad")

_STATUS_KINDS = {"2xx": 2, "3xx": 3, "4xx": 4, "5xx": 5}
_KINDS = (*_STATUS_KINDS, "late", "broken")


@dataclass(frozen=True, slots=True)
class Effect:
    """What one kind of answer makes a sender do: words for the table, the chip and the inspector, and their tone.

    ``retry`` is ``None`` where it is not published whether the sender sends again.
    """

    column: str
    chip: str
    tone: str
    sentence: str
    retry: bool | None = None
    ask: str = ""

    def question(self, status: int) -> str:
        """What to ask before a response with this status is saved; ``""`` for nothing."""
        return self.ask.replace("{status}", str(status))


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender profile. ``by_status`` goes by the first digit of a status.

    ``reads_response`` says whether a later step may use what is answered, ``flat_text_body`` whether its bodies are
    promised to be one flat JSON object of texts.
    Of a sender without known rules there is no ``Effect`` at all, and ``waits_s`` is ``None``.
    """

    id: str
    name: str
    short: str
    docs: str = ""
    waits_s: float | None = None
    by_status: Mapping[int, Effect] = field(default_factory=dict)
    late: Effect | None = None
    broken: Effect | None = None
    retries: str = ""
    not_a_retry: str = ""
    overlap: str = ""
    reads_response: bool = True
    flat_text_body: bool = False

    def after(self, status: int) -> Effect | None:
        """What the sender does after a status that came in time; ``None`` when nothing is known of that."""
        return self.by_status.get(status // 100)

    def is_late(self, seconds: float) -> bool:
        """Whether the sender has given up waiting by then."""
        return self.waits_s is not None and seconds > self.waits_s

    def effect_of(self, status: int, delay_s: float = 0.0, broken: bool = False) -> Effect | None:
        """What the sender does after this status after this many seconds, or after a connection that broke."""
        if broken:
            return self.broken
        return self.late if self.is_late(delay_s) else self.after(status)


@cache
def load_senders() -> Mapping[str, Sender]:
    """The profiles that come with the program, by id; raises ``TableError``."""
    paths = (resources() / "senders").glob("*.toml")
    return MappingProxyType({path.stem: read_sender(path) for path in sorted(paths, key=lambda path: path.stem)})


def sender_of(id: str) -> Sender:
    """The profile with this id; for an unknown one that of a sender without known rules."""
    senders = load_senders()
    return senders.get(id) or senders[GENERIC]


def read_sender(path: Path) -> Sender:
    """The profile in a file; raises ``TableError`` that names the file and the place in it."""
    try:
        table = StrictTable(tomllib.loads(path.read_text("utf-8")))
        sender = _sender(table, path.stem)
        table.finish()
    except ValueError as error:  # of TOML and UTF-8, too
        raise TableError(f"{path.name}: {error}") from None
    return sender


def _sender(table: StrictTable, id: str) -> Sender:
    known = any(key in table for key in ("waits_s", *_KINDS))
    effects = {kind: _effect(table.table(kind)) for kind in _KINDS} if known else {}
    return Sender(
        id,
        table.filled("name"),
        table.filled("short"),
        _address(table, "docs"),
        _waits(table, "waits_s") if known else None,
        {digit: effects[kind] for kind, digit in _STATUS_KINDS.items() if known},
        effects.get("late"),
        effects.get("broken"),
        table.filled("retries", ""),
        table.filled("not_a_retry", ""),
        table.filled("overlap", ""),
        table.flag("reads_response", True),
        table.flag("flat_text_body", False),
    )


def _effect(table: StrictTable) -> Effect:
    return Effect(
        table.filled("column"),
        table.filled("chip"),
        _tone(table, "tone"),
        table.filled("sentence"),
        table.flag("retry") if "retry" in table else None,
        _question(table, "ask"),
    )


def _tone(table: StrictTable, key: str) -> str:
    tone = table.text(key)
    if tone not in TONES:
        raise TableError(f"{table.place(key)} must be one of {', '.join(TONES)}.")
    return tone


def _address(table: StrictTable, key: str) -> str:
    address = table.filled(key, "")
    if address and not address.startswith("https://"):
        raise TableError(f"{table.place(key)} must begin with https://.")
    return address


def _waits(table: StrictTable, key: str) -> float:
    seconds = table.number(key)
    if seconds <= 0:
        raise TableError(f"{table.place(key)} must be more than 0.")
    return seconds


def _question(table: StrictTable, key: str) -> str:
    question = table.filled(key, "")
    if "{" in question.replace("{status}", ""):
        raise TableError(f"{table.place(key)} can have no other placeholder than {{status}}.")
    return question
