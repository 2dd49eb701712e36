"""Published and derived requests with the verdict that each must get; where they come from is said in the file."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from helpers.verification import PRESETS
from hookscope.deliveries import Request
from hookscope.verification import Verdict, parse_scheme, verify

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
NAMES = [f"{number}-{vector['id']}" for number, vector in enumerate(VECTORS)]  # an id may be there twice


def verdict(vector: dict[str, Any]) -> Verdict:
    scheme = parse_scheme(vector["preset"]) if "preset" in vector else PRESETS[vector["scheme"]]
    secrets = [key_bytes(text, vector.get("secret_encoding", "")) for text in vector.get("secrets", [vector["secret"]])]
    return verify(request(vector), scheme, secrets, vector["now"], vector.get("options"))


def request(vector: dict[str, Any]) -> Request:
    body = base64.b64decode(vector["body_b64"]) if "body_b64" in vector else vector["body"].encode()
    body *= vector.get("body_times", 1)
    headers = tuple((name, value.encode().decode("latin-1")) for name, value in vector["headers"])
    address = urlsplit(vector["url"])
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    return Request(vector["method"], target, headers, body, vector["url"])


def key_bytes(text: str, encoding: str) -> bytes:
    if encoding == "hex":
        return bytes.fromhex(text)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if encoding == "base64url" else text.encode()


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_verdict(vector: dict[str, Any]) -> None:
    found = verdict(vector)
    assert found.state == vector.get("expect_status", vector["expect"]), found.message
    assert found.reason in [vector.get("reason", "ok"), *vector.get("reason_alt", [])], found.message
    assert found.message.endswith(".")
    if found.state == "verified" and "warning" in vector:
        assert vector["warning"] in found.warnings


@pytest.mark.parametrize("vector", [each for each in VECTORS if "diagnosis" in each], ids=lambda each: str(each["id"]))
def test_diagnosis(vector: dict[str, Any]) -> None:
    assert vector["diagnosis"] in [each.code for each in verdict(vector).diagnosis]


def test_all_are_there() -> None:
    assert len(VECTORS) == 261
    assert all(vector["source"] and vector["provenance"] for vector in VECTORS)
    assert {vector["scheme"] for vector in VECTORS} - {"custom"} <= PRESETS.keys()
