"""Shapes of ids, and finding them in a request."""

from __future__ import annotations

from hookscope.ids.in_request import find_ids, search_ids
from hookscope.ids.model import Found, Part, Place, Shape
from hookscope.ids.shapes import Shapes

__all__ = ["Found", "Part", "Place", "Shape", "Shapes", "find_ids", "search_ids"]
