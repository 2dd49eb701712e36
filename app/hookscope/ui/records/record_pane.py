"""The record behind an id, beside the body (INTERFACE.md 2.7)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from hookscope.records import reading
from hookscope.records.model import Code, LookUp, LookUpFailed, Record
from hookscope.ui.answers import Answers
from hookscope.ui.inspector.content import Content
from hookscope.ui.inspector.copying import copy
from hookscope.ui.pane_ring import enter_first, has_focus
from hookscope.ui.parts.empty_state import EmptyState
from hookscope.ui.records.failure_page import FailurePage
from hookscope.ui.records.fetching import Fetching
from hookscope.ui.records.ids_bar import IdsBar
from hookscope.ui.records.payload import is_compared, payload_of
from hookscope.ui.records.progress_strip import ProgressStrip
from hookscope.ui.records.record_head import RecordHead
from hookscope.ui.records.record_view import RecordView
from hookscope.ui.records.remedies import AGAIN, hint, remedies
from hookscope.ui.records.shown_record import ShownRecord, prepare
from hookscope.ui.splitter import Line
from hookscope.visible import visible

if TYPE_CHECKING:
    from hookscope.program import Program
    from hookscope.ui.records.credential_page import CredentialPage
    from hookscope.ui.relay import Relay
    from hookscope.ui.tasks import Tasks

LEAST_WIDTH = 360
NO_IDS = ("No ids in this delivery", "Ids look like AG-…, AG-…:ORD-… or U-….")
CHOOSE = ("Choose an id", "Its record is fetched when you do, never by itself.")
NO_RECORD = "It has the shape of no id that a record is known for."
TRAIL_AT_MOST = 20
IN_USE = "The credential in use"


class RecordPane(QWidget):
    """Fetches what is asked for and nothing else.

    What comes late is kept for its chip and does not take the place of what is shown meanwhile.
    """

    closed = Signal()
    body_requested = Signal()
    filter_requested = Signal(str)
    message = Signal(str)

    def __init__(self, program: Program, tasks: Tasks, relay: Relay, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._tasks = tasks
        self._answers = Answers(self)
        self._content: Content | None = None
        self._trail: tuple[LookUp, ...] = ()  # the last one is wanted, the others led there
        self._shown: ShownRecord | None = None
        self.fetching = Fetching(program, tasks, self)
        self.ids = IdsBar(program, self.fetching)
        self.head = RecordHead()
        self.progress = ProgressStrip()
        self.blank = QWidget()
        self.empty = EmptyState("look-up", *CHOOSE)
        self.view = RecordView(self._types_of)
        self.failure = FailurePage()
        self.credential: CredentialPage | None = None
        self._lay_out()
        self._connect()
        relay.records_changed.connect(self._take_other_platform)

    def show_content(self, content: Content) -> None:
        """Show the ids of another delivery and a record that is kept for one of them; nothing is fetched."""
        self._content = content
        self.ids.show_ids(content.ids)
        if self._has_wanted():
            self._stay()
        elif not self._is_asking():
            self._show_kept()

    def look_up(self, id: str, type: str = "") -> None:
        """Fetch the record of an id, as this type where it has several."""
        look_up = self._look_up_of(id, type)
        if look_up is not None:
            self._go((look_up,))
        else:
            self._show_nothing(id, type)

    def look_up_first(self) -> None:
        """Fetch the record of the first id of the delivery that has one."""
        ids = self._content.ids if self._content else ()
        first = next((found for found in ids if found.fetched), ids[0] if ids else None)
        if first is None:
            self._show_kept()
        else:
            self.look_up(first.value)

    def set_over(self, over: bool) -> None:
        """Offer the way back to the body, which the pane covers."""
        self.head.set_over(over)

    def open_search(self) -> None:
        """Open the search, where there is a record to look through."""
        if self._pages.currentWidget() is self.view:
            self.view.find_bar.open()

    def search_next(self) -> None:
        """Go to the next place with the text of the search."""
        if self._pages.currentWidget() is self.view:
            self.view.find_bar.find_next()

    # --- how it is built ---------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.setMinimumWidth(LEAST_WIDTH)
        self._pages = QStackedWidget()
        for page in (self.blank, self.empty, self.view, self.failure):
            self._pages.addWidget(page)
        self.setAccessibleName("Record")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.ids, self.head, Line(), self.progress):
            layout.addWidget(widget)
        layout.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.ids.chosen.connect(self.look_up)
        self.head.close_requested.connect(self.closed)
        self.head.body_requested.connect(self.body_requested)
        self.head.refresh_requested.connect(lambda: self._go(self._trail, again=True))
        self.head.back_requested.connect(self._go_back)
        self.head.type_requested.connect(self._take_type)
        self.head.copy_json_requested.connect(self._copy_json)
        self.head.copy_curl_requested.connect(self._copy_curl)
        self.head.credential_requested.connect(self._show_credential)
        self.progress.shown.connect(self._show_wanted)
        self.progress.stopped.connect(self._stop)
        self.view.link_chosen.connect(self._follow_link)
        self.view.look_up_requested.connect(self._look_up_inside)
        self.view.filter_requested.connect(self.filter_requested)
        self.fetching.arrived.connect(self._take)
        self.fetching.failed.connect(self._fail)
        self.fetching.waiting.connect(self._wait)
        self.fetching.all_ended.connect(self._end_all)

    # --- what is wanted ----------------------------------------------------------------------------------------------

    def _go(self, trail: tuple[LookUp, ...], *, again: bool = False) -> None:
        """Show the record at the end of the trail, and fetch it where it is not kept."""
        self._trail = trail
        self.ids.chips.mark(trail[-1].id, trail[0].id)
        record = None if again else self._program.records.look_ups.kept(trail[-1])
        if record is not None:
            self._take(record)
        else:
            self.progress.start(self._title(trail[-1]))
            self.fetching.fetch(trail[-1], again=again)

    def _follow(self, look_up: LookUp) -> None:
        """Go on to another record; one that was on the way is gone back to."""
        before = self._trail[: self._trail.index(look_up)] if look_up in self._trail else self._trail
        self._go((*before[-TRAIL_AT_MOST:], look_up))

    def _follow_link(self, look_up: LookUp) -> None:
        self._hold_focus()
        self._follow(look_up)

    def _go_back(self, place: int) -> None:
        self._hold_focus()
        self._go(self._trail[: place + 1])

    def _look_up_inside(self, id: str, type: str) -> None:
        look_up = self._look_up_of(id, type)
        if look_up is not None:
            self._follow(look_up)

    def _take_type(self, place: int) -> None:
        self._hold_focus()
        self._go((*self._trail[:-1], self._other_types()[place]))

    def _other_types(self) -> list[LookUp]:
        wanted = self._trail[-1]
        return [] if wanted.related else [each for each in self._fitting(wanted.id) if each != wanted]

    def _fitting(self, id: str) -> tuple[LookUp, ...]:
        return self._program.records.catalogue.look_ups(id, self.ids.beside)

    def _look_up_of(self, id: str, type: str) -> LookUp | None:
        return next((each for each in self._fitting(id) if type in ("", each.type)), None)

    def _types_of(self, value: str, key: str) -> tuple[str, ...]:
        """The types of an id in a record; none for one that has no record itself."""
        shapes = self._program.records.catalogue.shapes
        types = shapes.types_of(value, key)
        return types if shapes.are_fetched(types) else ()

    def _has_wanted(self) -> bool:
        """Whether the id that all this began with is in this delivery."""
        ids = self._content.ids if self._content else ()
        return bool(self._trail) and any(found.value == self._trail[0].id for found in ids)

    def _stay(self) -> None:
        """The id is in this delivery, too: what is shown of it stays, compared with this payload."""
        self.ids.chips.mark(self._trail[-1].id, self._trail[0].id)
        if self._shown is not None and self._shows_wanted():
            self._take(self._shown.record)

    def _stop(self) -> None:
        self.fetching.stop(self._trail[-1])
        self._end_progress()
        if self._shows_wanted():
            self._turn_to(self.view)
            return
        self.failure.show_stopped([(AGAIN, self._again)])
        self._turn_to(self.failure)

    def _again(self) -> None:
        self._go(self._trail, again=True)

    # --- what comes of it --------------------------------------------------------------------------------------------

    def _take(self, record: Record) -> None:
        if not self._is_wanted(record.look_up):
            return
        program, content = self._program, self._content
        catalogue, profile = program.records.catalogue, program.records.profile

        def said() -> tuple[tuple[str, str], ...]:
            if content is None or not is_compared(record.look_up, content.ids):
                return ()
            return payload_of(content.request_body, content.query)

        self._answers.ask(
            program.pages,
            lambda db: prepare(record, catalogue, profile, said),
            self._show_record,
            failed=lambda: self.message.emit("The record could not be read. Fetch it again."),
            wanted=lambda: self._is_wanted(record.look_up),
        )

    def _show_record(self, shown: ShownRecord) -> None:
        self._end_progress()
        self._shown = shown
        self._show_title()
        self.head.show_record(shown.record.fetched_at, example=shown.record.example)
        self.view.show_record(shown)
        self._turn_to(self.view)

    def _show_wanted(self) -> None:
        """It takes a moment: say what is being fetched, and show nothing else under that name."""
        self._show_title()
        if not self._shows_wanted():
            self.head.show_record(None)
            self._turn_to(self.blank)

    def _wait(self, look_up: LookUp, seconds: float) -> None:
        if self._is_wanted(look_up):
            self.progress.wait(seconds)

    def _fail(self, look_up: LookUp, failure: LookUpFailed) -> None:
        if not self._is_wanted(look_up):
            return
        self._end_progress()
        self._show_title()
        self.head.show_record(None)
        self._shown = None
        if failure.code is Code.NO_CREDENTIAL:
            self._ask_credential()
            return
        before = self._program.records.look_ups.kept(look_up)
        show_before = (lambda: self._take(before)) if before is not None else None
        granted = bool(self._program.records.look_ups.granted())
        replaced = "" if failure.code is Code.KEYRING else IN_USE
        actions = remedies(failure, self._again, lambda: self._ask_credential(replaced), show_before)
        self.failure.show_failure(failure.sentence, actions, hint(failure, granted=granted), failure.detail)
        self._turn_to(self.failure)

    def _end_all(self, failure: LookUpFailed | None) -> None:
        """After *Look up all* the first record is shown where nothing was."""
        if failure is not None and not self._trail and self.ids.look_ups:
            self._trail = (self.ids.look_ups[0],)
            self._fail(self._trail[0], failure)
        elif not self._trail:
            self._show_kept()

    def _is_wanted(self, look_up: LookUp) -> bool:
        return bool(self._trail) and self._trail[-1] == look_up

    def _shows_wanted(self) -> bool:
        on_show = self._pages.currentWidget() is self.view and self._shown is not None
        return on_show and self._shown is not None and self._is_wanted(self._shown.record.look_up)

    # --- without a record --------------------------------------------------------------------------------------------

    def _show_kept(self) -> None:
        """A record of this delivery that was fetched before; else what could be looked up, or why nothing can."""
        for look_up in self.ids.look_ups:
            if self._program.records.look_ups.kept(look_up) is not None:
                self._go((look_up,))
                return
        ids = self._content.ids if self._content else ()
        if ids and not self.ids.look_ups:
            self._show_nothing(ids[0].value)
        else:
            self._show_empty(*(CHOOSE if ids else NO_IDS))

    def _show_nothing(self, id: str, key: str = "") -> None:
        ids = self._content.ids if self._content else ()
        types = next((found.types for found in ids if found.value == id), (key,))
        said = self._program.records.catalogue.nothing(id, next(iter(types), key), self.ids.beside)
        self._show_empty(*(said or (f"Nothing to look up for {visible(id, 60)}", NO_RECORD)))
        self.ids.chips.mark(id)

    def _show_empty(self, heading: str, line: str) -> None:
        self._end_progress()
        self._trail = ()
        self._shown = None
        self.ids.chips.mark()
        self.head.show_title("")
        self.head.show_record(None)
        self.empty.set_texts(heading, line)
        self._turn_to(self.empty)

    def _show_title(self) -> None:
        titles = [self._title(each) for each in self._trail]
        self.head.show_title(titles[-1], types=[each.title for each in self._other_types()], trail=titles[:-1])

    def _title(self, look_up: LookUp) -> str:
        return reading.title(look_up, self._program.records.catalogue)

    def _turn_to(self, page: QWidget) -> None:
        moves = has_focus(self._pages) and not (has_focus(page) and self._pages.currentWidget() is page)
        self._pages.setCurrentWidget(page)
        self._order_stops()
        if moves:
            enter_first(self.progress if page is self.blank else page)

    def _hold_focus(self) -> None:
        """Keep the focus here while what has it goes; the page that comes next takes it."""
        self._pages.setFocus()

    def _end_progress(self) -> None:
        if self.progress.stop.hasFocus():
            self._hold_focus()
        self.progress.end()

    def _order_stops(self) -> None:
        """Let Tab go from top to bottom, also to what was made later."""
        stops = [*self.ids.stops(), *self.head.stops(), self.progress.stop, *self.failure.stops(), *self.view.stops()]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    # --- the credential ----------------------------------------------------------------------------------------------

    def _ask_credential(self, replaced: str = "") -> None:
        if self.credential is None:
            from hookscope.ui.records.credential_page import CredentialPage

            self.credential = CredentialPage(self._program, self._tasks)
            self.credential.changed.connect(self._take_credential)
            self.credential.cancelled.connect(lambda: self._turn_to(self.failure))
            self._pages.addWidget(self.credential)
        if self._pages.currentWidget() is not self.credential:
            self.credential.restart(replaced)
            self._turn_to(self.credential)

    def _show_credential(self) -> None:
        """Show the one in use, beside the record that was fetched with it."""
        from hookscope.ui.records.credential_dialog import CredentialDialog

        CredentialDialog(self._program, self._tasks, self.window()).open()

    def _take_credential(self) -> None:
        """There is one now: what was asked for before is fetched with it."""
        if self._has_wanted():
            self._again()
        else:
            self._show_kept()

    def _take_other_platform(self) -> None:
        """Profile or credential are others: what was fetched does not count any more."""
        self.fetching.drop()
        self.ids.refresh()
        if self._is_asking():
            return
        if self._pages.currentWidget() is self.credential and self._has_wanted():
            self._again()
        else:
            self._show_kept()

    def _is_asking(self) -> bool:
        """Whether the user is at it: a step of the credential is open, or a question is asked."""
        page = self.credential
        return page is not None and self._pages.currentWidget() is page and not page.is_idle

    # --- copying -----------------------------------------------------------------------------------------------------

    def _copy_json(self) -> None:
        if self._shown is not None:
            copy(self._shown.record.text)

    def _copy_curl(self) -> None:
        if self._shown is not None:
            copy(reading.as_curl(self._shown.record.look_up, self._program.records.profile))
