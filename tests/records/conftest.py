"""The stand-in platform, for every test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpers.platform_api import PlatformApi, platform


@pytest.fixture
def api() -> Iterator[PlatformApi]:
    with platform() as running:
        yield running
