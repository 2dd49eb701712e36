"""One body as a tree, as text or as bytes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hookscope.deliveries import parts
from hookscope.deliveries.parts import Field
from hookscope.ui import scales
from hookscope.ui.deliveries.texts import size_text
from hookscope.ui.inspector.bytes_view import BytesView
from hookscope.ui.inspector.content import Body
from hookscope.ui.inspector.find_bar import FindBar
from hookscope.ui.inspector.json_tree import JsonTree
from hookscope.ui.inspector.pairs import Line, PairsView, Section
from hookscope.ui.inspector.text_view import TextView
from hookscope.ui.inspector.token_body import ABOUT, Fact
from hookscope.ui.parts.links import TypesOf
from hookscope.ui.parts.plain_label import PlainLabel
from hookscope.ui.parts.strip import Strip
from hookscope.ui.splitter import Line as Edge

TREE, TEXT, BYTES = VIEWS = ("tree", "text", "bytes")
_FORM, _EMPTY = "form", "empty"
_BESIDE, _BESIDE_LEAST, _BESIDE_NAMES = 420, 280, 72


class BodyView(QWidget):
    """A body in the view that was chosen, or in the one nearest to it that this body has.

    ``changed`` tells that another body or another view is shown, ``look_up_requested`` has an id and its type. In one
    that was ``sent`` a word stands beside values that are empty or were not filled in.
    """

    changed = Signal()
    look_up_requested = Signal(str, str)
    filter_requested = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None, *, sent: bool = False) -> None:
        super().__init__(parent)
        self._sent = sent
        self._body = Body()
        self._wanted = TREE
        self._raw_first = False
        self._filled: set[str] = set()
        self.tree = JsonTree(f"{name} as a tree", marks=sent)
        self.beside = PairsView(f"{name}: the other claims and the header of the token")
        self.form = PairsView(f"{name} as form fields")
        self.text = TextView(f"{name} as text")
        self.bytes = BytesView(f"{name} as bytes")
        self.empty = PlainLabel("The body is empty.", role="muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.empty.setContentsMargins(scales.S12, scales.S8, scales.S12, scales.S8)
        self._pages: dict[str, QWidget] = {
            TREE: self.tree, _FORM: self.form, TEXT: self.text, BYTES: self.bytes, _EMPTY: self.empty,
        }  # fmt: skip
        self.find_bar = FindBar(self.find_next, self._focus_page)
        for part in (self.tree, self.beside, self.form):
            part.look_up_requested.connect(self.look_up_requested)
            part.filter_requested.connect(self.filter_requested)
        self.text.look_up_requested.connect(self.look_up_requested)
        self._lay_out()

    def set_types_of(self, types_of: TypesOf) -> None:
        """Tell ids by this from now on."""
        for part in (self.tree, self.beside, self.form, self.text):
            part.set_types_of(types_of)

    def show_body(self, body: Body, *, raw_first: bool = False) -> None:
        """Show another body; with ``raw_first`` it is no HTTP body, and its bytes are what tells most."""
        self._body, self._raw_first = body, raw_first
        self._let_go()
        self._show_beside()
        self._show_notes()
        self._show_page()

    def set_view(self, view: str) -> None:
        """Choose a view, for this body and those to come."""
        self._wanted = view
        self._show_page()

    def show_place(self, path: str) -> None:
        """Choose the tree, and in it what stands at this JMESPath; the keyboard goes there."""
        self.select_path(path)
        self._focus_page()

    def select_path(self, path: str) -> bool:
        """Choose the tree, and in it what stands at this JMESPath; false when nothing does."""
        self.set_view(TREE)
        return self._page() == TREE and self.tree.select_path(path)

    @property
    def view(self) -> str:
        """The view that is shown: a body without a tree is shown as text, one that is no text as bytes."""
        if self._wanted != TREE or self.has_tree:
            return self._wanted
        return BYTES if self._raw_first or self._body.binary else TEXT

    @property
    def has_tree(self) -> bool:
        """Whether the body is JSON or a form."""
        return self._body.tree is not None or self._body.form is not None

    def find_next(self, text: str) -> bool:
        """Go to the next place with this text in the view that is shown; false when there is none."""
        page = self._stack.currentWidget()
        if isinstance(page, (JsonTree, TextView, BytesView, PairsView)):
            return page.find_next(text)
        return False

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._edge = Edge(upright=True)
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._notes = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self._stack, 1)
        across.addWidget(self._edge)
        across.addWidget(self.beside)
        layout.addLayout(self._notes)
        layout.addLayout(across, 1)
        layout.addWidget(self.find_bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.beside.setFixedWidth(min(max(self.width() * 2 // 5, _BESIDE_LEAST), _BESIDE))

    def _focus_page(self) -> None:
        self._pages[self._page()].setFocus(Qt.FocusReason.OtherFocusReason)

    def _let_go(self) -> None:
        """Forget the body before, which may be large or still on its way into the text."""
        if TEXT in self._filled:
            self.text.set_text("")
        if BYTES in self._filled:
            self.bytes.set_bytes(b"")
        self._filled.clear()

    def _show_notes(self) -> None:
        while (item := self._notes.takeAt(0)) is not None:
            if (strip := item.widget()) is not None:
                strip.hide()
                strip.deleteLater()
        if self._body.token:
            self._notes.addWidget(Strip("info", ABOUT))
        for sentence in self._body.notes:
            self._notes.addWidget(Strip("warn", sentence))

    def _show_beside(self) -> None:
        token = self._body.token
        parts_of_it = (("Claims", token.claims), ("Header", token.header)) if token else ()
        sections = [Section(title, tuple(map(_fact, facts)), self._sent) for title, facts in parts_of_it if facts]
        self.beside.set_sections(sections, least=_BESIDE_NAMES)

    def _show_page(self) -> None:
        page = self._page()
        if page not in self._filled:
            self._filled.add(page)
            self._fill(page)
        self._stack.setCurrentWidget(self._pages[page])
        for part in (self._edge, self.beside):
            part.setVisible(page == TREE and self._body.token is not None)
        self.changed.emit()

    def _page(self) -> str:
        if not self._body.raw:
            return _EMPTY
        return _FORM if self.view == TREE and self._body.form is not None else self.view

    def _fill(self, page: str) -> None:
        if page == TREE and self._body.tree is not None:
            self.tree.set_value(self._body.tree.value)
            if self._body.token:
                self.tree.show_long_keys()
        elif page == _FORM and self._body.form is not None:
            self.form.set_sections([Section("Form fields", tuple(map(_line, self._body.form.fields)), self._sent)])
        elif page == TEXT:
            self.text.set_text(self._body.text.text)
        elif page == BYTES:
            self.bytes.set_bytes(self._body.raw)


def _fact(fact: Fact) -> Line:
    return Line(fact.name, fact.value, shown=fact.shown)


def _line(field: Field) -> Line:
    facts = " · ".join(filter(None, (field.file_name, field.content_type, size_text(len(field.data)))))
    if field.file_name:
        return Line(field.name, field.file_name, shown=facts)
    if parts.looks_binary(field.data):
        return Line(field.name, facts, shown=facts)
    return Line(field.name, parts.text_of(field.data).text)
