"""What leads from an endpoint to its deliveries, and a first start up to its first sample."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.keyrings import OpenKeyring, chosen
from helpers.open_window import delivery_inspector, endpoint_inspector, first, opened, post, rows, running, until
from helpers.processes import environment
from hookscope.program import Program
from hookscope.ui.inspector.delivery_inspector import VERIFICATION

pytestmark = pytest.mark.anyio

SHOWN = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
app = QApplication([])
from hookscope.program import Program
from hookscope.ui.relay import Relay
from hookscope.ui.tasks import Tasks
from hookscope.ui.window_content import WindowContent
program = Program(Path(sys.argv[1]))
content = WindowContent(program, Tasks(print), Relay(program))
content.resize(1280, 760)
content.sidebar.choose(program.endpoints.all()[0].id)
content.show()
app.processEvents()
print(sorted(name for name in sys.modules if name in ("hookscope.verification", "keyring", "cryptography")))
content.hide()
program.close()
"""


async def test_a_wrong_token_leads_to_the_verdict(tmp_path: Path) -> None:
    with running(tmp_path / "data") as program:
        program.secrets.keep_for_this_run("t", "the right token")
        program.endpoints.save(replace(first(program), scheme="vendasta-send", secrets=("t",))).result()
        async with opened(program) as window:
            window.sidebar.choose(first(program).id)
            await post(program.url(first(program)), Signature="another token")
            await until(lambda: endpoint_inspector(window).set_up.state.text().endswith("but the token is wrong."))
            endpoint_inspector(window).set_up.look.click()
            inspector = await delivery_inspector(window)
            assert inspector.tabs.current() == VERIFICATION


async def test_the_first_sample_of_a_first_start_has_the_right_token(tmp_path: Path) -> None:
    with chosen(OpenKeyring()), running(tmp_path / "data") as program:
        async with opened(program) as window:
            await until(lambda: first(program).secrets)
            await until(lambda: program.checks.get(first(program)).verifier)
            window.commands.send_sample()
            await until(lambda: rows(window) == 1 and window.list.model.cached(0))
            row = window.list.model.cached(0)
            assert row is not None
            assert (row.verdict_state, row.verdict_scheme) == ("verified", "vendasta-send")


async def test_without_a_keyring_a_first_start_says_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "data") as program:
        async with opened(program) as window:
            await until(program.secrets.is_open().done)
            assert first(program).secrets == ()
            assert window.messages.messages() == []


@pytest.mark.parametrize("scheme", ["", "vendasta-send", "github"])
def test_an_endpoint_is_on_show_before_verification_is_loaded(tmp_path: Path, scheme: str) -> None:
    program = Program(tmp_path / "data")
    program.endpoints.save(replace(first(program), scheme=scheme)).result()
    program.close()
    command = [sys.executable, "-c", SHOWN, str(tmp_path / "data")]
    env = environment({"QT_QPA_PLATFORM": "offscreen"})
    result = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    assert result.stdout.strip() == "[]"
