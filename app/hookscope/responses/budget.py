"""What the conditions on one request may cost, because expressions and bodies may be a stranger's."""

from __future__ import annotations

import time

STEPS = 100_000
SECONDS = 0.05
_STEPS_UNWATCHED = 32


class OverBudget(Exception):
    """More was asked for than one request may cost."""


class Budget:
    """Counts steps and the time of its thread; only its own work counts, not what others kept it waiting for."""

    def __init__(self, steps: int = STEPS, seconds: float = SECONDS) -> None:
        self._left = steps
        self._look_at = steps  # looked at the clock when no more steps than these are left
        self._end = time.thread_time() + seconds

    def charge(self, steps: int) -> None:
        """Take steps off; raises ``OverBudget`` when none are left or the time is over."""
        self._left -= steps
        if self._left < 0:
            raise OverBudget
        if self._left <= self._look_at:
            self._look_at = self._left - _STEPS_UNWATCHED
            self._watch()

    def _watch(self) -> None:
        if time.thread_time() > self._end:
            self._left = -1
            raise OverBudget
