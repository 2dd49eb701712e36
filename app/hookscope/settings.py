"""Preferences, without any secret: a small versioned file in the data folder."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from hookscope.private_files import write_private
from hookscope.strict_table import StrictTable, TableError

log = logging.getLogger(__name__)

FILE_NAME = "settings.json"
VERSION = 1
THEMES = ("system", "light", "dark")
TEXTS = ("host", "theme", "records_profile", "records_base")
LIMITS: Mapping[str, range] = {
    "port": range(65_536),
    "body_limit_mib": range(1, 257),  # bodies in flight share 256 MiB
    "keep_count": range(1, 1_000_000_001),
    "keep_days": range(100_001),
    "keep_mib": range(1, 1_048_577),
}
"""What the numbers may be; both ends of the settings, file and dialog, go by it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user prefers. ``keep_days`` 0 keeps any age; ``window`` is the remembered layout as JSON values.

    Records are looked up in ``records_profile``; ``records_base`` is the base address of the profile *custom*.
    """

    port: int = 8787
    host: str = "127.0.0.1"
    theme: str = "system"
    body_limit_mib: int = 25
    keep_count: int = 1_000_000
    keep_days: int = 0
    keep_mib: int = 4096
    mask_values: bool = True
    records_profile: str = "production"
    records_base: str = ""
    window: Mapping[str, Any] = field(default_factory=dict)


def data_folder() -> Path:
    """Where everything is kept unless the user says otherwise."""
    chosen = os.environ.get("HOOKSCOPE_DATA_DIR")
    return Path(chosen).expanduser() if chosen else user_data_path("hookscope", appauthor=False)


def load(folder: Path) -> tuple[Settings, str]:
    """The settings, and one sentence when some could not be read (``""`` otherwise).

    A file that cannot be read is set aside; keys that this version does not know are left out and stay in the file.
    """
    values, problem = _stored(folder / FILE_NAME)
    return _read(StrictTable(values)), problem


def save(folder: Path, settings: Settings) -> None:
    """Write the settings. Keys in the file that this version does not know stay as they are."""
    path = folder / FILE_NAME
    stored, problem = _stored(path)
    if problem and not stored:
        log.warning("%s", problem)
    version = max(VERSION, stored.get("version", VERSION))
    ours = {each.name: getattr(settings, each.name) for each in fields(settings)}
    values = {**stored, "version": version, **ours, "window": dict(settings.window)}
    write_private(path, json.dumps(values, indent=2) + "\n")


def _stored(path: Path) -> tuple[dict[str, Any], str]:
    """All that is in the file, readable for sure, and what to tell the user about it."""
    try:
        values: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return values, _unknown(StrictTable(values))
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError, RecursionError) as error:
        aside = path.with_name(f"{path.name}.unreadable-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}")
        path.rename(aside)
        reason = str(error).rstrip(".")
        return (
            {},
            f"The settings could not be read ({reason}). They were set aside as {aside}, and all are as at first.",
        )


def _unknown(table: StrictTable) -> str:
    version = table.integer("version", VERSION)
    _read(table)
    if version > VERSION:
        return "The settings were written by a newer Hookscope. What this one does not know was left out."
    try:
        table.finish()
    except TableError as error:
        return f"In {FILE_NAME}, {error}"
    return ""


def _read(table: StrictTable) -> Settings:
    usual = Settings()
    values: dict[str, Any] = {
        name: table.integer(name, getattr(usual, name), within) for name, within in LIMITS.items()
    }
    values |= {name: table.text(name, getattr(usual, name)) for name in TEXTS}
    window = table.value("window", {})
    if not values["host"].strip():
        raise TableError("host must not be empty.")  # an empty host would listen on every network
    if values["theme"] not in THEMES:
        raise TableError(f"theme must be one of {', '.join(THEMES)}.")
    if not isinstance(window, dict):
        raise TableError("window must be a table.")
    mask_values = table.flag("mask_values", usual.mask_values)
    return Settings(mask_values=mask_values, window=window, **values)
