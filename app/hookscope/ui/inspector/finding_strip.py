"""What is wrong with a request that was received all the same, over its body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from hookscope.endpoints import Endpoint
from hookscope.findings import Finding
from hookscope.ui import scales
from hookscope.ui.parts.flat_button import Action, FlatButton
from hookscope.ui.parts.strip import Band
from hookscope.visible import visible

LONGEST_NAME = 32
FEWER = "Only the first"


class FindingStrip(QWidget):
    """One line for the first finding with its fix; a button shows the others below it. Hidden while there are none."""

    endpoint_requested = Signal(int)
    place_requested = Signal(str)  # a JMESPath in the body

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bands: list[Band] = []
        self._more: FlatButton | None = None
        self._unfolded = False
        self.reached_after: QWidget | None = None  # by Tab
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.hide()

    def show_findings(self, findings: Sequence[Finding], endpoints: Iterable[Endpoint] = ()) -> None:
        """Show these, the first one at once; ``endpoints`` are those that one may lead to."""
        known = {endpoint.path: endpoint for endpoint in endpoints}
        self._take_away()
        for finding in findings:
            text = f"{finding.sentence} {finding.fix}"
            band = Band(finding.tone, text, self._actions(finding, known.get(finding.near)), wrap=True, stacks=True)
            self._bands.append(band)
            self._layout.addWidget(band)
        if len(findings) > 1:
            self._more = self._add_more(self._bands[0])
        self._order_stops()
        self._unfold(False)
        self.setVisible(bool(findings))

    def lines(self) -> list[str]:
        """The lines on show, from top to bottom."""
        return [band.label.raw_text() for band in (self._bands if self._unfolded else self._bands[:1])]

    def _actions(self, finding: Finding, meant: Endpoint | None) -> list[Action]:
        if finding.near and meant is not None:
            name = visible(meant.name, LONGEST_NAME)
            return [(f"Show {name}", partial(self.endpoint_requested.emit, meant.id))]
        return [("Show it", partial(self.place_requested.emit, finding.path))] if finding.path else []

    def _add_more(self, first: Band) -> FlatButton:
        more = FlatButton("")
        more.setFixedHeight(scales.TARGET)
        more.clicked.connect(lambda: self._unfold(not self._unfolded))
        first.row.addWidget(more)
        return more

    def _unfold(self, unfolded: bool) -> None:
        """Show the findings after the first, or hide them again."""
        self._unfolded = unfolded
        for band in self._bands[1:]:
            band.setVisible(unfolded)
        if self._more is not None:
            self._more.setText(FEWER if unfolded else f"and {len(self._bands) - 1} more")

    def _order_stops(self) -> None:
        """Let Tab reach the buttons where they stand: what is made later comes last in the window."""
        if self.reached_after is None:
            return
        buttons = [button for band in self._bands for button in band.findChildren(FlatButton)]
        for before, after in pairwise([self.reached_after, *buttons]):
            QWidget.setTabOrder(before, after)

    def _take_away(self) -> None:
        for band in self._bands:
            self._layout.removeWidget(band)
            band.hide()
            band.deleteLater()
        self._bands, self._more = [], None
