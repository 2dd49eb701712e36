"""F6: from pane to pane."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


class PaneRing:
    """The panes of a window in their order; those that are hidden or take no focus are stepped over.

    A pane inside another one comes after it.
    """

    def __init__(self) -> None:
        self._panes: list[tuple[QWidget, Callable[[], object]]] = []

    def add(self, pane: QWidget, enter: Callable[[], object] | None = None) -> None:
        """Add a pane behind the others; it is entered at its first widget unless ``enter`` says otherwise."""
        self._panes.append((pane, enter or (lambda: enter_first(pane))))

    def next(self) -> None:
        """Go to the pane after the one that has the focus."""
        self._step(1)

    def previous(self) -> None:
        """Go to the pane before the one that has the focus."""
        self._step(-1)

    def _step(self, step: int) -> None:
        panes = [(pane, enter) for pane, enter in self._panes if pane.isVisible()]
        inside = [place for place, (pane, _) in enumerate(panes) if has_focus(pane)]
        here = inside[-1] if inside else -1 if step > 0 else 0
        for away in range(1, len(panes) + 1):
            pane, enter = panes[(here + step * away) % len(panes)]
            enter()
            if has_focus(pane):
                return


def enter_first(pane: QWidget) -> None:
    """Give the focus to the first widget of a pane that Tab would reach."""
    widget = pane.nextInFocusChain()
    while widget is not None and widget is not pane:
        if pane.isAncestorOf(widget) and _takes_tab(widget):
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            return
        widget = widget.nextInFocusChain()


def has_focus(pane: QWidget | None) -> bool:
    """Whether the focus is in this pane, or will be once its window is the active one again."""
    focused = pane.window().focusWidget() if pane is not None else None
    return pane is not None and focused is not None and (pane is focused or pane.isAncestorOf(focused))


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()
