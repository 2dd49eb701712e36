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
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QDialog

from helpers import keyrings, lab, open_records, realistic, record_shots, verdicts
from helpers.platform_api import PlatformApi, platform
from helpers.raw_client import RawClient
from hookscope.listener import ListenerState
from hookscope.program import Program
from hookscope.responses.presets import load_presets
from hookscope.ui.application import run
from hookscope.ui.endpoint.endpoint_inspector import EndpointInspector
from hookscope.ui.inspector.delivery_inspector import DeliveryInspector
from hookscope.ui.main_window import MainWindow
from hookscope.ui.sidebar import ALL
from hookscope.ui.tokens import apply_theme
from hookscope.ui.window_content import WindowContent

SCREEN = "3840x2400x24"
SIZES = ((1280, 694), (1600, 900), (900, 560))
SCALES = (100, 200)
THEMES = ("light", "dark")
SCENES = ("empty", "full", "verdicts", "lab", "record")
PATIENCE = 15.0  # seconds
TAKEN = "Port 8787 is in use by node (4123)."

COUNT = len(realistic.whole_requests()) + len(realistic.broken_requests())
HOSTILE = "hostile"

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


async def first_start(album: Album) -> None:
    await album.rows(0)


async def endpoint_without_deliveries(album: Album) -> None:
    album.content.sidebar.choose(album.program.endpoints.all()[0].id)


async def port_taken(album: Album) -> None:
    album.content.bar.show_state(ListenerState("failed", "127.0.0.1", 8787, TAKEN, 8788))


async def notice(album: Album) -> None:
    album.content.bar.show_state(album.program.listener_state)
    sentence = "The disk is full. Requests get 503 until there is room, so the sender tries again."
    album.content.messages.show_message(sentence, "bad", [("Free space…", lambda: None)], key="shot")


async def settings(album: Album) -> None:
    album.content.messages.dismiss("shot")
    album.content.registry.action("settings").trigger()


async def new_endpoint(album: Album) -> None:
    album.content.registry.action("new_endpoint").trigger()


async def keys(album: Album) -> None:
    album.content.registry.action("shortcuts").trigger()


async def kept(album: Album) -> None:
    album.content.commands.show_kept()


async def listing(album: Album) -> None:
    await album.rows(COUNT)


async def no_match(album: Album) -> None:
    album.content.filter_row.field.setText("nothing holds this")
    await album.rows(0)


async def match(album: Album) -> None:
    album.content.filter_row.field.setText("ORD-")
    await album.until(lambda: "of" in album.content.filter_row.counter.text())


def delivery(text: str, *, tab: int = 1, view: str = "tree", outcome: str = "answered") -> View:
    """The newest delivery whose target holds this text, with this tab and this view of the body."""

    async def show(album: Album) -> None:
        await album.rows(COUNT)
        await album.choose(text, outcome)
        inspector = album.content.findChild(DeliveryInspector)
        assert inspector is not None
        inspector.switch.chosen.emit(view)
        inspector.tabs.set_current(tab - 1)

    return show


def endpoint(name: str, *, tab: int = 1) -> View:
    """This endpoint with this tab."""

    async def show(album: Album) -> None:
        chosen = next(each for each in album.program.endpoints.all() if each.name == name)
        album.content.sidebar.choose(chosen.id)
        album.content.panes.show_inspector()
        album.content.stack.show_endpoint(chosen.id).tabs.set_current(tab - 1)

    return show


def draft(text: str) -> View:
    """The response of an endpoint being edited."""

    async def show(album: Album) -> None:
        await endpoint("order-created", tab=2)(album)
        inspector = album.content.findChild(EndpointInspector)
        assert inspector is not None
        inspector.response.form.body.selectAll()
        inspector.response.form.body.insertPlainText(text)
        await asyncio.sleep(0.5)

    return show


async def draft_discarded(album: Album) -> None:
    await endpoint("order-created", tab=2)(album)
    inspector = album.content.findChild(EndpointInspector)
    assert inspector is not None
    inspector.response.discard()


async def inspector_right(album: Album) -> None:
    album.content.registry.action("inspector_right").setChecked(True)
    await delivery("/invoices")(album)


async def list_alone(album: Album) -> None:
    await album.rows(COUNT)
    album.content.panes.show_inspector(False)


