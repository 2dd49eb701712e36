"""The whole window over a real program, fed by real requests."""

from __future__ import annotations

import json
import socket
import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from helpers.open_window import (
    LONGEST,
    button,
    delivery_inspector,
    endpoint_inspector,
    first,
    opened,
    post,
    rows,
    running,
    until,
)
from hookscope.endpoints import Endpoint
from hookscope.program import Program
from hookscope.ui.endpoint.new_endpoint import NewEndpointDialog
from hookscope.ui.inspector.delivery_inspector import DeliveryInspector
from hookscope.ui.main_window import MainWindow
from hookscope.ui.memory import WindowMemory
from hookscope.ui.sidebar import ALL

pytestmark = pytest.mark.anyio


def spoil_history(folder: Path) -> None:
    for file in folder.glob("hookscope.db*"):
        file.write_bytes(b"this is no database" * 100)


# --- the main job ----------------------------------------------------------------------------------------------------


async def test_from_the_first_sample_to_an_own_response_and_a_restart(tmp_path: Path, qtbot: QtBot) -> None:
    with running(tmp_path) as program:
        async with opened(program) as window:
            qtbot.mouseClick(window.bar.sample, Qt.MouseButton.LeftButton)
            await until(lambda: rows(window) == 1)
            window.list.view.selectRow(0)
            inspector = await delivery_inspector(window)
            await until(lambda: inspector.body.body.has_tree)
            assert inspector.title.isVisible()

            endpoint = first(program)
            window.sidebar.choose(endpoint.id)
            editor = window.stack.show_endpoint(endpoint.id).response
            window.stack.show_response(endpoint.id)
            editor.form.status.number.setValue(202)
            editor.form.body.selectAll()
            qtbot.keyClicks(editor.form.body, '{"ticket": "42"}')
            assert (await post(program.url(endpoint)))[0] == 200
            window.registry.action("apply").trigger()
            await until(lambda: program.endpoints.get(endpoint.id) != endpoint)
            assert await post(program.url(endpoint)) == (202, b'{"ticket": "42"}')
            await until(lambda: rows(window) == 3)

    with running(tmp_path) as program:
        async with opened(program) as window:
            await until(lambda: rows(window) == 3)
            assert window.sidebar.current() == endpoint.id
            assert first(program).response.status == 202
            assert await post(program.url(first(program))) == (202, b'{"ticket": "42"}')


async def test_a_request_shows_at_once_and_never_moves_the_choice(program: Program) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1)
        window.list.view.selectRow(0)
        chosen = window.list.view.currentIndex().data()
        for number in range(5):
            await post(program.url(first(program)), str(number).encode())
        await until(lambda: rows(window) == 6)
        assert window.list.view.currentIndex().row() == 5
        assert window.list.view.currentIndex().data() == chosen


async def test_first_start_offers_a_sample_and_the_set_up(program: Program, qtbot: QtBot) -> None:
    async with opened(program) as window:
        shown = button(window.list, "Set up an automation step")
        await until(shown.isVisible)
        qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
        assert window.sidebar.current() == first(program).id
        assert endpoint_inspector(window).tabs.current() == 0
        assert endpoint_inspector(window).set_up.isVisible()


async def test_the_bar_has_the_address_of_the_endpoint_chosen_last(program: Program) -> None:
    second = program.endpoints.save(Endpoint("second", "/second")).result()
    async with opened(program) as window:
        assert window.bar.address() == program.url(first(program))
        window.sidebar.choose(second.id)
        assert window.bar.address() == program.url(second)
        window.sidebar.choose(ALL)
        assert window.bar.address() == program.url(second)
        program.endpoints.delete(second.id).result()
        await until(lambda: window.bar.address() == program.url(first(program)))


async def test_what_was_looked_at_is_not_new_after_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        async with opened(program) as window:
            window.sidebar.choose(first(program).id)
            await post(program.url(first(program)))
            await post(program.url() + "/elsewhere")
            await until(lambda: window.sidebar.model.index(2, 1).data() == "1")
            window.sidebar.choose(ALL)
    with running(tmp_path) as program:
        async with opened(program) as window:
            await until(lambda: window.sidebar.model.index(2, 1).data() == "1")
            assert window.sidebar.model.index(1, 1).data() == ""


