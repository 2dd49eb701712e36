"""One verdict on screen: icon and sentence, diagnosis with its button, steps, digests, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hookscope.ui import scales
from hookscope.ui.inspector.digest_pair import DigestPair
from hookscope.ui.inspector.verdict_story import VerdictStory
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

if TYPE_CHECKING:
    from hookscope.verification import Repair

_TOP, _LEFT = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignLeft


class VerdictBlock(QWidget):
    """Tells one verdict. ``heading`` stands before its word, ``note`` under it; without, the sentence comes first.

    ``buttons`` is the row under the diagnosis, whose first button repairs the configuration; ``told`` what came of it.
    """

    repair_asked = Signal()

    def __init__(self, heading: str = "", note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = heading
        self.icon = IconLabel("dash", "muted", "")
        self.title = _sentence()
        self.note = PlainLabel(note, wrap=True, role="muted")
        self.sentence = _sentence()
        (self.title if heading else self.sentence).setFont(scales.strong())
        self.diagnosis = _sentence()
        self.offered: Repair | None = None
        self.repair = FlatButton("Repair")
        self.repair.clicked.connect(lambda: self.repair_asked.emit())
        self.buttons = QHBoxLayout()
        self.told = _sentence()
        self.steps: list[PlainLabel] = []
        self.digests = DigestPair()
        self.secret = _sentence()
        self.warnings = _sentence()
        self._lay_out()

    def show_story(self, story: VerdictStory) -> None:
        """Tell another verdict."""
        self.icon.set_icon(story.words.icon, story.words.token, story.words.text)
        self.title.setText(f"{self._heading}: {story.words.text}")
        self.sentence.setText(story.sentence)
        self.show_diagnosis(story)
        self._show_steps(story.steps)
        self.digests.setVisible(bool(story.sent))
        if story.sent:
            self.digests.show_digests(story.sent, story.expected)
        self.show_secret(story.secret)
        _say(self.warnings, "\n".join(story.warnings))

    def show_diagnosis(self, story: VerdictStory) -> None:
        """Say what may be wrong, and offer what repairs it."""
        _say(self.diagnosis, "\n".join(story.diagnosis))
        self.offered = story.repair
        self.repair.setVisible(story.repair is not None)
        if story.repair is not None:
            self.repair.setText(story.repair.label)
            self.repair.updateGeometry()

    def show_secret(self, sentence: str) -> None:
        """Say which secret fits."""
        _say(self.secret, sentence)

    def tell(self, sentence: str, role: str = "") -> None:
        """Say what came of a button; an empty sentence takes it back."""
        self.told.set_role(role)
        _say(self.told, sentence)

    def text(self) -> str:
        """Everything that is told, as lines."""
        first, last = (self.title, self.sentence, self.diagnosis), (self.secret, self.warnings)
        digests = [] if self.digests.isHidden() else [self.digests.accessibleName()]
        steps = [label.text() for label in self.steps]  # which Qt shows a moment after they were made
        said, more = ([label.text() for label in part if not label.isHidden()] for part in (first, last))
        return "\n".join([*said, *steps, *digests, *more])

    def _lay_out(self) -> None:
        self.buttons.setSpacing(scales.S8)
        self.buttons.addWidget(self.repair)
        self._steps = QGridLayout()
        self._steps.setHorizontalSpacing(scales.S8)
        self._steps.setVerticalSpacing(scales.S4)
        self._steps.setColumnStretch(1, 1)
        if not self._heading:
            self.title.hide()
            self.note.hide()
        self.told.hide()
        words = QVBoxLayout()
        words.setSpacing(scales.S8)
        for part in (self.title, self.note, self.sentence, self.diagnosis):
            words.addWidget(part)
        words.addLayout(self.buttons)
        words.addWidget(self.told)
        words.addLayout(self._steps)
        words.addWidget(self.digests, 0, _LEFT)
        for part in (self.secret, self.warnings):
            words.addWidget(part)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(scales.S8)
        across.addWidget(self.icon, 0, _TOP)
        across.addLayout(words, 1)

    def _show_steps(self, sentences: tuple[str, ...]) -> None:
        while (item := self._steps.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.steps = [_sentence(text) for text in sentences]
        for number, label in enumerate(self.steps):
            self._steps.addWidget(PlainLabel(f"{number + 1}.", role="muted"), number, 0, _TOP)
            self._steps.addWidget(label, number, 1)


def _sentence(text: str = "") -> PlainLabel:
    return PlainLabel(text, wrap=True)


def _say(label: PlainLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
