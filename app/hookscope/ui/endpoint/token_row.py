"""The line of the automation step that sends the token: its name, its value, and how it is made."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hookscope.secret_store import SecretStore
from hookscope.ui import scales
from hookscope.ui.endpoint.secret_value import SecretValue
from hookscope.ui.parts.copy_button import CopyButton
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel

NOTHING_YET = "no token yet"


class TokenRow(QWidget):
    """Name and masked token, each with *Copy*; *Generate* makes the first one, or one more."""

    generate_asked = Signal()
    failed = Signal(str)  # why the token cannot be read

    def __init__(self, secrets: SecretStore) -> None:
        super().__init__()
        self.name = PlainLabel(elide="middle")
        self.copy_name = CopyButton("the name of the token")
        self.value = SecretValue(secrets)
        self.none = PlainLabel(NOTHING_YET, elide="", role="muted")
        self.generate = FlatButton("Generate", icon="key")
        self.generate.setAccessibleName("Generate a token")
        self.generate.setToolTip("Make a token, store it in the keyring, verify with it from now on, and copy it")
        self._lay_out()
        self.generate.clicked.connect(self.generate_asked)
        self.value.failed.connect(self.failed)

    def show_token(self, name: str, secret: str, masked: str) -> None:
        """Show what the token is called in the step; ``secret`` is its name in the keyring, empty for none yet."""
        self.name.setText(name)
        self.copy_name.set_text(name)
        self.copy_name.set_name(f"Copy the name {name}")
        self.value.set_secret(secret, masked)
        self.value.setVisible(bool(secret))
        self.none.setVisible(not secret)

    def focusable(self) -> list[QWidget]:
        """What can have the keyboard, from left to right."""
        return [self.copy_name, self.value.show_button, self.value.copy_button, self.generate]

    def _lay_out(self) -> None:
        self.name.setFont(scales.mono())
        self.setMinimumHeight(scales.BUTTON)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S4)
        layout.addWidget(self.name)
        layout.addWidget(self.copy_name)
        layout.addSpacing(scales.S16 + scales.S4)  # as wide as the gap of the columns under it
        layout.addWidget(self.none)
        layout.addWidget(self.value)
        layout.addSpacing(scales.S8)
        layout.addWidget(self.generate)
        layout.addStretch(1)
