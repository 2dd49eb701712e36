"""The *Verification* tab: the verdict and what it means."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hookscope.deliveries import Row
from hookscope.ui import scales
from hookscope.ui.deliveries.words import verdict_words
from hookscope.ui.parts.icon_label import IconLabel
from hookscope.ui.parts.plain_label import PlainLabel

_SENTENCES: Mapping[str, str] = {"unconfigured": "No verification is set for this endpoint."}


class VerificationTab(QWidget):
    """State icon and sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("dash", "muted", "")
        self.sentence = PlainLabel(wrap=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scales.S12, scales.S12, scales.S12, scales.S12)
        layout.setSpacing(scales.S8)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.sentence, 1, Qt.AlignmentFlag.AlignTop)

    def show_row(self, row: Row) -> None:
        """Show the verdict of another delivery."""
        words = verdict_words(row.verdict_state, row.verdict_reason)
        self._icon.set_icon(words.icon, words.token, words.text)
        self.sentence.setText(_SENTENCES.get(row.verdict_state, words.text))
