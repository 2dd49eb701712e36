"""The views that ``helpers.shots`` takes of responses: rules, faults, templates, held requests and their editors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from helpers import lab
from helpers.album import Album, View
from helpers.main_shots import endpoint
from hookscope.responses.presets import load_presets
from hookscope.ui.endpoint.endpoint_inspector import EndpointInspector
from hookscope.ui.inspector.delivery_inspector import DeliveryInspector


def _editing(name: str, edit: Callable[[EndpointInspector], None] = lambda inspector: None) -> View:
    """The tab *Response* of an endpoint, and something that is done there; what was edited before is discarded."""

    async def show(album: Album) -> None:
        await endpoint(name, tab=2)(album)
        inspector = album.content.findChild(EndpointInspector)
        assert inspector is not None
        inspector.response.discard()
        await asyncio.sleep(0.3)
        edit(inspector)
        await asyncio.sleep(0.8)

    return show


def _answered(name: str, *, tab: int = 4, outcome: str = "answered") -> View:
    """The newest delivery of an endpoint of the lab."""

    async def show(album: Album) -> None:
        await endpoint(name)(album)
        await asyncio.sleep(0.3)
        await album.choose("", outcome)
        inspector = album.content.findChild(DeliveryInspector)
        assert inspector is not None
        inspector.tabs.set_current(tab - 1)
        await asyncio.sleep(0.4)

    return show


def _rule(name: str) -> Callable[[EndpointInspector], None]:
    return lambda inspector: inspector.response.show_rule(name)


def _edited_rule(name: str, **changes: Any) -> Callable[[EndpointInspector], None]:
    """Edit the response of a rule, of the default with ``""``."""

    def edit(inspector: EndpointInspector) -> None:
        inspector.response.show_rule(name)
        form = inspector.response.form
        form.set_response(replace(form.response(), **changes), "vendasta-automation")
        form.changed.emit()

    return edit


def _use_preset(number: int, *, apply: bool = False) -> Callable[[EndpointInspector], None]:
    def use(inspector: EndpointInspector) -> None:
        inspector.response.rules.use(load_presets()[number])
        if apply:
            inspector.response.apply()

    return use


async def _held(album: Album) -> None:
    album.release_senders()
    album.senders = await asyncio.to_thread(lab.hold, album.program)
    await _answered("by-hand", outcome="waiting")(album)


async def listing_of_lab(album: Album) -> None:
    album.content.panes.show_inspector(False)


LAB: dict[str, View] = {
    "80-lab-list": listing_of_lab,
    "81-rules": _editing("order-created"),
    "82-rule": _editing("order-created", _rule("fail twice")),
    "83-rule-conditions": _editing("order-created", _rule("paid orders")),
    "84-preset": _editing("template", _use_preset(2)),
    "85-template": _editing("template", _rule("greeting")),
    "86-template-fails": _editing("template", _edited_rule("greeting", body='{"ticket":\n {{ json.orderid|tojson }}}')),
    "87-handler": _editing("handler"),
    "88-drop": _editing("drops"),
    "89-late": _editing("template", _edited_rule("", delay_s=75.0)),
    "90-purchase": _editing("purchase", _use_preset(1, apply=True)),
    "91-sequence": _editing("template", lambda inspector: inspector.response.rules.sequence_asked.emit()),
    "92-flaw": _editing("order-created", _edited_rule("fail twice", body='{"error": later}')),
    "93-trace": _answered("order-created"),
    "94-template-delivery": _answered("template"),
    "95-handler-gone": _answered("handler"),
    "96-dropped": _answered("drops", outcome="dropped"),
    "97-held": _held,
    "98-proof": _answered("order-created-check", tab=1),
    "99-check-set-up": endpoint("order-created-check"),
}
