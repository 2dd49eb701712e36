"""The album of ``helpers.shots``: one window that goes from view to view and is photographed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QDialog

from helpers.raw_client import RawClient
from hookscope.ui.main_window import MainWindow
from hookscope.ui.sidebar import ALL
from hookscope.ui.tokens import apply_theme
from hookscope.ui.window_content import WindowContent

SIZES = ((1280, 694), (1600, 900), (900, 560))
THEMES = ("light", "dark")
PATIENCE = 15.0  # seconds

View = Callable[["Album"], Awaitable[None]]


class Album:
    """One window that is brought from view to view and photographed."""

    def __init__(self, window: MainWindow, folder: Path, words: list[str]) -> None:
        self.window = window
        assert window.content is not None
        self.content: WindowContent = window.content
        self.program = window.program
        self._folder = folder
        self._words = words
        self._look = ""
        self.senders: list[RawClient] = []

    async def take_all(self, views: dict[str, View]) -> None:
        """Every view in every theme and size."""
        for theme in THEMES:
            apply_theme(QApplication.instance(), theme)  # type: ignore[arg-type]
            for width, height in SIZES:
                self._look = f"{theme}-{round(100 * self.window.devicePixelRatioF())}-{width}x{height}"
                wanted = {name: view for name, view in views.items() if self._is_wanted(name)}
                if wanted:
                    self.window.resize(width, height)
                for name, view in wanted.items():
                    await self._take(name, view)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for what the program still has to do."""
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110  it may be anything in the window
                await asyncio.sleep(0.02)

    async def rows(self, count: int) -> None:
        """Wait for so many rows, with content."""
        model = self.content.list.model
        await self.until(lambda: model.rowCount() == count and (not count or model.cached(0) is not None))

    async def choose(self, text: str, outcome: str) -> None:
        """Choose the newest delivery of this outcome whose target holds this text."""
        model = self.content.list.model
        await self.until(lambda: all(model.cached(row) is not None for row in range(min(model.rowCount(), 15))))
        rows = [(place, model.cached(place)) for place in range(model.rowCount())]
        found = next(place for place, row in rows if row and text in row.target and row.outcome == outcome)
        self.content.list.view.selectRow(found)
        self.content.panes.show_inspector()
        await asyncio.sleep(0.2)

    def release_senders(self) -> None:
        """Let those go who wait for an answer."""
        for sender in self.senders:
            sender.close()
        self.senders = []

    def _is_wanted(self, name: str) -> bool:
        return all(word in f"{self._look}/{name}" for word in self._words)

    async def _take(self, name: str, view: View) -> None:
        await self._back_to_the_start()
        await view(self)
        await asyncio.sleep(0.1)
        path = self._folder / self._look / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = self.window.grab()
        painter = QPainter(picture)
        for dialog in self._dialogs():
            place = self.window.rect().center() - dialog.rect().center()
            painter.drawPixmap(place, dialog.grab())
            painter.drawRect(dialog.rect().translated(place))
        painter.end()
        picture.save(str(path))

    def _dialogs(self) -> list[QDialog]:
        return [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]

    async def _back_to_the_start(self) -> None:
        for dialog in self._dialogs():
            dialog.close()
        content = self.content
        content.filter_row.clear()
        content.registry.action("inspector_right").setChecked(False)
        content.panes.show_inspector()
        content.sidebar.choose(self.program.endpoints.all()[0].id)  # its address is the one in the bar
        content.sidebar.choose(ALL)
        content.list.view.clearSelection()
        content.list.view.setCurrentIndex(content.list.model.index(-1, 0))
        content.panes.show_list()
        content.list.view.to_top()
        content.list.focus_table()
        await asyncio.sleep(0.05)