EMPTY: dict[str, View] = {
    "01-first-start": first_start,
    "02-endpoint-without-deliveries": endpoint_without_deliveries,
    "03-port-taken": port_taken,
    "04-message": notice,
    "05-settings": settings,
    "06-new-endpoint": new_endpoint,
    "07-keys": keys,
    "08-what-is-kept": kept,
}
FULL: dict[str, View] = {
    "10-list": listing,
    "11-list-alone": list_alone,
    "12-filter": match,
    "13-filter-without-finds": no_match,
    "20-body-tree": delivery("/order-created"),
    "21-body-nested": delivery("/invoices"),
    "22-body-text": delivery("/invoices", view="text"),
    "23-body-bytes": delivery("/upload", view="bytes"),
    "24-query-and-form": delivery("/signup"),
    "25-headers": delivery("/signup", tab=2),
    "26-verification": delivery("/order-created", tab=3),
    "27-response": delivery("/order-created", tab=4),
    "28-three-attempts": delivery("/invoices", tab=5),
    "29-came-once": delivery("/upload", tab=5),
    "30-hostile": delivery(HOSTILE),
    "31-refused": delivery("", outcome="refused"),
    "32-inspector-right": inspector_right,
    "40-endpoint-set-up": endpoint("order-created"),
    "41-endpoint-response": endpoint("order-created", tab=2),
    "42-endpoint-draft": draft('{"ticket": "43", "queue": "sales"}'),
    "43-endpoint-error": draft('{"ticket": "43"\n "queue": "sales"}'),
    "44-endpoint-discarded": draft_discarded,
    "45-anything-else": endpoint("Anything else"),
}


def _verdict(name: str, *, tab: int = 3, asked: bool = False, explained: bool = False) -> View:
    """The delivery of this name of ``helpers.verdicts`` with this tab."""

    async def show(album: Album) -> None:
        names = [each for each, _ in verdicts.requests()]
        await album.rows(len(names))
        album.content.list.view.selectRow(len(names) - 1 - names.index(name))
        album.content.panes.show_inspector()
        await asyncio.sleep(0.3)
        inspector = album.content.findChild(DeliveryInspector)
        assert inspector is not None
        inspector.switch.chosen.emit("tree")
        inspector.tabs.set_current(tab - 1)
        await asyncio.sleep(0.3)
        for button, wanted in ((inspector.verification.again, asked), (inspector.verification.question, explained)):
            if wanted:
                button.click()
                await asyncio.sleep(0.3)

    return show


async def _repaired(album: Album) -> None:
    await _verdict("wrong-token")(album)
    inspector = album.content.findChild(DeliveryInspector)
    assert inspector is not None
    if not inspector.verification.recorded.repair.isHidden():
        inspector.verification.recorded.repair.click()
        await asyncio.sleep(0.5)


async def _all_verdicts(album: Album) -> None:
    await album.rows(len(list(verdicts.requests())))
    album.content.panes.show_inspector(False)


VERDICTS: dict[str, View] = {
    "60-verdicts": _all_verdicts,
    "61-verdict-token": _verdict("token"),
    "62-verdict-signed": _verdict("signed", explained=True),
    "63-verdict-wrong-token": _verdict("wrong-token"),
    "64-verdict-wrong-signature": _verdict("wrong-signature"),
    "65-verdict-no-token": _verdict("unsigned-token"),
    "66-verdict-locked": _verdict("locked"),
    "67-verdict-too-old": _verdict("old", explained=True),
    "68-verdict-unconfigured": _verdict("open"),
    "69-verdict-turned-away": _verdict("turned-away"),
    "70-verdict-checked-again": _verdict("blank", asked=True),
    "71-verdict-marketplace": _verdict("marketplace"),
    "72-marketplace-body": _verdict("marketplace", tab=1),
    "73-verdict-repaired": _repaired,
}


async def _photograph_verdicts(window: MainWindow, folder: Path, words: list[str]) -> None:
    album = Album(window, folder, words)
    await album.until(lambda: window.program.listener_state.state == "listening")
    await asyncio.wrap_future(window.program.checks.read())
    count = await asyncio.to_thread(verdicts.send_all, window.program.listener_state.port)
    await album.rows(count)
    await album.take_all(VERDICTS)
    window.close()


def _child_verdicts(folder: Path, words: list[str]) -> int:
    """Every verdict there is, with a keyring that stays locked."""
    import keyring

    keyring.set_keyring(verdicts.LockedKeyring())
    with tempfile.TemporaryDirectory(prefix="hookscope-shots-") as data:
        program = Program(Path(data))
        program.settings = replace(program.settings, port=0)
        verdicts.set_up(program)

        def shown(window: MainWindow) -> None:
            assert window.content is not None
            spawn = window.content.tasks.spawn
            work = _photograph_verdicts(window, folder, words)
            QTimer.singleShot(0, lambda: spawn(work, name="photograph"))

        return run(lambda: program, shown)


def _editing(name: str, edit: Callable[[EndpointInspector], None] = lambda inspector: None) -> View:
    """The tab *Response* of an endpoint, and something that is done there; what was edited before is discarded."""

    async def show(album: Album) -> None:
        await endpoint(name, tab=2)(album)
        inspector = album.content.findChild(EndpointInspector)
        assert inspector is not None
        inspector.response.discard()
        await asyncio.sleep(0.3)
        edit(inspector)
        await asyncio.sleep(0.8)

    return show