async def test_the_endpoint_that_is_chosen_filters_and_shows_itself(program: Program) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)))
        await post(program.url() + "/elsewhere")
        await until(lambda: rows(window) == 2)
        window.sidebar.choose(first(program).id)
        await until(lambda: rows(window) == 1)
        assert endpoint_inspector(window).name.raw_text() == first(program).name
        assert window.bar.address() == program.url(first(program))
        window.list.view.selectRow(0)
        await delivery_inspector(window)
        window.sidebar.choose(ALL)
        await until(lambda: rows(window) == 2)
        assert isinstance(window.stack.currentWidget(), DeliveryInspector)


async def test_a_filter_finds_and_counts_and_is_cleared(program: Program, qtbot: QtBot) -> None:
    async with opened(program) as window:
        for number in range(3):
            await post(program.url(first(program)), f"number {number}".encode())
        await until(lambda: window.filter_row.counter.text() == "3 deliveries")
        qtbot.keyClicks(window.filter_row.field, "number 1")
        await until(lambda: window.filter_row.counter.text() == "1 of 3 deliveries")
        assert rows(window) == 1
        window.filter_row.field.setText("nowhere")
        await until(lambda: rows(window) == 0)
        shown = button(window.list, "Clear the filter")
        await until(shown.isVisible)
        qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
        await until(lambda: rows(window) == 3)
        assert window.filter_row.field.text() == ""


async def test_arrivals_that_are_hidden_are_told_and_shown(program: Program, qtbot: QtBot) -> None:
    async with opened(program) as window:
        window.sidebar.choose(first(program).id)
        window.filter_row.field.setText("nowhere")
        await until(lambda: window.list.model.filter == ("nowhere", first(program).id))
        await post(program.url() + "/elsewhere")
        shown = button(window.list, "Show all")
        await until(shown.isVisible)
        qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
        await until(lambda: rows(window) == 1)
        assert window.sidebar.current() == ALL
        assert window.filter_row.field.text() == ""


async def test_new_deliveries_are_counted_beside_their_endpoint(program: Program) -> None:
    async with opened(program) as window:
        window.sidebar.choose(program.endpoints.all()[-1].id)
        await post(program.url(first(program)))
        await post(program.url(first(program)))
        await until(lambda: window.sidebar.model.index(1, 1).data() == "2")
        window.sidebar.choose(first(program).id)
        assert window.sidebar.model.index(1, 1).data() == ""


# --- what can go wrong -----------------------------------------------------------------------------------------------


async def test_a_taken_port_is_said_and_another_one_taken(tmp_path: Path, qtbot: QtBot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "settings.json").write_text(json.dumps({"version": 1, "port": port}))
        program = Program(tmp_path)
        async with opened(program) as window:
            await until(window.bar.use_free.isVisible)
            assert window.bar.text().startswith(f"Port {port} is in use")
            qtbot.mouseClick(window.bar.use_free, Qt.MouseButton.LeftButton)
            await until(lambda: program.listener_state.state == "listening")
            await until(window.bar.sample.isEnabled)
            assert program.settings.port == program.listener_state.port != port
            assert (await post(program.url(first(program))))[0] == 200
        program.close()


@pytest.mark.logs("could not be written: database or disk is full")
async def test_a_full_disk_is_said_until_there_is_room(program: Program) -> None:
    def fill(db: sqlite3.Connection) -> None:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")

    async with opened(program) as window:
        program.store.write(fill).result()
        while not any("disk is full" in text for text in window.messages.messages()):
            await post(program.url(first(program)), b"x" * 100)
        program.store.write(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchall()).result()
        assert (await post(program.url(first(program)), b"x" * 100_000))[0] == 200
        await until(lambda: not window.messages.messages())


async def test_a_history_that_was_set_aside_is_named(tmp_path: Path) -> None:
    Program(tmp_path).close()
    spoil_history(tmp_path)
    with running(tmp_path) as program:
        async with opened(program) as window:
            assert len(program.notices) == 1
            assert "set aside" in program.notices[0]
            assert window.messages.messages() == program.notices


