"""What the tests of the window stand on: one application in light colours, no window left behind, a real program."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from helpers.keyrings import MemoryKeyring, chosen
from hookscope.ui.tokens import LIGHT, palette_for

if TYPE_CHECKING:
    from hookscope.program import Program


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("qt_log_ignore", "This plugin does not support propagateSizeHints")  # offscreen says so


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    qapp.setQuitOnLastWindowClosed(False)
    qapp.setStyle("Fusion")
    return qapp


@pytest.fixture(scope="session")
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    """Tests of coroutines run on Qt's own loop, as the window does."""
    os.environ["QT_API"] = "pyside6"
    from qasync import QEventLoop

    return "asyncio", {"loop_factory": lambda: QEventLoop(qapp)}


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    if qapp.palette() != palette_for(LIGHT):
        qapp.setPalette(palette_for(LIGHT))


@pytest.fixture(autouse=True)
def _no_key_held(qapp: QApplication) -> None:
    """Let go of Shift: Qt keeps the modifiers of the last key, and with Shift ``selectRow`` selects nothing."""
    if qapp.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyClick(QWidget(), Qt.Key.Key_F35)


@pytest.fixture(autouse=True)
def _no_window_left_behind(qapp: QApplication) -> Iterator[None]:
    before = set(qapp.topLevelWidgets())
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    left = [widget for widget in qapp.topLevelWidgets() if widget not in before and not widget.isHidden()]
    for widget in left:
        widget.close()
        widget.deleteLater()
    assert not left, f"left on screen: {left}"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    """A program in a folder of its own that listens on a free port."""
    from hookscope.program import Program

    program = Program(tmp_path / "data")
    program.listen(0).result(timeout=10)
    yield program
    program.close()


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    """A keyring that is there and takes everything; without it there is none."""
    with chosen() as memory:
        yield memory
