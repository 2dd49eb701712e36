"""The window: everything that imports Qt."""

from __future__ import annotations
