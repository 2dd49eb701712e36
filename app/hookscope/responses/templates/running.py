"""One rendering of a template: what it may take, and the reasons that end it."""

from __future__ import annotations

import time

from jinja2 import Environment, UndefinedError
from jinja2.runtime import Context

from hookscope.responses.request_view import RequestView

MOST_STEPS = 10_000
MOST_SECONDS = 0.05
LARGEST_TEXT = 256 << 10  # one text that is made, in characters
ITEM = 64  # what one item of a list that is made counts
MOST_DIGITS = 4_000  # of a number: Python refuses to write more than 4 300
MOST_BITS = 13_287  # what so many digits take
FROM_BODY = ("json", "text")  # the names that hold what is in the body
_MOST_MADE = 4 << 20  # all that is made, in characters
_QUICK_JSON = 64 << 10  # of a body this large, every part is written in a few ms


class Stop(Exception):
    """Ends a rendering; the text is the reason."""


class Run(Context):
    """One rendering: the request it is about, and what is left of its bounds."""

    def __init__(self, environment: Environment, view: RequestView) -> None:
        super().__init__(environment, {}, None, {})
        self.view = view
        self.known: dict[str, object] = {}  # the names that were asked for, with their values
        self.steps = MOST_STEPS
        self.room = _MOST_MADE
        self.started = time.thread_time()
        self.deadline = time.monotonic() + MOST_SECONDS

    @property
    def holds_little(self) -> bool:
        """Whether any value is written quickly: none that can be made is larger than the body and the template."""
        return self.known.keys().isdisjoint(FROM_BODY) or len(self.view.text) <= _QUICK_JSON

    def spend(self, made: int = 0) -> None:
        """Counts what an operation makes, and looks at the clock."""
        self.room -= made
        if self.room < 0:
            raise Stop("more than 4 MiB are made on the way")
        if time.monotonic() > self.deadline:
            self._look_again()

    def _look_again(self) -> None:
        # Only its own work counts: a template must not fail because other threads kept this one waiting.
        left = self.started + MOST_SECONDS - time.thread_time()
        if left <= 0:
            raise Stop("it takes longer than 50 ms")
        self.deadline = time.monotonic() + left

    def forgive(self, seconds: float) -> None:
        """Leaves work that has bounds of its own out of the time."""
        self.started += seconds
        self.deadline += seconds

    def room_for(self, characters: int) -> None:
        """Counts a text that is about to be made."""
        if characters > LARGEST_TEXT:
            raise Stop("a text is longer than 256 KiB")
        self.spend(characters)

    def step(self) -> None:
        """Counts a pass of a loop."""
        self.steps -= 1
        if self.steps < 0:
            raise Stop("the loops take more than 10 000 steps")
        self.spend()


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (ZeroDivisionError, "a number is divided by 0"),
    (OverflowError, "a number is too large"),
    (UnicodeError, "half of a character stands alone"),
    (RecursionError, "the values are nested too deeply"),
    (MemoryError, "it takes too much memory"),
)


def reason_of(error: Exception) -> str:
    """Why a rendering ended, as part of a sentence."""
    if isinstance(error, (Stop, UndefinedError)):
        return str(error)
    if "unpack" in str(error):  # Python's words, for both of its exceptions
        return "an item does not have as many parts as the loop has names"
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "this cannot be worked out")
