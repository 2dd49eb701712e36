"""Looks for secrets in errors and in logs."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from hookscope import secret_store


def texts_of(error: BaseException) -> str:
    """Everything that a report of an error might show: all errors behind it, with their values and requests."""
    found, waiting, known = "", [error], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) not in known:
            known.add(id(each))
            found += f"{each!s} {each!r} {each.args!r} {vars(each)!r}\n"
            if request := vars(each).get("_request"):
                found += f"{request.headers.raw!r} {request.extensions!r} {request.content!r}\n"
            waiting += [other for other in (each.__cause__, each.__context__) if other]
    return found + "".join(traceback.format_exception(error))


@contextmanager
def nothing_logged(caplog: pytest.LogCaptureFixture, secrets: Iterable[str]) -> Iterator[None]:
    """No secret may be logged inside, by anybody at DEBUG, and by those whom the program keeps quiet at INFO."""
    with ExitStack() as levels:
        levels.enter_context(caplog.at_level(logging.DEBUG))
        for name in secret_store.TALKATIVE:
            levels.enter_context(caplog.at_level(logging.INFO, name))
        yield
    logged = "\n".join(f"{record.getMessage()} {record.args!r}" for record in caplog.records)
    assert "HTTP Request" in logged, "httpx does not log as it used to"
    for secret in secrets:
        assert secret not in logged
