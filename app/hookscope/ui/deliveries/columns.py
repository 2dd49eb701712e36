"""The columns of the table as data (INTERFACE.md 2.4)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import Qt

from hookscope.deliveries import Outcome, Row
from hookscope.ui.deliveries import texts
from hookscope.ui.deliveries.words import Words, response_words, verdict_words, warnings, was_turned_away
from hookscope.ui.parts.links import Extras, IdLink

LEFT, RIGHT, CENTRE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
END, MIDDLE = Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle

RowText = Callable[[Row], str]
_ROWS_OF_LINKS = 4_096


def _nothing(row: Row) -> str:
    return ""


def _text_token(row: Row) -> str:
    return "text"


def _no_icon(row: Row) -> tuple[str, str] | None:
    return None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: widths in logical pixels, ``icon`` as name and token.

    ``accessible``, which screen readers say, and ``copied``, which *Copy cell* takes, are empty where the text will do.
    ``extras`` are links in the place of the text.
    """

    key: str
    title: str
    width: int
    min: int
    text: RowText = _nothing
    token: RowText = _text_token
    icon: Callable[[Row], tuple[str, str] | None] = _no_icon
    accessible: RowText = _nothing
    copied: RowText = _nothing
    tooltip: RowText = _nothing
    extras: Callable[[Row], Extras | None] | None = None
    align: Qt.AlignmentFlag = LEFT
    elide: Qt.TextElideMode = END
    tabular: bool = False
    name: str = ""  # what the column is called where its title is empty
    shown: bool = True

    @property
    def label(self) -> str:
        """What the column is called in menus and by a screen reader."""
        return self.name or self.title


ELASTIC = "ids"
"""The column that takes the room the others leave."""

GIVE_WAY = ("size", "method", "via", "endpoint")
"""The order in which columns go while the elastic one has too little room."""


def make_columns(
    sender_of: Callable[[int | None], str], short: Callable[[str], str] = texts.last_part
) -> tuple[Column, ...]:
    """All columns; ``sender_of`` tells the sender profile of an endpoint, empty when it is not known.

    ``short`` tells what of an id is shown.
    """

    def response(row: Row) -> Words:
        took = row.took_us
        if row.outcome == Outcome.WAITING:
            took = time.time_ns() // 1000 - row.received_us
        return response_words(row.status, row.outcome, sender_of(row.endpoint_id), took or 0)

    @lru_cache(maxsize=_ROWS_OF_LINKS)  # asked for at every painting of a cell
    def links(ids: tuple[str, ...]) -> Extras:
        return Extras(tuple(IdLink(texts.id_text(id, short), id) for id in ids))

    return (
        Column(
            "mark",
            "",
            24,
            24,
            icon=_mark,
            accessible=_mark_words,
            tooltip=_mark_words,
            align=CENTRE,
            name="New, pinned",
        ),
        Column(
            "via",
            "From",
            48,
            48,
            icon=lambda row: (row.via, "muted"),
            accessible=lambda row: texts.via_text(row.via),
            tooltip=lambda row: texts.via_tooltip(row.via),
            align=CENTRE,
        ),
        Column(
            "time",
            "Time",
            104,
            80,
            text=lambda row: texts.time_text(row.received_us),
            tooltip=lambda row: texts.time_tooltip(row.received_us),
            tabular=True,
        ),
        Column("endpoint", "Endpoint", 136, 80, text=lambda row: row.endpoint_name or "", tooltip=_endpoint_tooltip),
        Column("method", "Method", 64, 56, text=lambda row: row.method, token=_method_token),
        Column(
            "verification",
            "Verification",
            148,
            96,
            text=lambda row: _verdict(row).text,
            token=lambda row: _verdict(row).token,
            icon=_verdict_icon,
            tooltip=_turned_away,
        ),
        Column(
            "response",
            "Response",
            116,
            96,
            text=lambda row: response(row).text,
            token=lambda row: response(row).token,
            tooltip=lambda row: row.problem,
        ),
        Column("attempt", "Attempt", 72, 56, text=texts.attempt_text, accessible=_attempt_words),
        Column(
            ELASTIC,
            "Ids",
            160,
            160,
            text=lambda row: texts.ids_text(row.ids, short),
            tooltip=lambda row: "\n".join(row.ids),
            accessible=lambda row: ", ".join(row.ids),
            copied=lambda row: "\n".join(row.ids),
            extras=lambda row: links(row.ids) if row.ids else None,
        ),
        Column("size", "Size", 84, 60, text=_size_text, token=_size_token, align=RIGHT, tabular=True),
        Column("path", "Path", 200, 80, text=_path, tooltip=lambda row: row.target, elide=MIDDLE, shown=False),
        Column(
            "took",
            "Took",
            72,
            56,
            text=lambda row: texts.took_text(row.took_us),
            align=RIGHT,
            tabular=True,
            shown=False,
        ),
    )


def _mark(row: Row) -> tuple[str, str] | None:
    if row.pinned:
        return "pin", "accent"
    if warnings(row):
        return "warning", "warn"
    return None if row.seen else ("dot", "accent")


def _mark_words(row: Row) -> str:
    words = "pinned" if row.pinned else "seen" if row.seen else "new"
    return ", ".join([words, *(f"warning: {each}" for each in warnings(row))])


def _method_token(row: Row) -> str:
    return "text" if row.method != "POST" else "muted"


def _verdict(row: Row) -> Words:
    return verdict_words(row.verdict_state, row.verdict_reason, row.verdict_strength)


def _verdict_icon(row: Row) -> tuple[str, str]:
    words = _verdict(row)
    return words.icon, words.token


def _turned_away(row: Row) -> str:
    return row.problem if was_turned_away(row) else ""


def _attempt_words(row: Row) -> str:
    return "again" if row.again else f"attempt {row.attempt}" if row.attempt else "not counted"


def _endpoint_tooltip(row: Row) -> str:
    return f"{row.endpoint_name}\n{row.target}" if row.endpoint_name else row.target


def _size_text(row: Row) -> str:
    return "incomplete" if row.outcome == Outcome.INCOMPLETE else texts.size_text(row.body_bytes)


def _size_token(row: Row) -> str:
    return "warn" if row.outcome == Outcome.INCOMPLETE else "text"


def _path(row: Row) -> str:
    return row.target.partition("?")[0]


def _only_known_sender(endpoint_id: int | None) -> str:
    return "vendasta-automation"


COLUMNS = make_columns(_only_known_sender)
"""The columns for lists that know no endpoints: every sender is taken for an automation."""
