"""One question to the platform's API: its turn, a token, a new one after a 401, and the waits after a 429."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from hookscope.records.answer import VALUES_AT_MOST, Answer, NotJson, TooLarge, read_json
from hookscope.records.client import PlatformClient
from hookscope.records.failures import Subject, not_json, refusal, too_many_values
from hookscope.records.model import Code, LookUpFailed
from hookscope.records.pace import LONGEST_WAIT_S, SHORTEST_WAIT_S, TRIES, Pace, Waiting
from hookscope.records.tokens import TokenSource

SHORTEST_HIDDEN = 16
"""Characters; a shorter token may be a word that a record has anyway."""


class Question(NamedTuple):
    """An address of the API, and what is asked for there."""

    url: str
    accept: str
    subject: Subject


class Reply(NamedTuple):
    """A success: the body as text and as JSON."""

    status: int
    text: str
    document: Any


class Asker:
    """Asks until there is an answer; used on one event loop only."""

    def __init__(self, client: PlatformClient, pace: Pace, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._pace = pace
        self._clock = clock

    async def ask(self, question: Question, source: TokenSource, waiting: Waiting) -> Reply:
        """The reply to a question; raises ``LookUpFailed``."""
        for tries_left in reversed(range(TRIES)):
            try:
                return await self._try(question, source, waiting)
            except LookUpFailed as failed:
                if failed.wait_s or failed.code is Code.RATE_LIMITED:
                    self._pace.hold(max(failed.wait_s, SHORTEST_WAIT_S))
                if failed.code is not Code.RATE_LIMITED or not tries_left or failed.wait_s > LONGEST_WAIT_S:
                    raise
        raise AssertionError  # the last try returns or raises

    async def _try(self, question: Question, source: TokenSource, waiting: Waiting) -> Reply:
        token, answer = await self._get(question, source, waiting)
        if answer.status == 401 and source.drop(token):
            token, answer = await self._get(question, source, waiting)
        if answer.is_success:
            return _read(answer, token)
        raise refusal(answer, question.subject, source.granted(), now=self._clock(), secret=token)

    async def _get(self, question: Question, source: TokenSource, waiting: Waiting) -> tuple[str, Answer]:
        await self._pace.turn(waiting)
        token = await source.token(question.subject.scopes)
        answer = await self._client.get(question.url, token, question.accept)
        self._pace.heed(answer, self._clock())
        return token, answer


def _read(answer: Answer, token: str) -> Reply:
    body = answer.body  # an echo, as stand-ins of the platform give, would bring the token on screen
    if len(token) >= SHORTEST_HIDDEN:
        body = body.replace(token.encode("ascii"), "…".encode())
    try:
        return Reply(answer.status, *read_json(body))
    except TooLarge:
        raise too_many_values(VALUES_AT_MOST, answer.status) from None
    except NotJson:
        raise not_json(answer, token) from None
