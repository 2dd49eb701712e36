from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from helpers.credential_steps import (
    SEEDED,
    LockedKeyring,
    all_logs,
    everywhere,
    is_secret_in,
    offered,
    on_disk,
    press,
    said,
)
from helpers.keyrings import MemoryKeyring, absent, chosen
from helpers.open_window import until
from helpers.platform_api import Fault, PlatformApi, platform
from helpers.platform_keys import EMAIL
from hookscope.records.key_file import read_credential
from hookscope.records.model import AccessToken, Credential
from hookscope.ui.records import credential_words as words
from hookscope.ui.records.credential_panel import CredentialPanel
from hookscope.ui.tasks import Tasks

if TYPE_CHECKING:
    from hookscope.program import Program

pytestmark = pytest.mark.anyio

IN_USE = ["Test this credential", "Replace…", "Remove"]
ACCEPTED = f"Accepted: {EMAIL}, roles partner_service_account."


class Panel:
    """The panel over a real program, and how often it said that something changed."""

    def __init__(self, program: Program, tasks: Tasks) -> None:
        self.program = program
        self.panel = CredentialPanel(program, tasks)
        self.changes = 0
        self.panel.changed.connect(self._count)

    def press(self, word: str) -> None:
        press(self.panel, word)

    def said(self) -> list[str]:
        return said(self.panel).splitlines()

    async def says(self, sentence: str) -> None:
        await until(lambda: sentence in self.said())

    async def offers(self, *captions: str) -> None:
        await until(lambda: offered(self.panel) == list(captions))

    def _count(self) -> None:
        self.changes += 1


@pytest.fixture
def api(program: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlatformApi]:
    """The stand-in for the platform, as the custom profile, which trusts its certificate."""
    with platform() as api:
        monkeypatch.setenv("SSL_CERT_FILE", str(api.authority_path))
        program.records.use_profile("custom", api.base)
        yield api


@asynccontextmanager
async def opened(program: Program) -> AsyncIterator[Panel]:
    failures: list[BaseException] = []
    tasks = Tasks(failures.append)
    window = QWidget()
    panel = Panel(program, tasks)
    QVBoxLayout(window).addWidget(panel.panel)
    window.resize(480, 420)
    window.show()
    try:
        yield panel
    finally:
        await tasks.aclose()
        await program.records.look_ups.aclose()
        window.close()
        window.deleteLater()
    assert not failures


async def keep(program: Program, credential: Credential, *, this_run: bool = False) -> None:
    await asyncio.wrap_future(
        program.records.save_credential(program.records.profile.id, credential, this_run=this_run)
    )


async def test_without_a_credential_it_asks_for_one(program: Program, memory: MemoryKeyring) -> None:
    async with opened(program) as panel:
        await panel.offers(words.IMPORT, words.PASTE, words.WHERE)
        panel.press(words.PASTE)
        panel.panel.page.paste.value.setText(SEEDED)
        panel.press("Save")
        await panel.offers(*IN_USE)
        assert panel.changes == 1
        assert "A pasted token (Production)" in panel.said()


async def test_a_key_is_shown_with_what_it_asks_for(program: Program, memory: MemoryKeyring, api: PlatformApi) -> None:
    await keep(program, read_credential(api.key_text()))
    async with opened(program) as panel:
        await panel.offers(*IN_USE)
        name, asks = panel.said()
        assert name.startswith(f"Key of {EMAIL} (Custom: ")
        assert asks.startswith("Asks for: order:read, ")
        assert asks.endswith(", profile")


async def test_a_pasted_token_is_shown_with_what_it_says_it_has(
    program: Program, memory: MemoryKeyring, api: PlatformApi
) -> None:
    await keep(program, AccessToken(api.new_token("order:read", "sales.account")))
    async with opened(program) as panel:
        await panel.offers(*IN_USE)
        assert panel.said()[1:] == ["The token says it has: order:read, sales.account"]


async def test_a_key_is_tested(program: Program, memory: MemoryKeyring, api: PlatformApi) -> None:
    await keep(program, read_credential(api.key_text()))
    async with opened(program) as panel:
        await panel.offers(*IN_USE)
        panel.press("Test this credential")
        await panel.says(ACCEPTED)
        assert any(line.startswith("The token says it has: ") for line in panel.said())
        assert len(api.asked("/oauth2/user-info")) == 1
        assert not api.problems
        assert not api.seen_by("elsewhere")


async def test_what_the_platform_does_not_accept_is_told_with_its_own_words(
    program: Program, memory: MemoryKeyring, api: PlatformApi
) -> None:
    await keep(program, AccessToken(api.new_token()))
    api.revoke()
    async with opened(program) as panel:
        await panel.offers(*IN_USE)
        panel.press("Test this credential")
        await until(lambda: panel.panel.notice.sentence.raw_text() != words.TESTING)
        assert panel.panel.notice.sentence.raw_text() == "The platform does not accept the token any more."
        assert "The access token is missing, unknown or expired" in panel.panel.notice.detail.raw_text()
        await panel.offers(*IN_USE)


