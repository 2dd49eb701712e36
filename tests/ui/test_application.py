"""The application from start to end, as a process of its own: every way to end it, and what nobody expected."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hookscope import control, instance
from hookscope.deliveries import open_for_reading, queries

LONGEST = 60.0  # seconds
OFFSCREEN = "This plugin does not support propagateSizeHints()\n"  # Qt's own, on every dialog
START = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from hookscope.program import Program
from hookscope.ui.application import run

def say(*words):
    print(*words, flush=True)

def soon(call, ms=0):
    QTimer.singleShot(ms, call)

def opened():
    program = Program(Path(sys.argv[1]))
    program.settings = __import__("dataclasses").replace(program.settings, port=0)
    return program
"""


@contextmanager
def process(folder: Path, script: str) -> Iterator[subprocess.Popen[str]]:
    """A program made of this script; killed at the end if it is still there."""
    command = [sys.executable, "-c", START + script, str(folder)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, text=True, stdout=-1, stderr=-1, env=environment) as child:
        try:
            yield child
        finally:
            if child.poll() is None:
                child.kill()


def ended(folder: Path, script: str) -> tuple[int, str, str]:
    """Run the script to its end; exit code, output, errors."""
    with process(folder, script) as child:
        out, err = child.communicate(timeout=LONGEST)
        return child.returncode, out, err.replace(OFFSCREEN, "")


def line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def stored_window(folder: Path) -> dict[str, object]:
    window = json.loads((folder / "settings.json").read_text())["window"]
    assert isinstance(window, dict)
    return window


def test_closing_the_window_ends_everything_and_is_remembered(tmp_path: Path) -> None:
    code, out, err = ended(
        tmp_path,
        """
def shown(window):
    window.resize(1000, 600)
    window.relay.listener_changed.connect(lambda state: say(state.state))
    soon(window.close, 1500)
code = run(opened, shown)
say("code", code)
""",
    )
    assert (code, out.splitlines()[0], out.splitlines()[-1], err) == (0, "listening", "code 0", "")
    assert instance.read(tmp_path) is None
    assert [1000, 600] in [place[2:4] for place in stored_window(tmp_path)["places"].values()]  # type: ignore[attr-defined]


def test_a_window_that_is_closed_before_the_loop_runs_ends_it_too(tmp_path: Path) -> None:
    with process(tmp_path, "sys.exit(run(opened, lambda window: window.close()))") as child:
        assert child.wait(timeout=20) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with process(tmp_path, "run(opened, lambda w: w.relay.listener_changed.connect(lambda s: say(s.state)))") as child:
        assert line(child) == "listening"
        child.send_signal(number)
        _, err = child.communicate(timeout=LONGEST)
        assert (child.returncode, err) == (0, "")
    assert instance.read(tmp_path) is None
    assert stored_window(tmp_path)


def test_another_process_can_bring_it_to_the_front_and_end_it(tmp_path: Path) -> None:
    with process(
        tmp_path,
        """
def shown(window):
    window.relay.listener_changed.connect(lambda s: say(s.state))
    window.relay.show_asked.connect(lambda: soon(lambda: say("minimised", window.isMinimized())))
    window.showMinimized()
run(opened, shown)
""",
    ) as child:
        assert line(child) == "listening"
        assert control.ask(tmp_path, "show")
        assert line(child) == "minimised False"
        assert control.ask(tmp_path, "stop")
        assert child.wait(LONGEST) == 0


def test_once_sends_a_sample_shows_it_and_ends(tmp_path: Path) -> None:
    code, _, err = ended(tmp_path, "sys.exit(run(opened, once=True))")
    assert (code, err) == (0, "")
    db = open_for_reading(tmp_path)
    assert queries.count(db) == 1
    db.close()


def test_what_keeps_it_from_starting_is_one_sentence(tmp_path: Path) -> None:
    code, out, err = ended(
        tmp_path,
        """
from hookscope.program import CannotStart
def refused():
    raise CannotStart("The <b>disk</b> is gone.")
app = QApplication([])
def look():
    box = app.topLevelWidgets()[0]
    say(box.text(), box.textFormat().name, box.isModal())
    box.close()
soon(look, 300)
sys.exit(run(refused))
""",
    )
    assert (code, out, err) == (
        2,
        "The <b>disk</b> is gone. PlainText False\n",
        "hookscope: The <b>disk</b> is gone.\n",
    )


def test_other_refusals_are_the_commands_business(tmp_path: Path) -> None:
    with instance.hold(tmp_path):
        code, _, err = ended(tmp_path, "run(opened)")
    assert code == 1
    assert "AlreadyRunning" in err


def test_unexpected_errors_are_shown_once_each_and_end_nothing(tmp_path: Path) -> None:
    code, out, err = ended(
        tmp_path,
        """
import logging, threading
logging.basicConfig()
def in_slot():
    raise ValueError("<b>slot</b>")
def in_thread():
    raise OSError("thread")
async def in_task():
    raise KeyError("task")
def boxes():
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
def shown(window):
    def go():
        soon(in_slot), soon(in_slot)
        threading.Thread(target=in_thread).start()
        window.content.tasks.spawn(in_task(), name="broken")
    def look():
        for box in boxes():
            assert not box.isModal()
            say(box.detailedText().strip().splitlines()[-1])
        window.close()
    soon(go, 300), soon(look, 1500)
sys.exit(run(opened, shown))
""",
    )
    assert code == 0, err
    assert sorted(out.splitlines()) == ["KeyError: 'task'", "OSError: thread", "ValueError: <b>slot</b>"]
    assert err.count("ValueError: <b>slot</b>") == 2  # each is in the log


def test_the_frame_is_painted_before_what_is_in_it_is_loaded(tmp_path: Path) -> None:
    _, out, err = ended(
        tmp_path,
        """
heavy = ("asyncio", "aiohttp", "httpx", "qasync", "h11", "hookscope.ui.window_content")
folder = Path(sys.argv[1])
known = lambda: say(*(m for m in heavy if m in sys.modules), "frame")
run(opened, lambda w: soon(w.close, 200), folder=folder, on_frame=known)
""",
    )
    assert out == "frame\n", err


def test_all_of_it_is_painted_before_anything_of_records_is_loaded(tmp_path: Path) -> None:
    _, out, err = ended(
        tmp_path,
        """
heavy = ("httpx", "jwt", "cryptography", "hookscope.records", "hookscope.ui.records")
def shown(window):
    say(*(m for m in heavy if m in sys.modules), "shown")
    soon(window.close, 200)
run(opened, shown, folder=Path(sys.argv[1]))
""",
    )
    assert out == "shown\n", err


def test_it_ends_also_while_a_task_does_not(tmp_path: Path) -> None:
    begun = time.monotonic()
    code, _, err = ended(
        tmp_path,
        """
import logging
logging.basicConfig()
async def stubborn():
    import asyncio
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(60)
def shown(window):
    soon(lambda: window.content.tasks.spawn(stubborn(), name="stubborn"))
    soon(window.close, 500)
sys.exit(run(opened, shown))
""",
    )
    assert "'stubborn' does not end" in err
    assert code == 0
    assert time.monotonic() - begun < LONGEST / 2