def _answered(name: str, *, tab: int = 4, outcome: str = "answered") -> View:
    """The newest delivery of an endpoint of the lab."""

    async def show(album: Album) -> None:
        await endpoint(name)(album)
        await asyncio.sleep(0.3)
        await album.choose("", outcome)
        inspector = album.content.findChild(DeliveryInspector)
        assert inspector is not None
        inspector.tabs.set_current(tab - 1)
        await asyncio.sleep(0.4)

    return show


def _rule(name: str) -> Callable[[EndpointInspector], None]:
    return lambda inspector: inspector.response.show_rule(name)


def _edited_rule(name: str, **changes: Any) -> Callable[[EndpointInspector], None]:
    """Edit the response of a rule, of the default with ``""``."""

    def edit(inspector: EndpointInspector) -> None:
        inspector.response.show_rule(name)
        form = inspector.response.form
        form.set_response(replace(form.response(), **changes), "vendasta-automation")
        form.changed.emit()

    return edit


def _use_preset(number: int, *, apply: bool = False) -> Callable[[EndpointInspector], None]:
    def use(inspector: EndpointInspector) -> None:
        inspector.response.rules.use(load_presets()[number])
        if apply:
            inspector.response.apply()

    return use


async def _held(album: Album) -> None:
    album.release_senders()
    album.senders = await asyncio.to_thread(lab.hold, album.program)
    await _answered("by-hand", outcome="waiting")(album)


async def listing_of_lab(album: Album) -> None:
    album.content.panes.show_inspector(False)


LAB: dict[str, View] = {
    "80-lab-list": listing_of_lab,
    "81-rules": _editing("order-created"),
    "82-rule": _editing("order-created", _rule("fail twice")),
    "83-rule-conditions": _editing("order-created", _rule("paid orders")),
    "84-preset": _editing("template", _use_preset(2)),
    "85-template": _editing("template", _rule("greeting")),
    "86-template-fails": _editing("template", _edited_rule("greeting", body='{"ticket":\n {{ json.orderid|tojson }}}')),
    "87-handler": _editing("handler"),
    "88-drop": _editing("drops"),
    "89-late": _editing("template", _edited_rule("", delay_s=75.0)),
    "90-purchase": _editing("purchase", _use_preset(1, apply=True)),
    "91-sequence": _editing("template", lambda inspector: inspector.response.rules.sequence_asked.emit()),
    "92-flaw": _editing("order-created", _edited_rule("fail twice", body='{"error": later}')),
    "93-trace": _answered("order-created"),
    "94-template-delivery": _answered("template"),
    "95-handler-gone": _answered("handler"),
    "96-dropped": _answered("drops", outcome="dropped"),
    "97-held": _held,
    "98-proof": _answered("order-created-check", tab=1),
    "99-check-set-up": endpoint("order-created-check"),
}


async def _photograph_lab(window: MainWindow, folder: Path, words: list[str]) -> None:
    album = Album(window, folder, words)
    await album.until(lambda: window.program.listener_state.state == "listening")
    await album.rows(await asyncio.to_thread(lab.send_all, window.program.listener_state.port))
    await album.take_all(LAB)
    album.release_senders()
    window.close()


def _child_lab(folder: Path, words: list[str]) -> int:
    """Rules, faults, templates, held requests: what is answered and how it is edited."""
    with tempfile.TemporaryDirectory(prefix="hookscope-shots-") as data:
        program = Program(Path(data))
        program.settings = replace(program.settings, port=0)
        lab.set_up(program)

        def shown(window: MainWindow) -> None:
            assert window.content is not None
            spawn = window.content.tasks.spawn
            QTimer.singleShot(0, lambda: spawn(_photograph_lab(window, folder, words), name="photograph"))

        return run(lambda: program, shown)


async def _photograph_records(window: MainWindow, folder: Path, words: list[str], api: PlatformApi) -> None:
    album = Album(window, folder, words)
    await album.until(lambda: window.program.listener_state.state == "listening")
    await record_shots.deliver_all(album)
    await album.take_all(record_shots.Records(api).views())
    window.close()


def _child_record(folder: Path, words: list[str]) -> int:
    """The record pane, over the stand-in platform and a keyring in memory."""
    with tempfile.TemporaryDirectory(prefix="hookscope-shots-") as data, keyrings.chosen(), platform() as api:
        program = Program(Path(data))
        program.settings = replace(program.settings, port=0)

        def shown(window: MainWindow) -> None:
            assert window.content is not None
            spawn = window.content.tasks.spawn
            QTimer.singleShot(0, lambda: spawn(_photograph_records(window, folder, words, api), name="photograph"))

        with open_records.trusting(api):
            return run(lambda: program, shown)


