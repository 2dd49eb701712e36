"""One secret of the keyring, masked until somebody wants to see it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hookscope.secret_store import Secret, SecretStore
from hookscope.ui import scales
from hookscope.ui.endpoint.crossing import Crossing
from hookscope.ui.parts.copy_button import SHOWN_MS
from hookscope.ui.parts.flat_button import IconButton
from hookscope.ui.parts.plain_label import PlainLabel


class SecretValue(QWidget):
    """A masked secret with *Show* and *Copy*. The value is read when it is wanted, and forgotten when it is hidden."""

    failed = Signal(str)  # why it cannot be read

    def __init__(self, secrets: SecretStore, what: str = "token") -> None:
        super().__init__()
        self._secrets = secrets
        self._what = what
        self._name = ""
        self._masked = ""
        self._shown = False
        self._crossing = Crossing(self)
        self.label = PlainLabel(elide="middle")
        self.show_button = IconButton("eye", f"Show the {what}")
        self.copy_button = IconButton("copy", f"Copy the {what}")
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.setInterval(SHOWN_MS)
        self._lay_out()
        self._back.timeout.connect(lambda: self.copy_button.set_icon("copy"))
        self.show_button.clicked.connect(self._toggle)
        self.copy_button.clicked.connect(lambda: self._read(self._copy))

    def set_secret(self, name: str, masked: str) -> None:
        """Stand for the secret of this name from now on."""
        changed = name != self._name
        self._name, self._masked = name, masked
        if changed or not self._shown:
            self.conceal()

    def conceal(self) -> None:
        """Mask the secret again."""
        self._shown = False
        self.label.setText(self._masked)
        self.show_button.set_icon("eye")
        self.show_button.set_name(f"Show the {self._what}")

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.conceal()

    def _lay_out(self) -> None:
        self.label.setFont(scales.mono())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S4)
        for widget in (self.label, self.show_button, self.copy_button):
            layout.addWidget(widget)

    def _toggle(self) -> None:
        if self._shown:
            self.conceal()
        else:
            self._read(self._reveal)

    def _read(self, then: Callable[[str], None]) -> None:
        name = self._name

        def take(read: Future[dict[str, Secret]]) -> None:
            if read.cancelled() or name != self._name or not self.isVisible():
                return
            found = read.result()[name]
            if found.reason:
                self.failed.emit(found.sentence)
            else:
                then(found.value)

        self._crossing.follow(self._secrets.read([name]), take)

    def _reveal(self, value: str) -> None:
        self._shown = True
        self.label.setText(value)
        self.show_button.set_icon("eye-off")
        self.show_button.set_name(f"Hide the {self._what}")

    def _copy(self, value: str) -> None:
        QGuiApplication.clipboard().setText(value)
        self.copy_button.set_icon("check", "ok")
        self._back.start()
