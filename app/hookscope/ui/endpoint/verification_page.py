"""The fields of the scheme that is chosen, the secrets, and what is done with what is not verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hookscope.deliveries import Reader
from hookscope.endpoints import Endpoint
from hookscope.responses.senders import sender_of
from hookscope.secret_store import SecretStore
from hookscope.ui import scales
from hookscope.ui.endpoint.option_fields import LABELS, OptionFields
from hookscope.ui.endpoint.recheck_row import RecheckRow
from hookscope.ui.endpoint.secret_form import SecretForm
from hookscope.ui.endpoint.secret_list import SecretLine, SecretList
from hookscope.ui.parts.flat_button import FlatButton
from hookscope.ui.parts.plain_label import PlainLabel

if TYPE_CHECKING:
    from hookscope.verification import Scheme

REJECT = "Respond 401 when it does not match"
AUTOMATION = "vendasta-automation"
WARNING = "A wrong token then ends that run: automations do not try again after a 4xx."
WARNING_OTHERS = "The sender gets a 401 then, and may not try again."
NONE = "Every request is taken as it comes. Choose what the sender sends, and each one is checked when it arrives."
NOTHING_YET = "None yet, so requests cannot be checked."
SHIPPED = "No secret is needed: the public key comes with Hookscope."
_WORDS = {"token": ("Tokens", "token"), "public": ("Public keys", "key"), "any": ("Keys", "key")}


class VerificationPage(QScrollArea):
    """Shows what it is told; who owns it does what its buttons ask for."""

    def __init__(self, store: SecretStore, searches: Reader) -> None:
        super().__init__()
        self.about = PlainLabel(wrap=True, role="muted")
        self.note = PlainLabel(wrap=True, role="warn")
        self.options = OptionFields()
        self.secrets = SecretList(store)
        self.empty = PlainLabel(wrap=True, role="warn")
        self.form = SecretForm()
        self.generate = FlatButton("Generate", icon="key")
        self.add_secret = FlatButton("Add a secret…", icon="plus")
        self.recheck = RecheckRow(searches)
        self.reject = QCheckBox(REJECT)
        self.warning = PlainLabel(wrap=True, role="muted")
        self._word = PlainLabel(elide="")
        self._buttons = QWidget()
        self._secrets_row = QWidget()
        self._later = QWidget()
        self._lay_out()

    def show_scheme(self, scheme: Scheme | None, options: Mapping[str, str], endpoint: Endpoint) -> None:
        """Show the fields of a scheme, for an endpoint."""
        from hookscope.endpoints.secret_entry import can_generate, wanted

        kind = wanted(scheme) if scheme else ""
        self.options.set_options(scheme, options)
        self._say(self.about, NONE if scheme is None else "" if kind else SHIPPED)
        self._word.setText(_WORDS.get(kind, ("Secrets", "secret"))[0])
        self._secrets_row.setVisible(bool(kind) or (scheme is not None and bool(endpoint.secrets)))
        self.generate.setVisible(scheme is not None and can_generate(scheme))
        self.add_secret.setVisible(bool(kind))
        self._later.setVisible(scheme is not None)
        self.reject.setChecked(endpoint.reject_unverified)
        self.warning.setText(_warning(endpoint.sender))
        self.warning.set_role("warn" if endpoint.reject_unverified else "muted")

    def show_secrets(self, lines: tuple[SecretLine, ...], scheme: Scheme | None) -> None:
        """Show the secrets of the endpoint, which this scheme uses."""
        from hookscope.endpoints.secret_entry import wanted

        kind = wanted(scheme) if scheme else ""
        self.secrets.set_lines(lines, _WORDS.get(kind, ("", "secret"))[1])
        self._say(self.empty, NOTHING_YET if kind and not lines else "")

    def show_note(self, sentence: str) -> None:
        """Say what has to be done, or nothing."""
        self._say(self.note, sentence)

    def open_form(self, scheme: Scheme) -> None:
        """Ask for a secret of this scheme."""
        self._buttons.hide()
        self.form.start(scheme)
        self.ensureWidgetVisible(self.form)

    def close_form(self) -> None:
        """Forget what was entered, and show the buttons again."""
        had_focus = any(widget.hasFocus() for widget in self.form.findChildren(QWidget))
        self.form.clear()
        self.form.hide()
        self._buttons.show()
        if had_focus:
            self.add_secret.setFocus()

    def focusable(self) -> list[QWidget]:
        """What can have the keyboard, from top to bottom."""
        form = self.form
        entry = [form.value, form.reveal, form.label, form.add, form.cancel, form.take_space]
        rest = [self.recheck.button, self.recheck.stop, self.reject]
        return [*self.options.fields.values(), *self.secrets.buttons, self.generate, self.add_secret, *entry, *rest]

    def _say(self, label: PlainLabel, sentence: str) -> None:
        label.setText(sentence)
        label.setVisible(bool(sentence))

    def _lay_out(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Verification")
        self._lay_out_secrets()
        self._lay_out_later()
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(scales.PANE, scales.PANE, scales.PANE, scales.PANE)
        layout.setSpacing(scales.S16)
        for widget in (self.about, self.options, self.note, self._secrets_row, self._later):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.setWidget(page)

    def _lay_out_secrets(self) -> None:
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(scales.S8)
        buttons.addWidget(self.generate)
        buttons.addWidget(self.add_secret)
        buttons.addStretch(1)
        grid = QGridLayout(self._secrets_row)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(scales.S8)
        grid.setVerticalSpacing(scales.S4)
        grid.setColumnMinimumWidth(0, LABELS)
        grid.setColumnStretch(1, 1)
        self._word.setMinimumHeight(scales.BUTTON)
        self.empty.setMinimumHeight(scales.BUTTON)
        grid.addWidget(self._word, 0, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(scales.S4)
        for widget in (self.secrets, self.empty, self._buttons, self.form):
            column.addWidget(widget)
        grid.addLayout(column, 0, 1)
        self.form.hide()

    def _lay_out_later(self) -> None:
        reject = QVBoxLayout()
        reject.setSpacing(0)
        self.reject.setMinimumHeight(scales.TARGET)
        reject.addWidget(self.reject)
        line = QHBoxLayout()
        line.setContentsMargins(scales.S24, 0, 0, 0)
        line.addWidget(self.warning, 1)
        reject.addLayout(line)
        layout = QVBoxLayout(self._later)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(scales.S12)
        layout.addWidget(self.recheck)
        layout.addLayout(reject)


def _warning(sender: str) -> str:
    """What a 401 makes this sender do."""
    if sender == AUTOMATION:
        return WARNING
    effect = sender_of(sender).after(401)
    return f"The sender gets a 401 then. {effect.sentence}" if effect else WARNING_OTHERS
