"""Shapes of ids, and a request that is searched for them as the listener does."""

from __future__ import annotations

from collections.abc import Iterable

from hookscope.deliveries import Headers, Request
from hookscope.ids import Found, Part, Shape, Shapes, find_ids
from hookscope.responses import RequestView

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

ORDER = "AG-7PQTGLLXQQ:ORD-S548DKHMKX"
ACCOUNT = "AG-7PQTGLLXQQ"
USER = "U-a6d23f70-fd09-43d2-91d2-a12c032caaa1"
PARTNER = "9YW9"
SHAPES = Shapes(
    [
        Shape("order", "AG-[A-Z0-9]{4,40}:ORD-[A-Z0-9]{4,40}"),
        Shape("account", "AG-[A-Z0-9]{4,40}"),
        Shape("location", "AG-[A-Z0-9]{4,40}"),
        Shape("user", f"U-{_UUID}"),
        Shape("partner", "[A-Z0-9]{2,4}", frozenset({"partnerId"}), fetched=False),
    ]
)


def found_in(
    body: bytes = b"", *headers: tuple[str, str], target: str = "/", shapes: Shapes = SHAPES
) -> tuple[Found, ...]:
    """The ids of a request."""
    view = RequestView(Request("POST", target, headers, body))
    return find_ids(view.request, shapes, lambda: view.json)


def places(found: Iterable[Found]) -> dict[str, list[tuple[Part, str]]]:
    """Every place of each id."""
    return {each.value: [(place.part, place.path) for place in each.places] for each in found}


def form_of(boundary: str, *fields: tuple[str, str, str]) -> tuple[Headers, bytes]:
    """A multipart form of fields with name, file name and value."""
    pieces = []
    for name, file_name, value in fields:
        file = f'; filename="{file_name}"' if file_name else ""
        pieces.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{value}\r\n')
    body = "".join(pieces) + f"--{boundary}--\r\n"
    return (("Content-Type", f"multipart/form-data; boundary={boundary}"),), body.encode()
