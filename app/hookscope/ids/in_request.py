"""Finding the ids in a request by the shape of their values, whatever the sender calls them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hookscope.deliveries import Request, parts
from hookscope.ids.model import Found, Part
from hookscope.ids.paths import WHOLE
from hookscope.ids.search import Search
from hookscope.ids.shapes import Shapes
from hookscope.ids.texts import LARGEST_TEXT


def find_ids(request: Request, shapes: Shapes, body: Callable[[], Any]) -> tuple[Found, ...]:
    """The ids in a request, each once, in the order of their types and then of where they were found first.

    ``body`` gives the body as JSON and raises ``ValueError`` where it is none; it is called at most once. The place of
    an id in JSON that is the text of a value is the place of that value; the place in a token is that in its payload.
    """
    return search_ids(request, shapes, body).found()


def search_ids(request: Request, shapes: Shapes, body: Callable[[], Any]) -> Search:
    """The same, but places, which take as long as the search itself, are put together only when asked for."""
    search = Search(shapes)
    if shapes:
        _search_body(search, request, body)
        _search_head(search, request)
    return search


def _search_body(search: Search, request: Request, body: Callable[[], Any]) -> None:
    if not request.body:
        return
    try:
        document = body()
    except ValueError:
        _search_other_body(search, request)
        return
    if isinstance(document, (dict, list)):
        search.document(Part.BODY, document)
    elif isinstance(document, str):
        search.text(Part.BODY, WHOLE, document)


def _search_other_body(search: Search, request: Request) -> None:
    data = parts.unpacked(request.headers, request.body, LARGEST_TEXT + 1).data
    if len(data) > LARGEST_TEXT:
        return
    form = parts.form(request.headers, data)
    if form is None:
        if data.isascii():  # as ids and tokens are
            search.text(Part.BODY, WHOLE, data.decode())
        return
    for field in form.fields:
        if not field.file_name:
            search.text(Part.FORM, field.name, field.data.decode("utf-8", "replace"), field.name)


def _search_head(search: Search, request: Request) -> None:
    beginnings, initials, finals = search.shapes.beginnings, search.shapes.initials, search.shapes.finals
    if "?" in request.target:
        for name, value in parts.query_parameters(request.target):
            search.text(Part.QUERY, name, value, name)
    has_cookies = False
    for name, value in request.headers:
        if len(name) == 6 and name.lower() == "cookie":
            has_cookies = True
        elif value[:1] in beginnings or (name[:1] in initials and name[-1:] in finals):  # asking takes longer
            search.text(Part.HEADER, name, value, name)
    for name, value in parts.cookies(request.headers) if has_cookies else ():
        search.text(Part.COOKIE, name, value, name)
