"""Sample requests, which are data in ``resources/samples``."""

from __future__ import annotations

import json
from dataclasses import dataclass

from hookscope.bundled import resources
from hookscope.deliveries import Headers, Request
from hookscope.strict_table import StrictTable

FIRST = "send-a-webhook-order"
"""What *Send a sample* sends."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A request in the shape that a sender documents; ``body`` is the exact text."""

    name: str
    title: str
    method: str
    headers: Headers
    body: str


def load_sample(name: str) -> Sample:
    """One sample; raises ``FileNotFoundError``, or ``TableError`` with the key for one that is not well formed."""
    return _read(name, resources().joinpath("samples", f"{name}.json").read_text("utf-8"))


def sample_request(sample: Sample, url: str, target: str) -> Request:
    """The sample as a request to this absolute URL, whose raw target is ``target``."""
    host = url.removeprefix("http://").split("/", 1)[0]
    body = sample.body.encode()
    headers = (("Host", host), *sample.headers, ("Content-Length", str(len(body))))
    return Request(sample.method, target, headers, body, url)


def _read(name: str, text: str) -> Sample:
    table = StrictTable(json.loads(text))
    body = json.dumps(table.value("json"), indent=2, ensure_ascii=False)
    sample = Sample(name, table.text("title"), table.text("method"), table.pairs("headers"), body)
    table.finish()
    return sample
