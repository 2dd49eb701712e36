"""The views that ``helpers.shots`` takes of verdicts: what was verified, and how that is set up for an endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from helpers import keyrings, verdicts
from helpers.album import Album, View
from helpers.main_shots import endpoint
from hookscope.ui.endpoint.endpoint_inspector import EndpointInspector
from hookscope.ui.inspector.delivery_inspector import DeliveryInspector


def _verdict(name: str, *, tab: int = 3, asked: bool = False, explained: bool = False) -> View:
    """The delivery of this name of ``helpers.verdicts`` with this tab."""

    async def show(album: Album) -> None:
        names = [each for each, _ in verdicts.requests()]
        await album.rows(len(names))
        album.content.list.view.selectRow(len(names) - 1 - names.index(name))
        album.content.panes.show_inspector()
        await asyncio.sleep(0.3)
        inspector = album.content.findChild(DeliveryInspector)
        assert inspector is not None
        inspector.switch.chosen.emit("tree")
        inspector.tabs.set_current(tab - 1)
        await asyncio.sleep(0.3)
        for button, wanted in ((inspector.verification.again, asked), (inspector.verification.question, explained)):
            if wanted:
                button.click()
                await asyncio.sleep(0.3)

    return show


async def _repaired(album: Album) -> None:
    await _verdict("wrong-token")(album)
    inspector = album.content.findChild(DeliveryInspector)
    assert inspector is not None
    if not inspector.verification.recorded.repair.isHidden():
        inspector.verification.recorded.repair.click()
        await asyncio.sleep(0.5)


async def _all_verdicts(album: Album) -> None:
    await album.rows(len(list(verdicts.requests())))
    album.content.panes.show_inspector(False)


VERDICTS: dict[str, View] = {
    "60-verdicts": _all_verdicts,
    "61-verdict-token": _verdict("token"),
    "62-verdict-signed": _verdict("signed", explained=True),
    "63-verdict-wrong-token": _verdict("wrong-token"),
    "64-verdict-wrong-signature": _verdict("wrong-signature"),
    "65-verdict-no-token": _verdict("unsigned-token"),
    "66-verdict-locked": _verdict("locked"),
    "67-verdict-too-old": _verdict("old", explained=True),
    "68-verdict-unconfigured": _verdict("open"),
    "69-verdict-turned-away": _verdict("turned-away"),
    "70-verdict-checked-again": _verdict("blank", asked=True),
    "71-verdict-marketplace": _verdict("marketplace"),
    "72-marketplace-body": _verdict("marketplace", tab=1),
    "73-verdict-repaired": _repaired,
}


def _verifying(
    scheme: str, *, secrets: int = 0, tab: int = 3, keyring: bool = True, then: Callable[[EndpointInspector], None]
) -> View:
    """The endpoint *order-created* with a scheme and generated tokens, in a keyring in memory or without any."""

    async def show(album: Album) -> None:
        program, (first, *_) = album.program, album.program.endpoints.all()
        bare = replace(first, scheme=scheme, scheme_options={}, secrets=(), reject_unverified=False)
        await asyncio.wrap_future(program.endpoints.save(bare))
        inspector = album.content.stack.show_endpoint(first.id)
        inspector.tabs.set_current(0)  # which closes what the view before has opened
        inspector.verification.page.form.closed.emit()
        with keyrings.chosen() if keyring else keyrings.chosen(keyrings.absent()):
            await endpoint(first.name, tab=3)(album)
            await album.until(inspector.verification.isEnabled)
            for _ in range(secrets):
                await asyncio.wrap_future(program.checks.generate(bare))
            inspector.tabs.set_current(tab - 1)
            await asyncio.sleep(0.3)
            then(inspector)
            await asyncio.sleep(0.4)

    return show


def verification_views() -> dict[str, View]:
    """The tab *Verification* of an endpoint, and *Set up* with a token."""

    def search(inspector: EndpointInspector) -> None:
        inspector.verification.choice.search.click()
        inspector.verification.search.field.setText("git")

    def enter(inspector: EndpointInspector) -> None:
        inspector.verification.page.add_secret.click()
        inspector.verification.page.form.value.setText("whsec_abc\n")

    def remove(inspector: EndpointInspector) -> None:
        secrets = inspector.verification.page.secrets
        secrets.remove_asked.emit(secrets.lines[0])

    def leave(inspector: EndpointInspector) -> None:
        inspector.verification.choice.search.setFocus()

    return {
        "46-endpoint-verification-none": _verifying("", then=leave),
        "47-endpoint-verification-token": _verifying("vendasta-send", secrets=2, then=leave),
        "48-endpoint-verification-search": _verifying("github", then=search),
        "49-endpoint-verification-no-keyring": _verifying(
            "vendasta-send", keyring=False, then=lambda shown: shown.verification.page.generate.click()
        ),
        "50-endpoint-verification-recheck": _verifying(
            "vendasta-send", secrets=1, then=lambda shown: shown.verification.page.recheck.start()
        ),
        "51-endpoint-verification-entry": _verifying("github", secrets=1, then=enter),
        "52-endpoint-verification-remove": _verifying("vendasta-send", secrets=1, then=remove),
        "53-endpoint-verification-incomplete": _verifying(
            "vendasta-send", secrets=1, then=lambda shown: shown.verification._choose("static-header")
        ),
        "54-endpoint-set-up-token": _verifying("vendasta-send", secrets=1, tab=1, then=leave),
        "55-endpoint-set-up-generated": _verifying(
            "vendasta-send", tab=1, then=lambda shown: shown.set_up.steps.token.generate.click()
        ),
        "56-endpoint-set-up-other": _verifying("github", tab=1, then=leave),
    }
