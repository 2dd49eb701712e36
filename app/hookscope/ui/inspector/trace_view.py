"""Which rule answered a delivery, and why the rules before it did not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hookscope.deliveries import Passed
from hookscope.ui import scales
from hookscope.ui.inspector.link_button import LinkButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.visible import visible

UNFOLDED = 3  # so many lines are shown without being asked for
MOST = 100
_INDENT = scales.ICON + scales.S8 - scales.S4  # the word of a link has a margin of its own


class Note(NamedTuple):
    """A sentence with an icon: its name, the token of its colour and what a screen reader says for it."""

    icon: str
    role: str
    spoken: str
    text: str


class NoteLine(QWidget):
    """One sentence with its icon; it grows with the sentence."""

    def __init__(self, note: Note, *, strong: bool = False) -> None:
        super().__init__()
        text = visible(note.text, 0)  # on one line, whatever a sender put into it
        self.label = PlainLabel(text, wrap=True, breaks=True)
        if strong:
            self.label.setFont(scales.strong())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S8)
        layout.addWidget(IconLabel(note.icon, note.role, note.spoken), 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 1)


class NoteList(QWidget):
    """Sentences with icons, one under the other; hidden while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[NoteLine] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(scales.S4)

    def show_notes(self, notes: Sequence[Note], *, strong: bool = False) -> None:
        """Show other sentences."""
        for line in self._lines:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [NoteLine(note, strong=strong) for note in notes]
        for line in self._lines:
            self._layout.addWidget(line)
            line.show()  # now, so that it counts when the height is asked for
        self.setVisible(bool(notes))

    def texts(self) -> list[str]:
        """The sentences, from top to bottom."""
        return [line.label.raw_text() for line in self._lines]


class TraceView(QWidget):
    """What answered, and a line for each rule that was asked before and did not; many are folded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[str, tuple[Passed, ...]] = ("", ())
        self.answered = NoteList()
        self.unfold = LinkButton()
        self.unfold.set_words("Why other rules did not answer", "Show them here")
        self.passed = NoteList()
        self.unfold.clicked.connect(lambda: self._fold(folded=not self.passed.isHidden()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S4)
        layout.addWidget(self.answered)
        below = QHBoxLayout()
        below.setContentsMargins(_INDENT, 0, 0, 0)
        below.addWidget(self.unfold)
        below.addStretch(1)
        layout.addLayout(below)
        layout.addWidget(self.passed)
        self.hide()

    def show_trace(self, answered: str, passed: tuple[Passed, ...]) -> None:
        """Say what answered, and why those before did not; nothing where nothing is known."""
        if (answered, passed) == self._shown:
            return
        self._shown = (answered, passed)
        self.setVisible(bool(answered))
        self.answered.show_notes([Note("check", "ok", "Answered", answered)] if answered else [], strong=True)
        many = len(passed) > UNFOLDED
        self.unfold.setVisible(many)
        self._fold(folded=many)

    def _fold(self, *, folded: bool) -> None:
        passed = self._shown[1]
        self.passed.show_notes([] if folded else _notes(passed))
        what = f"Why {len(passed):,} rules did not answer"
        if folded:
            self.unfold.set_words(what, "Show them here")
        else:
            self.unfold.set_words(f"Hide {what[0].lower()}{what[1:]}", "Show less")


def _notes(passed: tuple[Passed, ...]) -> list[Note]:
    notes = [Note("dash", "muted", "Passed over", f"“{rule}”: {reason}") for rule, reason in passed[:MOST]]
    if len(passed) > MOST:
        notes.append(Note("more", "muted", "More", f"and {len(passed) - MOST:,} more"))
    return notes
