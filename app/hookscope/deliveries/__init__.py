"""What arrived and what became of it: the model, and the store that keeps it."""

from __future__ import annotations

from hookscope.deliveries.database import TooNew, open_for_reading
from hookscope.deliveries.model import (
    Arrival,
    Delivery,
    Finish,
    Headers,
    Outcome,
    Passed,
    Place,
    Request,
    Row,
    SentResponse,
    VerdictNote,
    Via,
    is_complete,
    iso_time,
)
from hookscope.deliveries.reader import Reader
from hookscope.deliveries.retention import Limits
from hookscope.deliveries.series import Counted, SeriesCounter, message_key, own_key, read_back, sample_key
from hookscope.deliveries.store import Store
from hookscope.deliveries.work import NotSaved
from hookscope.deliveries.writer import Changes

__all__ = [
    "Arrival",
    "Changes",
    "Counted",
    "Delivery",
    "Finish",
    "Headers",
    "Limits",
    "NotSaved",
    "Outcome",
    "Passed",
    "Place",
    "Reader",
    "Request",
    "Row",
    "SentResponse",
    "SeriesCounter",
    "Store",
    "TooNew",
    "VerdictNote",
    "Via",
    "is_complete",
    "iso_time",
    "message_key",
    "open_for_reading",
    "own_key",
    "read_back",
    "sample_key",
]