def _verifying(
    scheme: str, *, secrets: int = 0, tab: int = 3, keyring: bool = True, then: Callable[[EndpointInspector], None]
) -> View:
    """The endpoint *order-created* with a scheme and generated tokens, in a keyring in memory or without any."""

    async def show(album: Album) -> None:
        program, (first, *_) = album.program, album.program.endpoints.all()
        bare = replace(first, scheme=scheme, scheme_options={}, secrets=(), reject_unverified=False)
        await asyncio.wrap_future(program.endpoints.save(bare))
        inspector = album.content.stack.show_endpoint(first.id)
        inspector.tabs.set_current(0)  # which closes what the view before has opened
        inspector.verification.page.form.closed.emit()
        with keyrings.chosen() if keyring else keyrings.chosen(keyrings.absent()):
            await endpoint(first.name, tab=3)(album)
            await album.until(inspector.verification.isEnabled)
            for _ in range(secrets):
                await asyncio.wrap_future(program.checks.generate(bare))
            inspector.tabs.set_current(tab - 1)
            await asyncio.sleep(0.3)
            then(inspector)
            await asyncio.sleep(0.4)

    return show


def _verification_views() -> dict[str, View]:
    """The tab *Verification* of an endpoint, and *Set up* with a token."""

    def search(inspector: EndpointInspector) -> None:
        inspector.verification.choice.search.click()
        inspector.verification.search.field.setText("git")

    def enter(inspector: EndpointInspector) -> None:
        inspector.verification.page.add_secret.click()
        inspector.verification.page.form.value.setText("whsec_abc\n")

    def remove(inspector: EndpointInspector) -> None:
        secrets = inspector.verification.page.secrets
        secrets.remove_asked.emit(secrets.lines[0])

    def leave(inspector: EndpointInspector) -> None:
        inspector.verification.choice.search.setFocus()

    return {
        "46-endpoint-verification-none": _verifying("", then=leave),
        "47-endpoint-verification-token": _verifying("vendasta-send", secrets=2, then=leave),
        "48-endpoint-verification-search": _verifying("github", then=search),
        "49-endpoint-verification-no-keyring": _verifying(
            "vendasta-send", keyring=False, then=lambda shown: shown.verification.page.generate.click()
        ),
        "50-endpoint-verification-recheck": _verifying(
            "vendasta-send", secrets=1, then=lambda shown: shown.verification.page.recheck.start()
        ),
        "51-endpoint-verification-entry": _verifying("github", secrets=1, then=enter),
        "52-endpoint-verification-remove": _verifying("vendasta-send", secrets=1, then=remove),
        "53-endpoint-verification-incomplete": _verifying(
            "vendasta-send", secrets=1, then=lambda shown: shown.verification._choose("static-header")
        ),
        "54-endpoint-set-up-token": _verifying("vendasta-send", secrets=1, tab=1, then=leave),
        "55-endpoint-set-up-generated": _verifying(
            "vendasta-send", tab=1, then=lambda shown: shown.set_up.steps.token.generate.click()
        ),
        "56-endpoint-set-up-other": _verifying("github", tab=1, then=leave),
    }


async def _photograph(window: MainWindow, folder: Path, words: list[str], *, full: bool) -> None:
    album = Album(window, folder, words)
    await album.until(lambda: window.program.listener_state.state == "listening")
    if full:
        port = window.program.listener_state.port
        assert await asyncio.to_thread(realistic.send_all, port) == COUNT
        await album.rows(COUNT)
    await album.take_all(FULL | _verification_views() if full else EMPTY)
    window.close()


def _child(folder: Path, words: list[str], *, full: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="hookscope-shots-") as data:
        program = Program(Path(data))
        program.settings = replace(program.settings, port=0)
        if full:
            program.import_workspace(realistic.WORKSPACE)
            program.endpoints.delete(program.endpoints.all()[0].id).result()

        def shown(window: MainWindow) -> None:
            assert window.content is not None
            start = partial(
                window.content.tasks.spawn, _photograph(window, folder, words, full=full), name="photograph"
            )
            QTimer.singleShot(0, start)

        return run(lambda: program, shown)


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
    """Take the pictures; a process for each scale and for the empty and the full program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="parts of the names of the pictures to take")
    parser.add_argument("--folder", type=Path, default=Path("shots"))
    parser.add_argument("--child", choices=SCENES, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child == "verdicts":
        return _child_verdicts(chosen.folder, chosen.words)
    if chosen.child == "lab":
        return _child_lab(chosen.folder, chosen.words)
    if chosen.child == "record":
        return _child_record(chosen.folder, chosen.words)
    if chosen.child:
        return _child(chosen.folder, chosen.words, full=chosen.child == "full")
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
