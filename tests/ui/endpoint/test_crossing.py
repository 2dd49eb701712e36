from __future__ import annotations

import gc
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from shiboken6 import delete

from hookscope.ui.endpoint.crossing import Crossing

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def complete_elsewhere(future: Future[int]) -> None:
    thread = threading.Thread(target=future.set_result, args=(5,))
    thread.start()
    thread.join()


def test_a_future_is_handed_over_in_the_windows_thread(qtbot: QtBot) -> None:
    owner = QObject()
    crossing, future = Crossing(owner), Future[int]()
    got: list[tuple[int, threading.Thread]] = []
    crossing.follow(future, lambda done: got.append((done.result(), threading.current_thread())))
    complete_elsewhere(future)
    assert got == []
    qtbot.waitUntil(lambda: got == [(5, threading.main_thread())])


def test_nobody_is_called_whose_owner_is_gone(qtbot: QtBot) -> None:
    owner, future, got = QObject(), Future[int](), list[int]()
    crossing = Crossing(owner)
    crossing.follow(future, lambda done: got.append(done.result()))
    delete(owner)
    complete_elsewhere(future)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.MetaCall)
    assert got == []


def test_a_late_future_meets_no_deleted_object(qtbot: QtBot) -> None:
    owner, future, got = QObject(), Future[int](), list[int]()
    Crossing(owner).follow(future, lambda done: got.append(done.result()))
    gc.collect()
    complete_elsewhere(future)
    qtbot.waitUntil(lambda: got == [5])
