"""The main views that ``helpers.shots`` takes pictures of: an empty program, and one with deliveries of all kinds."""

from __future__ import annotations

import asyncio

from helpers import realistic
from helpers.album import Album, View
from hookscope.listener import ListenerState
from hookscope.ui.endpoint.endpoint_inspector import EndpointInspector
from hookscope.ui.inspector.delivery_inspector import DeliveryInspector

COUNT = len(realistic.whole_requests()) + len(realistic.broken_requests())
HOSTILE = "hostile"
TAKEN = "Port 8787 is in use by node (4123)."


async def first_start(album: Album) -> None:
    await album.rows(0)


async def endpoint_without_deliveries(album: Album) -> None:
    album.content.sidebar.choose(album.program.endpoints.all()[0].id)


async def port_taken(album: Album) -> None:
    album.content.bar.show_state(ListenerState("failed", "127.0.0.1", 8787, TAKEN, 8788))


async def notice(album: Album) -> None:
    album.content.bar.show_state(album.program.listener_state)
    sentence = "The disk is full. Requests get 503 until there is room, so the sender tries again."
    album.content.messages.show_message(sentence, "bad", [("Free space…", lambda: None)], key="shot")


async def settings(album: Album) -> None:
    album.content.messages.dismiss("shot")
    album.content.registry.action("settings").trigger()


async def new_endpoint(album: Album) -> None:
    album.content.registry.action("new_endpoint").trigger()


async def keys(album: Album) -> None:
    album.content.registry.action("shortcuts").trigger()


async def kept(album: Album) -> None:
    album.content.commands.show_kept()


async def listing(album: Album) -> None:
    await album.rows(COUNT)


async def no_match(album: Album) -> None:
    album.content.filter_row.field.setText("nothing holds this")
    await album.rows(0)


async def match(album: Album) -> None:
    album.content.filter_row.field.setText("ORD-")
    await album.until(lambda: "of" in album.content.filter_row.counter.text())


def delivery(text: str, *, tab: int = 1, view: str = "tree", outcome: str = "answered") -> View:
    """The newest delivery whose target holds this text, with this tab and this view of the body."""

    async def show(album: Album) -> None:
        await album.rows(COUNT)
        await album.choose(text, outcome)
        inspector = album.content.findChild(DeliveryInspector)
        assert inspector is not None
        inspector.switch.chosen.emit(view)
        inspector.tabs.set_current(tab - 1)

    return show


def endpoint(name: str, *, tab: int = 1) -> View:
    """This endpoint with this tab."""

    async def show(album: Album) -> None:
        chosen = next(each for each in album.program.endpoints.all() if each.name == name)
        album.content.sidebar.choose(chosen.id)
        album.content.panes.show_inspector()
        album.content.stack.show_endpoint(chosen.id).tabs.set_current(tab - 1)

    return show


def draft(text: str) -> View:
    """The response of an endpoint being edited."""

    async def show(album: Album) -> None:
        await endpoint("order-created", tab=2)(album)
        inspector = album.content.findChild(EndpointInspector)
        assert inspector is not None
        inspector.response.form.body.selectAll()
        inspector.response.form.body.insertPlainText(text)
        await asyncio.sleep(0.5)

    return show


async def draft_discarded(album: Album) -> None:
    await endpoint("order-created", tab=2)(album)
    inspector = album.content.findChild(EndpointInspector)
    assert inspector is not None
    inspector.response.discard()


async def inspector_right(album: Album) -> None:
    album.content.registry.action("inspector_right").setChecked(True)
    await delivery("/invoices")(album)


async def list_alone(album: Album) -> None:
    await album.rows(COUNT)
    album.content.panes.show_inspector(False)


EMPTY: dict[str, View] = {
    "01-first-start": first_start,
    "02-endpoint-without-deliveries": endpoint_without_deliveries,
    "03-port-taken": port_taken,
    "04-message": notice,
    "05-settings": settings,
    "06-new-endpoint": new_endpoint,
    "07-keys": keys,
    "08-what-is-kept": kept,
}
FULL: dict[str, View] = {
    "10-list": listing,
    "11-list-alone": list_alone,
    "12-filter": match,
    "13-filter-without-finds": no_match,
    "20-body-tree": delivery("/order-created"),
    "21-body-nested": delivery("/invoices"),
    "22-body-text": delivery("/invoices", view="text"),
    "23-body-bytes": delivery("/upload", view="bytes"),
    "24-query-and-form": delivery("/signup"),
    "25-headers": delivery("/signup", tab=2),
    "26-verification": delivery("/order-created", tab=3),
    "27-response": delivery("/order-created", tab=4),
    "28-three-attempts": delivery("/invoices", tab=5),
    "29-came-once": delivery("/upload", tab=5),
    "30-hostile": delivery(HOSTILE),
    "31-refused": delivery("", outcome="refused"),
    "32-inspector-right": inspector_right,
    "40-endpoint-set-up": endpoint("order-created"),
    "41-endpoint-response": endpoint("order-created", tab=2),
    "42-endpoint-draft": draft('{"ticket": "43", "queue": "sales"}'),
    "43-endpoint-error": draft('{"ticket": "43"\n "queue": "sales"}'),
    "44-endpoint-discarded": draft_discarded,
    "45-anything-else": endpoint("Anything else"),
}
