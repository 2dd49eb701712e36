"""How much the listener bears of a sender."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is borne.

    Seconds for a head, without a byte of a body and for a whole body; bytes of all bodies under way; connections;
    answers held back at once, and seconds that one waits for the user or does not come at all.
    """

    head_s: float = 75.0
    silence_s: float = 60.0
    whole_s: float = 600.0
    in_flight: int = 256 << 20
    connections: int = 500
    held: int = 400
    hold_s: float = 50.0
    hang_s: float = 600.0


USUAL = Bounds()
