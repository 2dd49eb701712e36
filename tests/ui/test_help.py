from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QAbstractButton

from helpers.credential_steps import offered, said
from hookscope.ui.help import KEPT, KEYS, WHERE, HelpDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.parametrize(
    ("page", "part"),
    [
        (KEPT, "A request is on disk before it is answered."),
        (
            WHERE,
            "Administration → Service Accounts → Create Service Account → Manage Keys → Generate Private Key (RS256)",
        ),
        (WHERE, "No such entry? API access depends on your plan: ask your representative, or paste an access token."),
        (WHERE, "the keyring of the system"),
    ],
)
def test_each_page_can_be_opened(page: int, part: str, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = HelpDialog((), tmp_path, page)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.tabs.current() == page
    assert part in said(dialog)
    dialog.tabs.set_current(KEYS)
    assert part not in said(dialog)
    dialog.close()


def test_where_to_get_a_credential_can_be_gone_to(tmp_path: Path, qtbot: QtBot) -> None:
    dialog = HelpDialog((), tmp_path, WHERE)
    qtbot.addWidget(dialog)
    dialog.show()
    assert "Open the service accounts" in offered(dialog)
    assert all(
        each.accessibleName() or each.text() for each in dialog.findChildren(QAbstractButton) if each.isVisible()
    )
    dialog.close()
