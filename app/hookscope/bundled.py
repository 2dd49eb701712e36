"""Finds the data files of ``resources/`` in a checkout and in an installed wheel."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

RECORD_TYPES = "records"
"""The folder of record types, in the resources and in the user's data folder."""


def resources() -> Path:
    """The folder that holds icons, samples and the other data files."""
    installed = Path(str(files("hookscope") / "_resources"))
    return installed if installed.is_dir() else Path(__file__).parents[2] / "resources"
