"""Small widgets of our own that every view uses; Fusion draws the rest."""

from __future__ import annotations