async def test_a_test_can_be_stopped(program: Program, memory: MemoryKeyring, api: PlatformApi) -> None:
    await keep(program, AccessToken(api.new_token()))
    api.faults["/oauth2/user-info"] = Fault.SLOW
    async with opened(program) as panel:
        await panel.offers(*IN_USE)
        panel.press("Test this credential")
        await until(lambda: api.asked("/oauth2/user-info"))
        assert not panel.panel.replace.isEnabled()
        panel.press("Stop")
        await panel.offers(*IN_USE)
        assert panel.panel.replace.isEnabled()
        del api.faults["/oauth2/user-info"]
        panel.press("Test this credential")
        await panel.says(ACCEPTED)


async def test_it_is_replaced_only_by_another(program: Program, memory: MemoryKeyring) -> None:
    await keep(program, AccessToken("the-first-one"))
    async with opened(program) as panel:
        await panel.offers(*IN_USE)
        panel.press("Replace…")
        assert "A pasted token stays until there is a new one. Then it is forgotten." in panel.said()
        panel.press("Cancel")
        await panel.offers(*IN_USE)
        assert panel.changes == 0
        panel.press("Replace…")
        panel.press(words.PASTE)
        panel.panel.page.paste.value.setText(SEEDED)
        panel.press("Save")
        await until(lambda: panel.changes == 1)
        assert await asyncio.wrap_future(program.records.credentials.read("production")) == AccessToken(SEEDED)


async def test_it_is_removed_when_the_user_has_said_so_twice(program: Program, memory: MemoryKeyring) -> None:
    await keep(program, AccessToken(SEEDED))
    async with opened(program) as panel:
        await panel.offers(*IN_USE)
        panel.press("Remove")
        assert words.REMOVE in panel.said()
        panel.press("Cancel")
        assert words.REMOVE not in panel.said()
        assert memory.items
        panel.press("Remove")
        panel.panel.notice.buttons[1].click()
        await panel.offers(words.IMPORT, words.PASTE, words.WHERE)
        assert panel.changes == 1
        assert not memory.items
        assert panel.panel.page.start.import_button.hasFocus()


async def test_a_locked_keyring_is_told_and_can_be_tried_again(program: Program) -> None:
    locked = LockedKeyring()
    locked.locked = False
    with chosen(locked):
        await keep(program, AccessToken(SEEDED))
        locked.locked = True
        async with opened(program) as panel:
            await panel.says("The keyring is locked, so the token could not be read. Unlock it and check again.")
            await panel.offers("Try again", "Replace…")
            panel.press("Try again")
            await panel.offers("Try again", "Replace…")
            locked.locked = False
            panel.press("Try again")
            await panel.offers(*IN_USE)
            locked.locked = True
            panel.press("Remove")
            panel.panel.notice.buttons[1].click()
            await panel.says("The keyring is locked, so the token could not be deleted. Unlock it and try again.")
            locked.locked = False
            panel.press("Try again")
            await panel.offers(words.IMPORT, words.PASTE, words.WHERE)


async def test_one_that_is_kept_for_this_run_says_so(program: Program) -> None:
    with chosen(absent()):
        await keep(program, AccessToken(SEEDED), this_run=True)
        async with opened(program) as panel:
            await panel.offers(*IN_USE)
            assert "Kept for this run only." in panel.said()
            panel.press("Remove")
            panel.panel.notice.buttons[1].click()
            await panel.offers(words.IMPORT, words.PASTE, words.WHERE)


async def test_what_the_keyring_has_and_is_none_can_be_replaced(program: Program, memory: MemoryKeyring) -> None:
    await keep(program, AccessToken(SEEDED))
    memory.items = dict.fromkeys(memory.items, "{ no key")
    async with opened(program) as panel:
        await panel.offers("Try again", "Replace…")
        panel.press("Replace…")
        panel.press(words.PASTE)
        panel.panel.page.paste.value.setText(SEEDED)
        panel.press("Save")
        await panel.offers(*IN_USE)


async def test_it_looks_again_when_it_is_shown(program: Program, memory: MemoryKeyring) -> None:
    async with opened(program) as panel:
        await panel.offers(words.IMPORT, words.PASTE, words.WHERE)
        panel.panel.hide()
        await keep(program, AccessToken(SEEDED))
        panel.panel.show()
        await panel.offers(*IN_USE)


async def test_a_step_that_is_open_stays_when_it_is_shown_again(program: Program, memory: MemoryKeyring) -> None:
    async with opened(program) as panel:
        await panel.offers(words.IMPORT, words.PASTE, words.WHERE)
        panel.press(words.IMPORT)
        panel.panel.hide()
        panel.panel.show()
        await asyncio.wrap_future(program.secrets.is_open())  # what was asked before it has been answered
        await panel.offers("Choose the file…", "Cancel", words.OPEN_PAGE)


async def test_nothing_secret_is_left_anywhere(program: Program, memory: MemoryKeyring, api: PlatformApi) -> None:
    with all_logs() as logs:
        await keep(program, read_credential(api.key_text()))
        async with opened(program) as panel:
            await panel.offers(*IN_USE)
            panel.press("Test this credential")
            await panel.says(ACCEPTED)
            tokens = [seen.header("Authorization").split()[1] for seen in api.asked("/oauth2/user-info")]
            assert tokens
            assert not is_secret_in(everywhere(panel.panel))
            assert not any(token in everywhere(panel.panel) for token in tokens)
    assert not is_secret_in("\n".join(logs))
    assert not any(token in text for token in tokens for text in logs)
    assert not any(token.encode() in on_disk(program.data_dir) for token in tokens)
    assert not is_secret_in(on_disk(program.data_dir).decode("latin-1"))