# --- endpoints -------------------------------------------------------------------------------------------------------


async def test_a_new_endpoint_is_chosen_at_once(program: Program, qtbot: QtBot) -> None:
    async with opened(program) as window:
        window.registry.action("new_endpoint").trigger()
        dialog = window.findChild(NewEndpointDialog)
        assert dialog is not None
        qtbot.keyClicks(dialog.name, "refunds")
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
        await until(lambda: window.sidebar.current() not in {ALL, first(program).id})
        assert endpoint_inspector(window).name.raw_text() == "refunds"
        assert (await post(program.url() + "/refunds"))[0] == 200
        await until(lambda: rows(window) == 1)


async def test_an_endpoint_for_a_path_that_none_took(program: Program) -> None:
    async with opened(program) as window:
        window.list.create_endpoint_requested.emit("/order-creatd")
        dialog = window.findChild(NewEndpointDialog)
        assert dialog is not None
        assert dialog.path.text() == "/order-creatd"
        dialog.close()


async def test_the_menu_of_an_endpoint(program: Program) -> None:
    async with opened(program) as window:
        window.sidebar.menu_asked.emit(first(program).id, QPoint(10, 10))
        menu = next(menu for menu in window.findChildren(QMenu) if menu.isVisible())
        texts = [action.text().replace("&", "") for action in menu.actions() if not action.isSeparator()]
        assert texts[:4] == ["Copy address", "Send a sample", "Hold requests", "Rename…"]
        assert texts[-1] == "Delete…"
        menu.close()


async def test_deleting_an_endpoint_goes_back_to_all(program: Program, qtbot: QtBot) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1)
        window.sidebar.choose(first(program).id)
        endpoint_inspector(window).ask_delete()
        shown = button(endpoint_inspector(window).question, "Delete")
        qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
        await until(lambda: window.sidebar.current() == ALL)
        assert rows(window) == 1  # the delivery stays
        assert window.bar.address() == program.url(first(program))
        assert window.list.view.hasFocus()


async def test_ctrl_1_and_2_are_the_tabs_of_an_endpoint_too(program: Program) -> None:
    async with opened(program) as window:
        window.sidebar.choose(first(program).id)
        window.registry.action("tab_2").trigger()
        assert endpoint_inspector(window).tabs.current() == 1
        window.registry.action("tab_1").trigger()
        assert endpoint_inspector(window).tabs.current() == 0


async def test_the_address_is_copied(program: Program) -> None:
    async with opened(program) as window:
        window.registry.action("copy_address").trigger()
        assert QGuiApplication.clipboard().text() == program.url(first(program))


async def test_a_sample_that_cannot_be_sent_is_said(program: Program) -> None:
    async with opened(program) as window:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            program.listen(taken.getsockname()[1]).result(timeout=LONGEST)
            window.commands.send_sample()
            await until(lambda: len(window.messages.messages()) == 1)
        assert "listener" in window.messages.messages()[0]
        await until(window.bar.retry.isVisible)


# --- workspace files -------------------------------------------------------------------------------------------------


