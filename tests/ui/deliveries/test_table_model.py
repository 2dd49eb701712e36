"""The model of the list, over a real store, through all that happens to it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from hookscope.deliveries import Finish, Outcome, Request, queries
from hookscope.ui.deliveries import source
from hookscope.ui.deliveries.columns import COLUMNS
from hookscope.ui.deliveries.live import Live
from hookscope.ui.deliveries.table_model import PLACEHOLDER, DeliveryModel, IdRole, RowRole
from hookscope.ui.parts.cell_delegate import ElideRole, TabularRole, TokenRole
from ui.deliveries.conftest import Arrive, settle

if TYPE_CHECKING:
    from hookscope.program import Program

Role = Qt.ItemDataRole
TIME, SIZE, RESPONSE = (
    next(at for at, column in enumerate(COLUMNS) if column.key == key) for key in ("time", "size", "response")
)


class Made:
    """A model under Qt's own tester, which says as a warning (and so fails the test) what a model must not do."""

    def __init__(self, program: Program, live: Live, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.model = DeliveryModel(program.pages, program.searches, live)
        self.tester = QAbstractItemModelTester(self.model, QAbstractItemModelTester.FailureReportingMode.Warning)
        self.hidden: list[int] = []
        self.model.hidden_arrivals.connect(self.hidden.append)

    def ids(self) -> list[int]:
        return [self.model.row_id(row) for row in range(self.model.rowCount())]

    def wait_for(self, ids: list[int]) -> None:
        """Wait until exactly these are shown, newest first."""
        wanted = sorted(ids, reverse=True)
        self._qtbot.waitUntil(lambda: self.ids() == wanted and self.model.is_complete)

    def data(self, row: int, column: int, role: int = Role.DisplayRole) -> Any:
        return self.model.data(self.model.index(row, column), role)


def quiet(live: Live, qtbot: QtBot) -> None:
    """Wait until the window was told everything."""
    qtbot.waitUntil(lambda: not live._awake)


@pytest.fixture
def made(program: Program, live: Live, qtbot: QtBot) -> Iterator[Made]:
    made = Made(program, live, qtbot)
    yield made
    qtbot.wait(1)


def test_an_empty_history(made: Made) -> None:
    made.wait_for([])
    assert made.model.counts == (0, 0, False)
    assert made.model.row_id(0) == 0
    assert made.data(0, 0) is None


def test_what_was_stored_before_is_read_in_chunks(
    arrive: Arrive, program: Program, live: Live, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "FIRST_CHUNK", 20)
    monkeypatch.setattr(source, "CHUNK", 50)
    ids = arrive(200)
    made = Made(program, live, qtbot)
    sizes: list[int] = []
    resets: list[int] = []
    made.model.modelReset.connect(lambda: resets.append(made.model.rowCount()))
    made.model.counted.connect(lambda shown, total, searching: sizes.append(shown))
    made.wait_for(ids)
    assert sizes == [20, 70, 120, 170, 200]
    assert resets == [20]


def test_arrivals_while_the_ids_are_read_are_neither_lost_nor_doubled(
    arrive: Arrive, program: Program, live: Live, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "FIRST_CHUNK", 20)
    monkeypatch.setattr(source, "CHUNK", 50)
    ids = arrive(200)
    early = Made(program, live, qtbot)  # asks before the next ones come
    ids += arrive(7)
    late = Made(program, live, qtbot)  # reads what is also told as a change
    program.store.delete(ids[:3] + ids[100:105])
    settle(program)
    ids += arrive(5)
    expected = ids[3:100] + ids[105:]
    early.wait_for(expected)
    late.wait_for(expected)


class Gate:
    """Lets a query read, and then keeps its result back until ``open`` is called."""

    def __init__(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._query = getattr(queries, name)
        self._open = threading.Event()
        self.read = threading.Event()
        self.open = self._open.set
        monkeypatch.setattr(queries, name, self)

    def __call__(self, db: sqlite3.Connection, *values: Any, **named: Any) -> Any:
        result = self._query(db, *values, **named)
        self.read.set()
        assert self._open.wait(10)
        return result


def test_what_is_removed_after_a_chunk_was_read_does_not_come_back(
    arrive: Arrive, program: Program, live: Live, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = arrive(10)
    quiet(live, qtbot)
    gate = Gate("newest_ids", monkeypatch)
    made = Made(program, live, qtbot)
    assert gate.read.wait(10)
    early = arrive(3)
    quiet(live, qtbot)
    program.store.delete([ids[4], early[1]])
    settle(program)
    quiet(live, qtbot)
    gate.open()
    made.wait_for([*ids[:4], *ids[5:], early[0], early[2]])


def test_what_is_removed_after_it_was_found_does_not_come_back(
    made: Made, arrive: Arrive, program: Program, live: Live, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = arrive(10)
    made.wait_for(ids)
    gate = Gate("matching_ids", monkeypatch)
    made.model.set_filter("no", None)
    assert gate.read.wait(10)
    program.store.delete([ids[4]])
    settle(program)
    quiet(live, qtbot)
    gate.open()
    made.wait_for([*ids[:4], *ids[5:]])


def test_a_change_that_is_told_late_adds_nothing_twice(
    arrive: Arrive, program: Program, live: Live, qtbot: QtBot
) -> None:
    live._frame.setInterval(400)
    arrive(1)
    qtbot.wait(50)  # told at once; what comes now waits for the frame to end
    ids = arrive(5)
    made = Made(program, live, qtbot)
    made.model.set_filter("no", None)
    made.wait_for([ids[0] - 1, *ids])
    quiet(live, qtbot)
    qtbot.wait(50)
    made.wait_for([ids[0] - 1, *ids])
    assert made.model.counts == (6, 6, False)


def test_arrivals_come_on_top_in_one_insert_with_their_rows(
    made: Made, arrive: Arrive, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.wait_for([])
    asked: list[object] = []
    monkeypatch.setattr(program.pages, "submit", asked.append)
    inserts: list[tuple[int, int]] = []
    made.model.rowsInserted.connect(lambda parent, first, last: inserts.append((first, last)))
    ids = arrive(30)
    made.wait_for(ids)
    assert inserts == [(0, 29)]
    assert made.data(0, RESPONSE) == "200 done"
    assert not asked


def test_a_row_that_is_not_there_yet_is_asked_for_once(
    arrive: Arrive, program: Program, live: Live, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = arrive(600)
    quiet(live, qtbot)
    made = Made(program, live, qtbot)
    made.wait_for(ids)
    qtbot.waitUntil(lambda: made.model.cached(0) is not None)  # the tester looks at the first row
    asked: list[object] = []
    submit = program.pages.submit

    def noted(job: Callable[[sqlite3.Connection], object]) -> object:
        asked.append(job)
        return submit(job)

    monkeypatch.setattr(program.pages, "submit", noted)
    with qtbot.waitSignal(made.model.dataChanged) as told:
        assert [made.data(300, column) for column in (TIME, RESPONSE)] == [PLACEHOLDER, None]
        assert made.data(301, TIME) == PLACEHOLDER
        assert made.data(300, TIME, TokenRole) is None
    assert len(asked) == 1
    first, last, roles = told.args or []
    assert Role.DisplayRole in roles
    assert 0 <= first.row() <= 300 <= last.row() <= first.row() + 255
    assert made.data(300, RESPONSE) == "200 done"
    assert made.data(300, TIME, RowRole).id == made.data(300, TIME, IdRole) == ids[-301]


def test_pages_do_not_move_when_rows_arrive(arrive: Arrive, program: Program, live: Live, qtbot: QtBot) -> None:
    ids = arrive(600)
    quiet(live, qtbot)
    made = Made(program, live, qtbot)
    made.wait_for(ids)
    with qtbot.waitSignal(made.model.dataChanged):
        made.data(599, TIME)  # the page of the oldest 256
    ids += arrive(10)
    made.wait_for(ids)
    assert made.data(609, TIME) != PLACEHOLDER
    assert made.data(609 - 255, TIME) != PLACEHOLDER
    assert made.data(609 - 256, TIME) == PLACEHOLDER


def test_roles_of_a_column_need_no_row(
    arrive: Arrive, program: Program, live: Live, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Made(program, live, qtbot)
    made.wait_for(arrive(300))
    asked: list[object] = []
    monkeypatch.setattr(program.pages, "submit", asked.append)
    assert made.data(299, SIZE, Role.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert made.data(299, TIME, TabularRole) is True
    assert made.data(299, RESPONSE, ElideRole) == Qt.TextElideMode.ElideRight
    assert made.data(299, RESPONSE, Role.CheckStateRole) is None
    assert made.model.flags(made.model.index(299, 0)) & Qt.ItemFlag.ItemIsSelectable
    assert made.model.flags(QModelIndex()) == Qt.ItemFlag.NoItemFlags
    assert not asked


def test_changed_rows_are_told_with_their_roles(made: Made, arrive: Arrive, program: Program, qtbot: QtBot) -> None:
    ids = arrive(5)
    made.wait_for(ids)
    with qtbot.waitSignal(made.model.dataChanged) as told:
        program.store.set_pinned([ids[1]], True)
    first, last, roles = told.args or []
    assert (first.row(), last.row(), first.column(), last.column()) == (3, 3, 0, len(COLUMNS) - 1)
    assert Role.DecorationRole in roles
    assert made.data(3, 0, Role.AccessibleTextRole) == "pinned"
    assert isinstance(made.data(3, 0, Role.DecorationRole), QIcon)


def test_a_row_counts_its_wait_and_then_has_an_end(made: Made, arrive: Arrive, program: Program, qtbot: QtBot) -> None:
    (id,) = arrive(1, outcome=Outcome.WAITING, received_us=1_000_000)
    made.wait_for([id])
    assert made.data(0, RESPONSE).startswith("waiting ")
    assert made.model.waits(0, 0)
    program.store.finish(id, Finish(Outcome.SENDER_GONE, 200, 5))
    qtbot.waitUntil(lambda: made.data(0, RESPONSE) == "sender gone")
    assert not made.model.waits(0, 0)


def test_removed_rows_go_wherever_they_are(made: Made, arrive: Arrive, program: Program) -> None:
    ids = arrive(200)
    made.wait_for(ids)
    program.store.delete(ids[:10])  # as retention does
    made.wait_for(ids[10:])
    program.store.delete([*ids[50:60], ids[199]])
    made.wait_for(ids[10:50] + ids[60:199])
    program.store.delete(ids[10:199:2])  # in many places
    left = [id for id in ids[10:50] + ids[60:199] if id not in ids[10:199:2]]
    made.wait_for(left)
    program.store.delete(left)
    made.wait_for([])


def test_one_endpoint(made: Made, arrive: Arrive) -> None:
    ours, others = arrive(5), arrive(3, endpoint_id=2)
    made.wait_for(ours + others)
    made.model.set_filter("", 1)
    made.wait_for(ours)
    assert made.model.counts == (5, 5, False)
    others += arrive(2, endpoint_id=2)
    ours += arrive(4)
    made.wait_for(ours)
    assert made.hidden[-1] == 2
    made.model.set_filter("", 2)
    made.wait_for(others)
    assert made.hidden[-1] == 0
    made.model.set_filter("", None)
    made.wait_for(ours + others)


def test_a_text(made: Made, arrive: Arrive, program: Program, qtbot: QtBot) -> None:
    ids = arrive(30)
    made.wait_for(ids)
    counts: list[tuple[int, int, bool]] = []
    made.model.counted.connect(lambda *told: counts.append(told))
    made.model.set_filter("NO 2", None)  # in the body, no 2! and no 20! to no 29!
    found = [ids[2], *ids[20:30]]
    made.wait_for(found)
    assert counts[-1] == (11, 30, False)
    ids = arrive(23)
    more = [ids[2], *ids[20:]]
    made.wait_for([*found, *more])
    assert made.hidden[-1] == 19
    assert counts[-1] == (15, 53, False)
    program.store.delete([found[0], *more])
    made.wait_for(found[1:])
    with qtbot.waitSignal(made.model.modelReset, timeout=0):  # at once, without reading anything again
        made.model.set_filter("", None)
    assert made.model.rowCount() == 48
    assert made.hidden[-1] == 0


def test_a_text_of_one_endpoint(made: Made, arrive: Arrive) -> None:
    ours, others = arrive(12), arrive(12, endpoint_id=2)
    made.wait_for(ours + others)
    made.model.set_filter("no 1", 1)
    found = [ours[1], ours[10], ours[11]]
    made.wait_for(found)
    assert made.model.counts == (3, 12, False)
    more = arrive(2) + arrive(2, endpoint_id=2)
    made.wait_for([*found, more[1]])
    assert made.hidden[-1] == 3


def test_finds_come_slice_by_slice(
    arrive: Arrive, program: Program, live: Live, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hookscope.ui.deliveries.search.FIRST_SLICE", 20)
    monkeypatch.setattr("hookscope.ui.deliveries.search.SLICE", 40)
    ids = arrive(100)
    made = Made(program, live, qtbot)
    made.wait_for(ids)
    percents: list[int] = []
    counts: list[tuple[int, int, bool]] = []
    made.model.searched.connect(percents.append)
    made.model.counted.connect(lambda *told: counts.append(told))
    made.model.set_filter("no", None)
    made.wait_for(ids)
    assert percents == [20, 60, 100]
    assert counts == [(20, 100, True), (60, 100, True), (100, 100, False)]


def test_what_was_shown_stays_until_the_first_finds_are_there(made: Made, arrive: Arrive) -> None:
    ids = arrive(5)
    made.wait_for(ids)
    made.model.set_filter("no 3", None)
    assert made.model.rowCount() == 5
    assert not made.model.is_settled
    made.wait_for([ids[3]])


def hold(program: Program, reader: str) -> threading.Event:
    """Keep a reader busy, as a long search does, until it is released."""
    free = threading.Event()
    getattr(program, reader).submit(lambda db: free.wait(10))
    return free


def test_removals_show_at_once_while_the_first_finds_are_awaited(
    made: Made, arrive: Arrive, program: Program, qtbot: QtBot
) -> None:
    ids = arrive(5)
    made.wait_for(ids)
    free = hold(program, "searches")
    made.model.set_filter("no 3", None)
    program.store.delete(ids[:1])
    qtbot.waitUntil(lambda: made.ids() == ids[:0:-1])
    assert not made.model.is_settled
    free.set()
    made.wait_for([ids[3]])


def test_a_new_filter_takes_the_place_of_the_old_one(made: Made, arrive: Arrive, program: Program) -> None:
    ids = arrive(12)
    made.wait_for(ids)
    free = hold(program, "searches")
    for text in ("n", "no", "no 1"):
        made.model.set_filter(text, None)
    late = arrive(2)  # while nothing is found yet
    program.store.delete([ids[1]])
    settle(program)
    free.set()
    made.wait_for([ids[10], ids[11], late[1]])
    assert made.model.counts == (3, 13, False)


def test_a_new_filter_ends_the_search_that_runs(made: Made, arrive: Arrive, program: Program, qtbot: QtBot) -> None:
    ids = arrive(5)
    made.wait_for(ids)

    endless = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    program.searches.submit(lambda db: db.execute(endless).fetchone())
    qtbot.wait(50)
    asked: list[int] = []
    made.model._answers.ask(program.searches, queries.newest_id, asked.append)
    made.model.set_filter("no 3", None)
    made.model.set_filter("no 4", None)  # ends whatever runs on the reader
    made.wait_for([ids[4]])
    assert asked == [ids[-1]]


def test_a_search_that_is_stopped_keeps_its_finds_and_tests_arrivals(
    made: Made, arrive: Arrive, program: Program
) -> None:
    ids = arrive(5)
    made.wait_for(ids)
    free = hold(program, "searches")
    made.model.set_filter("no 1", None)
    made.model.stop_search()
    free.set()
    made.wait_for([])
    assert made.model.counts == (0, 5, False)
    more = arrive(2)
    made.wait_for([more[1]])


@pytest.mark.logs("The history could not be read")
def test_a_read_that_fails_is_logged_and_not_repeated(
    arrive: Arrive, program: Program, live: Live, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(db: sqlite3.Connection, **_: object) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    arrive(5)
    monkeypatch.setattr(queries, "newest_ids", broken)
    made = Made(program, live, qtbot)
    made.wait_for([])


def test_headers(made: Made) -> None:
    titles = [made.model.headerData(at, Qt.Orientation.Horizontal) for at in range(len(COLUMNS))]
    assert titles[:10] == [
        "",
        "From",
        "Time",
        "Endpoint",
        "Method",
        "Verification",
        "Response",
        "Attempt",
        "Ids",
        "Size",
    ]
    assert all(
        made.model.headerData(at, Qt.Orientation.Horizontal, Role.AccessibleTextRole) for at in range(len(COLUMNS))
    )
    assert made.model.headerData(SIZE, Qt.Orientation.Horizontal, Role.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert made.model.headerData(0, Qt.Orientation.Vertical) is None


def test_text_of_a_sender_is_never_interpreted(made: Made, arrive: Arrive) -> None:
    made.wait_for(arrive(1, request=Request("POST", "/<b>\u202e"), endpoint_name="<img src=x>\u202e"))
    endpoint = [column.key for column in COLUMNS].index("endpoint")
    tooltip = made.data(0, endpoint, Role.ToolTipRole)
    assert "&lt;img" in tooltip
    assert "\u202e" not in tooltip
    assert "\u202e" not in made.data(0, endpoint, Role.AccessibleTextRole)


def test_every_cell_has_an_accessible_text(made: Made, arrive: Arrive) -> None:
    made.wait_for(arrive(1, outcome=Outcome.REFUSED, request=Request("", ""), endpoint_name=None, endpoint_id=None))
    assert all(made.data(0, at, Role.AccessibleTextRole) for at in range(len(COLUMNS)))
