"""Polite to the rate limit: one place where every request to the API waits for its turn."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence

from hookscope.records.answer import Answer

LIMITS = ((10, 1.0), (250, 60.0), (5_000, 3_600.0))
"""How many requests in how many seconds: half of what the platform allows, or less."""
TRIES = 5
LONGEST_WAIT_S = 120.0
"""A longer wait is not sat out but reported."""
SHORTEST_WAIT_S = 1.0
TOLD_FROM_S = 0.5
"""A shorter wait for the platform is not told; one that only we want is told from the next on."""
OURS_TOLD_FROM_S = 2.0

Waiting = Callable[[float], None]


class Pace:
    """Says when the next request may go; used on one event loop only.

    Places are given in the order in which they are asked for. Whoever was given one before the platform told us to
    wait asks again.
    """

    def __init__(
        self, limits: Sequence[tuple[int, float]] = LIMITS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = tuple(limits)
        self._clock = clock
        self._given: deque[float] = deque(maxlen=max(count for count, _ in limits))
        self._closed_until = clock()

    async def turn(self, waiting: Waiting) -> None:
        """Wait for the turn. ``waiting`` is told how many seconds if they are long, and 0 when it goes on."""
        import asyncio

        told = False
        while (wait_s := self.place()) > 0:
            if self._closed_until - self._clock() >= TOLD_FROM_S or wait_s >= OURS_TOLD_FROM_S:
                told = True
                waiting(wait_s)
            await asyncio.sleep(wait_s)
            if self._closed_until <= self._clock():
                break
        if told:
            waiting(0.0)

    def place(self) -> float:
        """Take the next place; the seconds until then."""
        now = self._clock()
        due = max(now, self._closed_until)
        for count, span_s in self._limits:
            if len(self._given) >= count:
                due = max(due, self._given[-count] + span_s)
        self._given.append(due)
        return due - now

    def hold(self, seconds: float) -> None:
        """Let nobody go for so long, also those who have a place."""
        self._closed_until = max(self._closed_until, self._clock() + min(seconds, LONGEST_WAIT_S))

    def heed(self, answer: Answer, now: float) -> None:
        """Wait for the next span when an answer says that this one is used up; ``now`` is the time of day."""
        if answer.headers.get("x-ratelimit-remaining", "").strip() != "0":
            return
        reset = answer.headers.get("x-ratelimit-reset", "").strip()
        if reset.isascii() and reset.isdigit() and len(reset) < 12:
            self.hold(max(0.0, int(reset) - (answer.sent_at or now)))
