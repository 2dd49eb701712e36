"""Samples are data, and become requests."""

from __future__ import annotations

import json

import pytest

from hookscope.bundled import resources
from hookscope.sender import FIRST, load_sample, sample_request
from hookscope.sender.samples import _read
from hookscope.strict_table import TableError

NAMES = [path.name.removesuffix(".json") for path in resources().joinpath("samples").iterdir()]


def test_first_sample_is_the_example_of_the_guide() -> None:
    sample = load_sample(FIRST)
    assert sample.method == "POST"
    assert ("Content-Type", "application/json") in sample.headers
    assert set(json.loads(sample.body)) == {"accountId", "entityId", "marketId", "orderId", "partnerId"}
    assert FIRST in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_can_be_sent(name: str) -> None:
    sample = load_sample(name)
    request = sample_request(sample, "http://127.0.0.1:8787/order-created", "/order-created")
    assert sample.title
    assert request.body == sample.body.encode()
    assert request.headers == (
        ("Host", "127.0.0.1:8787"),
        *sample.headers,
        ("Content-Length", str(len(request.body))),
    )
    assert (request.target, request.url) == ("/order-created", "http://127.0.0.1:8787/order-created")
    "".join([request.method, *(name + value for name, value in request.headers)]).encode("latin-1")


def test_length_counts_bytes() -> None:
    text = '{"title": "t", "method": "PUT", "headers": [["X-A", "1"]], "json": {"name": "Größe"}}'
    request = sample_request(_read("mine", text), "http://127.0.0.1:1", "/")
    assert request.body == '{\n  "name": "Größe"\n}'.encode()
    assert request.headers == (("Host", "127.0.0.1:1"), ("X-A", "1"), ("Content-Length", str(len(request.body))))
    assert request.method == "PUT"


def test_sample_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        load_sample("missing")


def test_sample_with_a_key_too_many_is_refused() -> None:
    with pytest.raises(TableError, match="colour"):
        _read("mine", '{"title": "t", "method": "PUT", "headers": [], "json": {}, "colour": 1}')