async def test_a_workspace_goes_out_and_comes_in(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "workspace.toml"
    async with opened(program) as window:
        window.registry.action("export_workspace").trigger()
        dialog = window.findChild(QFileDialog)
        assert dialog is not None
        dialog.fileSelected.emit(str(file))
        dialog.close()
        assert file.read_text("utf-8") == program.export_workspace()
        file.write_text(file.read_text("utf-8").replace("my-automation", "imported"), "utf-8")
        window.commands.import_file(file)
        await until(lambda: window.sidebar.model.rowCount() == 4)
        assert "imported" in window.messages.messages()[0]
        file.write_text("version = 1\n[[endpoint]]\nnmae = 1\n")
        window.commands.import_file(file)
        assert window.messages.messages()[0].startswith("workspace.toml was not imported. ")
        file.write_bytes(b"\xff\xfe")
        window.commands.import_file(file)
        assert window.messages.messages() == ["workspace.toml was not imported. It is not a text in UTF-8."]


async def test_a_workspace_that_forwards_elsewhere_is_asked_about(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "theirs.toml"
    response = 'response = { forward = "https://collector.example/in" }'
    file.write_text(f'version = 1\n[[endpoint]]\nname = "theirs"\npath = "/theirs"\n{response}\n', "utf-8")
    async with opened(program) as window:
        for word, hosts in (("Cancel", set()), ("Allow collector.example", {"collector.example"})):
            window.commands.import_file(file)
            assert window.messages.messages() == [
                (
                    "theirs.toml forwards requests to collector.example, off this computer, with headers and body."
                    " Allow that host?"
                )
            ]
            button(window.messages, word).click()
            assert program.endpoints.forward_hosts() == hosts
        assert "theirs" in [endpoint.name for endpoint in program.endpoints.all()]
        window.commands.export_file(tmp_path, "a folder is no file")
        assert "was not written" in window.messages.messages()[0]


# --- what is remembered ----------------------------------------------------------------------------------------------


async def test_the_window_comes_back_as_it_was_left(tmp_path: Path) -> None:
    with running(tmp_path) as program:
        async with opened(program, width=1500, height=800) as window:
            await post(program.url(first(program)))
            await until(lambda: rows(window) == 1)
            window.sidebar.choose(first(program).id)
            window._across.setSizes([250, 1250])
            window.panes._splitter.setSizes([400, 300])
            window.panes._moved()
            window.list.restore_columns({"hidden": ["size"]})
            window.filter_row.filter_used.emit("503")
            endpoint_inspector(window).tabs.set_current(1)
            left = window.stack.height()
    with running(tmp_path) as program:
        main = MainWindow(WindowMemory.read(program.settings.window))
        assert (main.width(), main.height()) == (1500, 800)
        async with opened(program, width=1500, height=800) as window:
            assert window.sidebar.width() == 250
            assert window.stack.height() == left
            assert window.sidebar.current() == first(program).id
            assert endpoint_inspector(window).tabs.current() == 1
            assert window.list.column_state()["hidden"] == ["size"]
            assert window.memory.filters == ("503",)
            assert window.sidebar.model.index(1, 1).data() == ""
            window.registry.action("reset_layout").trigger()
            assert window.sidebar.width() == 184
            assert window.list.column_state()["hidden"] == []
            assert window.memory.filters == ("503",)


def test_a_window_never_seen_has_the_first_size(qapp: QApplication) -> None:
    window = MainWindow(WindowMemory())
    room = QGuiApplication.primaryScreen().availableSize()
    assert (window.width(), window.height()) == (max(900, min(1280, room.width())), max(560, min(760, room.height())))


async def test_while_nothing_has_come_the_list_has_all_the_room(program: Program) -> None:
    async with opened(program) as window:
        await until(lambda: not window.stack.isVisible())
        window.sidebar.choose(first(program).id)
        assert window.stack.isVisible()
        window.sidebar.choose(ALL)
        await until(lambda: not window.stack.isVisible())
        await post(program.url(first(program)))
        await until(window.stack.isVisible)


async def test_settings_that_make_no_sense_do_no_harm(tmp_path: Path) -> None:
    window = {"places": {"x": "y"}, "sidebar": -5, "columns": {"order": 3, "widths": {"time": "x"}}, "endpoint": 77}
    (tmp_path / "settings.json").write_text(json.dumps({"version": 1, "window": window}))
    with running(tmp_path) as program:
        async with opened(program) as content:
            assert content.sidebar.current() == ALL
            assert content.sidebar.width() == 184


async def test_the_verification_of_an_endpoint_is_chosen_from_a_delivery(program: Program) -> None:
    async with opened(program) as window:
        await post(program.url(first(program)))
        await until(lambda: rows(window) == 1)
        window.list.view.selectRow(0)
        inspector = await delivery_inspector(window)
        await until(lambda: inspector._content is not None)
        inspector.verification.configure_requested.emit()
        endpoint = endpoint_inspector(window)
        assert endpoint.memory() == {"tab": "verification"}
        assert window.sidebar.current() == first(program).id
