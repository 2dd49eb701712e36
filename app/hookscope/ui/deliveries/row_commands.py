"""What the user does with the chosen rows: open, copy, pin, delete, go to a problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QMessageBox

from hookscope.deliveries import Delivery, Row, queries
from hookscope.deliveries.targets import from_path
from hookscope.ui.actions import Actions
from hookscope.ui.answers import Answers
from hookscope.ui.deliveries import copying, texts
from hookscope.ui.deliveries.choice import Choice
from hookscope.ui.deliveries.delivery_view import DeliveryView
from hookscope.ui.deliveries.problems import Problems
from hookscope.ui.deliveries.row_menu import IdCalls, RowCalls, row_menu
from hookscope.ui.deliveries.table_model import CopyRole, DeliveryModel
from hookscope.ui.deliveries.words import can_be_repeated

if TYPE_CHECKING:
    from hookscope.program import Program


class RowCommands(QObject):
    """Serves the actions and the context menu of the list."""

    open_requested = Signal(int)
    look_up_requested = Signal(str, str)  # id, and its type or nothing
    filter_requested = Signal(str)
    endpoint_requested = Signal(int)
    create_endpoint_requested = Signal(str)  # path
    like_requested = Signal(object)  # Delivery: requests like it are to be responded to as it was
    message = Signal(str)

    def __init__(
        self,
        program: Program,
        model: DeliveryModel,
        view: DeliveryView,
        choice: Choice,
        short: Callable[[str], str],
    ) -> None:
        super().__init__(view)
        self._short = short
        self._program = program
        self._model = model
        self._view = view
        self._choice = choice
        self._answers = Answers(self)
        self._problems = Problems(model, program.searches, self._take_problem)
        view.doubleClicked.connect(self.open)
        view.customContextMenuRequested.connect(self._open_menu)

    def serve(self, actions: Actions) -> None:
        """Do what these actions say; their keys hold while the list has the focus."""
        actions.attach_list(self._view)
        for name, slot in (
            ("next", partial(self._choice.move, 1)),
            ("previous", partial(self._choice.move, -1)),
            ("newest", self._to_newest),
            ("next_problem", partial(self._look_for_problem, 1)),
            ("previous_problem", partial(self._look_for_problem, -1)),
            ("open", self.open),
            ("copy_cell", self._copy_cell),
            ("pin", self._pin),
            ("delete", self._delete),
        ):
            actions.action(name).triggered.connect(partial(_without_arguments, slot))

    def open(self) -> None:
        """Ask for the inspector of the chosen delivery."""
        if self._choice.id:
            self.open_requested.emit(self._choice.id)

    def menu(self) -> QMenu | None:
        """The context menu of the chosen rows; none without a choice."""
        row = self._model.cached(self._view.currentIndex().row())
        if not self._choice.id or row is None:
            return None
        return row_menu(self._calls(row), pinned=row.pinned, parent=self._view)

    def _to_newest(self) -> None:
        self._view.to_top()
        self._choice.choose_row(0)

    def _look_for_problem(self, step: int) -> None:
        self._problems.look(self._view.currentIndex().row(), step)

    def _take_problem(self, id: int) -> None:
        if id:
            self._choice.choose(id)
        else:
            self.message.emit("There is no other problem in this direction.")

    def _copy_cell(self) -> None:
        text = self._view.currentIndex().data(CopyRole)
        if text:
            QGuiApplication.clipboard().setText(text)

    def _copy(self, text: Callable[[Delivery], str]) -> None:
        job = partial(queries.delivery, id=self._choice.id)
        self._answers.ask(self._program.pages, job, partial(_put_on_clipboard, text))

    def _respond_like(self) -> None:
        job = partial(queries.delivery, id=self._choice.id)
        self._answers.ask(self._program.pages, job, self._ask_like)

    def _ask_like(self, delivery: Delivery | None) -> None:
        if delivery:
            self.like_requested.emit(delivery)

    def _pin(self) -> None:
        ids = self._choice.ids()
        if ids:
            first = self._model.cached(self._model.index_of(ids[0]))
            self._program.store.set_pinned(ids, not (first and first.pinned))

    def _delete(self) -> None:
        ids = self._choice.ids()
        if len(ids) == 1:
            self._delete_now(ids)
        elif ids:
            self._ask_to_delete(ids)

    def _ask_to_delete(self, ids: Sequence[int]) -> None:
        box = QMessageBox(self._view)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle("Delete deliveries")
        box.setText(f"Delete {len(ids):,} deliveries?")
        box.setInformativeText("They are gone for good.")
        delete = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole))
        delete.clicked.connect(partial(_without_arguments, partial(self._delete_now, ids)))
        box.open()

    def _delete_now(self, ids: Sequence[int]) -> None:
        self._choice.leave()
        self._program.store.delete(ids)

    def _open_menu(self, place: QPoint) -> None:
        menu = self.menu()
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self._menu_place(place))

    def _menu_place(self, place: QPoint) -> QPoint:
        """Under the pointer, or for the menu key at the current row."""
        index = self._view.currentIndex()
        if self._view.indexAt(place).row() != index.row():
            place = self._view.visualRect(index).bottomLeft()
        return self._view.viewport().mapToGlobal(place)

    def _calls(self, row: Row) -> RowCalls:
        endpoint = self._program.endpoints.get(row.endpoint_id) if row.endpoint_id is not None else None
        path = path_of(row.target) if endpoint and endpoint.is_catch_all else ""
        return RowCalls(
            open=self.open,
            ids=tuple(map(self._id_calls, row.ids)),
            respond_like=self._respond_like if endpoint and can_be_repeated(row) else None,
            copy_cell=self._copy_cell,
            copy_address=partial(self._copy, copying.address),
            copy_body=partial(self._copy, copying.body),
            copy_raw_request=partial(self._copy, copying.raw_request),
            filter_endpoint=partial(self.endpoint_requested.emit, endpoint.id) if endpoint else None,
            create_endpoint=partial(self.create_endpoint_requested.emit, path) if path else None,
            pin=self._pin,
            delete=self._delete,
        )

    def _id_calls(self, id: str) -> IdCalls:
        text = texts.id_text(id, self._short)
        return IdCalls(text, partial(self.look_up_requested.emit, id, ""), partial(self.filter_requested.emit, id))


def path_of(target: str) -> str:
    """The path an endpoint could have to take this raw target, empty when there is none."""
    path = (from_path(target) or "").partition("?")[0].partition("#")[0]
    return path if len(path) > 1 and path.startswith("/") else ""


def _put_on_clipboard(text: Callable[[Delivery], str], delivery: Delivery | None) -> None:
    if delivery:
        QGuiApplication.clipboard().setText(text(delivery))


def _without_arguments(slot: Callable[[], object], *_: object) -> None:
    slot()
