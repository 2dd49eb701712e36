"""The step's fields were entered as headers or cookies, so that its body is empty."""

from __future__ import annotations

from collections.abc import Collection

from hookscope.findings.model import BODY_EMPTY, Finding, finding
from hookscope.ids import Found, Part
from hookscope.responses import RequestView

_LONGEST = 64  # bytes of a body that says nothing, packed or not
_NOTHING = frozenset({"", "{}", "[]", "null", '""'})
_USUALLY_EMPTY = frozenset({"GET", "DELETE"})
_WITHOUT_BODY = frozenset({"HEAD", "OPTIONS", "TRACE", "CONNECT"})
_ELSEWHERE = ((Part.HEADER, "a header", "headers", "Headers"), (Part.COOKIE, "a cookie", "cookies", "Cookies"))


def empty_body(view: RequestView, ids: Collection[Found]) -> Finding | None:
    """The finding when nothing is in the body and ids came as headers or cookies.

    Ids in the query alone are none: every receiver reads the query, and who puts them there does it on purpose.
    """
    request = view.request
    if not ids or len(request.body) > _LONGEST or request.method in _WITHOUT_BODY:
        return None
    if "".join(view.text.split()) not in _NOTHING:
        return None
    for part, one, several, section in _ELSEWHERE:
        if count := sum(any(place.part is part for place in found.places) for found in ids):
            came = f"1 id came as {one}" if count == 1 else f"{count} ids came as {several}"
            post = "choose the method POST and " if request.method in _USUALLY_EMPTY else ""
            fix = f"In the step, {post}put the fields under JSON Body, not under {section}."
            return finding(BODY_EMPTY, f"The body is empty, and {came}.", fix)
    return None
