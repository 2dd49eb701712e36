from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpers.platform_api import PlatformApi, platform


@pytest.fixture
def api() -> Iterator[PlatformApi]:
    """A platform that answers."""
    with platform() as api:
        yield api
