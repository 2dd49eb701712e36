"""How much the listener bears of a sender."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds for a head, without a byte of a body and for a whole body; bytes of all bodies under way; connections."""

    head_s: float = 75.0
    silence_s: float = 60.0
    whole_s: float = 600.0
    in_flight: int = 256 << 20
    connections: int = 500


USUAL = Bounds()
