"""The body of a response, whatever it is: a text with its preview, a file, or a handler's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget

from hookscope.responses import BodyKind, Flaw
from hookscope.ui.endpoint.body_editor import BodyEditor
from hookscope.ui.endpoint.file_field import FileField
from hookscope.ui.endpoint.forward_field import ForwardField
from hookscope.ui.endpoint.template_preview import TemplatePreview
from hookscope.ui.splitter import Splitter

if TYPE_CHECKING:
    from hookscope.program import Program

EMPTY = "{}"
WIDE = 1.6  # from this width to height on the preview stands beside the editor, and not below it,
TWO_WIDE = 480  # where there is room for two


class BodyArea(QStackedWidget):
    """Edits a body of any kind. Text, file and address are kept apart, so that another kind can be looked at."""

    changed = Signal()
    previewed = Signal(object)  # bytes, or None

    def __init__(self, program: Program | None) -> None:
        super().__init__()
        self._kind = BodyKind.JSON
        self._flaw: Flaw | None = None
        self.editor = BodyEditor()
        self.preview = TemplatePreview(program.pages) if program else None
        self.file = FileField(program.files if program else None)
        self.forward = ForwardField(lambda: program.endpoints.forward_hosts() if program else ())
        self._splitter = Splitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self.editor)
        if self.preview:
            self._splitter.addWidget(self.preview)
            self._splitter.setStretchFactor(0, 1)
            self._splitter.setStretchFactor(1, 1)
            self.preview.hide()
            self.preview.changed.connect(self._take_preview)
        for page in (self._splitter, self.file, self.forward):
            self.addWidget(page)
        self._fields: dict[BodyKind, FileField | ForwardField] = {
            BodyKind.FILE: self.file,
            BodyKind.FORWARD: self.forward,
        }
        self.editor.textChanged.connect(self._edited)
        self.file.changed.connect(self.changed)
        self.forward.changed.connect(self.changed)

    def set_body(self, body: str, kind: BodyKind) -> None:
        """Edit this body from now on."""
        self._flaw = None
        self._kind = BodyKind.TEXT
        self._show_template()  # what the last template gave is not shown for this one
        self.editor.set_body(EMPTY if kind in self._fields else body, self._text_kind(kind))
        self.file.set_name(body if kind is BodyKind.FILE else "")
        self.forward.set_url(body if kind is BodyKind.FORWARD else "")
        self.set_kind(kind)

    def set_kind(self, kind: BodyKind) -> None:
        """Edit a body of this kind."""
        self._kind = kind
        self.setCurrentWidget(self._fields.get(kind, self._splitter))
        self.editor.set_kind(self._text_kind(kind))
        if self.preview and self.preview.isHidden() is (kind is BodyKind.TEMPLATE):
            self.preview.setVisible(kind is BodyKind.TEMPLATE)
            self._share()
        self._show_template()

    def body(self) -> str:
        """The body as it is typed in or chosen."""
        if self._kind is BodyKind.FILE:
            return self.file.file_name()
        return self.forward.url() if self._kind is BodyKind.FORWARD else self.editor.body()

    def show_flaw(self, flaw: Flaw | None) -> None:
        """Mark why the body cannot be sent."""
        self._flaw = flaw
        for kind, field in self._fields.items():
            field.show_flaw(flaw.message if flaw and kind is self._kind else "")
        self._mark()

    def says_its_flaws(self) -> bool:
        """Whether a flaw of the body is told here, in words."""
        return self._kind in self._fields

    def go_to_flaw(self) -> None:
        """Put the keyboard where the body is wrong."""
        if self._kind is BodyKind.FILE:
            self.file.choose.setFocus()
        elif self._kind is BodyKind.FORWARD:
            self.forward.address.setFocus()
        else:
            self.editor.go_to_flaw()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()  # it gets what the fields leave, and takes nothing away from them

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() > max(TWO_WIDE, self.height() * WIDE)
        wanted = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if wanted != self._splitter.orientation():
            self._splitter.setOrientation(wanted)
            self._share()

    def _share(self) -> None:
        """The same for editor and preview, until one of them is dragged larger."""
        self._splitter.setSizes([self.width() + self.height()] * self._splitter.count())

    def _text_kind(self, kind: BodyKind) -> BodyKind:
        return BodyKind.JSON if kind in self._fields else kind

    def _edited(self) -> None:
        self._show_template()
        self.changed.emit()

    def _show_template(self) -> None:
        if self.preview:
            self.preview.show_template(self.editor.body() if self._kind is BodyKind.TEMPLATE else None)

    def _take_preview(self) -> None:
        self._mark()
        if self.preview:
            self.previewed.emit(self.preview.rendered)

    def _mark(self) -> None:
        """What keeps a template from being used is marked before what fails for one delivery."""
        failure = self.preview.failure if self.preview else None
        self.editor.mark(None if self._kind in self._fields else self._flaw or failure)
