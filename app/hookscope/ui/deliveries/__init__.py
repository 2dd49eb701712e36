"""The live list of deliveries."""

from __future__ import annotations
