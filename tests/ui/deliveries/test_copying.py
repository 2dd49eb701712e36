"""What is put on the clipboard."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from hookscope.deliveries import Delivery, Request, queries
from hookscope.ui.deliveries import copying
from ui.deliveries.conftest import Arrive

if TYPE_CHECKING:
    from hookscope.program import Program


@pytest.fixture
def stored(program: Program, arrive: Arrive) -> partial[Delivery]:
    def stored(request: Request) -> Delivery:
        found = program.pages.submit(partial(queries.delivery, id=arrive(1, request=request)[0])).result(timeout=10)
        assert found
        return found

    return partial(stored)


def test_a_request_to_the_byte_as_text(stored: partial[Delivery]) -> None:
    request = Request("POST", "/a?b", (("Host", "x"), ("x-A", "1"), ("X-a", "2")), "ä\r\n".encode(), "http://x/a?b")
    found = stored(request)
    assert copying.raw_request(found) == "POST /a?b HTTP/1.1\r\nHost: x\r\nx-A: 1\r\nX-a: 2\r\n\r\nä\r\n"
    assert copying.body(found) == "ä\r\n"
    assert copying.address(found) == "http://x/a?b"


def test_a_refused_request_is_what_was_read_of_it(stored: partial[Delivery]) -> None:
    found = stored(Request("", "", body=b"\x16\x03\x01 no http"))
    assert copying.raw_request(found) == "\x16\x03\x01 no http"
    assert copying.address(found) == ""
