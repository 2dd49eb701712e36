"""What the tests of getting and keeping a credential share: key files, and eyes and fingers for the widgets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from keyring.errors import KeyringLocked
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from helpers.keyrings import MemoryKeyring
from helpers.platform_keys import key_table, pem
from hookscope.records.model import Profile

SEEDED = "seeded-token-5cd0f2e0a3b94d5f"


class LockedKeyring(MemoryKeyring):
    """Locked until it is unlocked, which nobody is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.locked = True

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        super().delete_password(service, username)

    def _check(self) -> None:
        if self.locked:
            raise KeyringLocked


def key_text(profile: Profile, **changes: Any) -> str:
    """The key file of a service account of this profile; changes take the place of its values, ``None`` leaves out."""
    table = key_table(profile.token_uris[0], profile.audience) | changes
    return json.dumps({name: value for name, value in table.items() if value is not None})


def press(widget: QWidget, word: str) -> None:
    """Press the button with this word that is on screen."""
    shown = [each for each in widget.findChildren(QAbstractButton) if each.isVisible() and each.isEnabled()]
    found = [each for each in shown if word in (each.text(), each.accessibleName())]
    assert found, f"no {word} among {[each.text() for each in shown]}"
    found[0].click()


def offered(widget: QWidget) -> list[str]:
    """The words of all buttons on screen."""
    return [each.text() for each in widget.findChildren(QAbstractButton) if each.isVisible() and each.text()]


def said(widget: QWidget) -> str:
    """All sentences on screen."""
    shown = [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]
    return "\n".join(shown).replace("\u200b", "")


def everywhere(widget: QWidget) -> str:
    """All that the widgets below this one would show, say to a screen reader or put on the clipboard, hidden or not."""
    kinds = (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value, QAccessible.Text.Help)
    found = [QGuiApplication.clipboard().text()]
    for each in (widget, *widget.findChildren(QWidget)):
        found += [each.toolTip(), each.statusTip(), each.whatsThis(), str(each.property("text"))]
        interface = QAccessible.queryAccessibleInterface(each)
        found += [interface.text(kind) for kind in kinds]
    return "\n".join(found)


def on_disk(folder: Path) -> bytes:
    """All that is in the files of a folder."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def is_secret_in(text: str) -> bool:
    """Whether it has a pasted token or a part of the private key."""
    lines = [line for line in pem().splitlines() if line and not line.startswith("-")]
    whole = text.replace("\u200b", "")  # which labels break long words with
    return SEEDED in whole or any(line in whole for line in lines)


class _Everything(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@contextmanager
def all_logs() -> Iterator[list[str]]:
    """Every message of every logger meanwhile, also at DEBUG."""
    root, handler = logging.getLogger(), _Everything()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield handler.texts
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
