"""The record pane and everything around credentials."""

from __future__ import annotations
