"""Receives requests over HTTP, exactly, and answers them."""

from __future__ import annotations

from hookscope.listener.bounds import Bounds
from hookscope.listener.listener import Listener, ListenerState
from hookscope.listener.snapshot import Snapshot, snapshot_of

__all__ = ["Bounds", "Listener", "ListenerState", "Snapshot", "snapshot_of"]
