"""Takes pictures of every main view into ``shots/``: light and dark, three sizes, 100 and 200 %.

The program is the real one with a real window, on a screen of its own (Xvfb) where there is no display, and what it
shows came over real sockets. ``make shots ARGS="list light"`` takes only those whose name holds every word.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from helpers import keyrings, lab, open_records, realistic, record_shots, verdicts
from helpers.album import Album
from helpers.lab_shots import LAB
from helpers.main_shots import COUNT, EMPTY, FULL
from helpers.platform_api import PlatformApi, platform
from helpers.verdict_shots import VERDICTS, verification_views
from hookscope.program import Program
from hookscope.ui.application import run
from hookscope.ui.main_window import MainWindow

SCREEN = "3840x2400x24"
SCALES = (100, 200)

Photograph = Callable[[Album], Coroutine[Any, Any, None]]


async def _empty(album: Album) -> None:
    await album.take_all(EMPTY)


async def _full(album: Album) -> None:
    assert await asyncio.to_thread(realistic.send_all, album.program.listener_state.port) == COUNT
    await album.rows(COUNT)
    await album.take_all(FULL | verification_views())


async def _verdicts(album: Album) -> None:
    await asyncio.wrap_future(album.program.checks.read())
    await album.rows(await asyncio.to_thread(verdicts.send_all, album.program.listener_state.port))
    await album.take_all(VERDICTS)


async def _lab(album: Album) -> None:
    await album.rows(await asyncio.to_thread(lab.send_all, album.program.listener_state.port))
    await album.take_all(LAB)
    album.release_senders()


async def _records(album: Album, api: PlatformApi) -> None:
    await record_shots.deliver_all(album)
    await album.take_all(record_shots.Records(api).views())


def _set_up_full(program: Program) -> None:
    program.import_workspace(realistic.WORKSPACE)
    program.endpoints.delete(program.endpoints.all()[0].id).result()


def _run(
    folder: Path, words: list[str], photograph: Photograph, set_up: Callable[[Program], object] = lambda program: None
) -> int:
    """A window over a program of its own, photographed and closed."""

    async def work(window: MainWindow) -> None:
        album = Album(window, folder, words)
        await album.until(lambda: window.program.listener_state.state == "listening")
        await photograph(album)
        window.close()

    with tempfile.TemporaryDirectory(prefix="hookscope-shots-") as data:
        program = Program(Path(data))
        program.settings = replace(program.settings, port=0)
        set_up(program)

        def shown(window: MainWindow) -> None:
            assert window.content is not None
            spawn = window.content.tasks.spawn
            QTimer.singleShot(0, lambda: spawn(work(window), name="photograph"))

        return run(lambda: program, shown)


def _run_verdicts(folder: Path, words: list[str]) -> int:
    """Every verdict there is, with a keyring that stays locked."""
    import keyring

    keyring.set_keyring(verdicts.LockedKeyring())
    return _run(folder, words, _verdicts, verdicts.set_up)


def _run_records(folder: Path, words: list[str]) -> int:
    """The record pane, over the stand-in platform and a keyring in memory."""
    with keyrings.chosen(), platform() as api, open_records.trusting(api):
        return _run(folder, words, lambda album: _records(album, api))


SCENES: dict[str, Callable[[Path, list[str]], int]] = {
    "empty": lambda folder, words: _run(folder, words, _empty),
    "full": lambda folder, words: _run(folder, words, _full, _set_up_full),
    "verdicts": _run_verdicts,
    "lab": lambda folder, words: _run(folder, words, _lab, lab.set_up),
    "record": _run_records,
}


@contextmanager
def _screen() -> Iterator[dict[str, str]]:
    """The environment of a display: the one there is, else one of our own."""
    if os.environ.get("DISPLAY") or not sys.platform.startswith("linux"):
        yield dict(os.environ)
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as number:
            display = number.readline().strip()
        try:
            yield {**os.environ, "DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb"}
        finally:
            server.terminate()


def main() -> int:
    """Take the pictures; a process for each scale and scene."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="parts of the names of the pictures to take")
    parser.add_argument("--folder", type=Path, default=Path("shots"))
    parser.add_argument("--child", choices=SCENES, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        return SCENES[chosen.child](chosen.folder, chosen.words)
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY") and not shutil.which("Xvfb"):
        print("There is no display and no Xvfb. Install xvfb and try again.", file=sys.stderr)
        return 2
    with _screen() as environment:
        for scale in SCALES:
            for scene in SCENES:
                command = [
                    sys.executable,
                    "-m",
                    "helpers.shots",
                    "--folder",
                    chosen.folder,
                    "--child",
                    scene,
                    *chosen.words,
                ]
                subprocess.run(command, env={**environment, "QT_SCALE_FACTOR": str(scale / 100)}, check=True)
    print(f"{len(list(chosen.folder.rglob('*.png')))} pictures in {chosen.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
