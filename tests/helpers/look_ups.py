"""Look-ups at the stand-in platform, and what to look up there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from helpers.platform_api import PlatformApi
from hookscope.records.catalogue import Catalogue, load_catalogue
from hookscope.records.key_file import read_key
from hookscope.records.look_ups import LookUps
from hookscope.records.model import Credential, LookUpFailed, Profile

CATALOGUE = load_catalogue()[0]
ORDER = CATALOGUE.look_up("order", "AG-7PQTGLLXQQ:ORD-REAL00001")
ACCOUNT = CATALOGUE.look_up("account", "AG-REAL00001")
USER = CATALOGUE.look_up("user", "U-00000000-fd09-43d2-91d2-a12c032caaa1")
MANY = [CATALOGUE.look_up("order", f"AG-REAL00001:ORD-{number:09}") for number in range(50)]


class Keyring:
    """Gives a credential when it is asked, counts that, or fails."""

    def __init__(self, credential: Credential | LookUpFailed) -> None:
        self.credential = credential
        self.asked = 0

    async def __call__(self) -> Credential:
        self.asked += 1
        await asyncio.sleep(0)
        if isinstance(self.credential, LookUpFailed):
            raise self.credential
        return self.credential


async def never() -> Credential:
    """For what needs no credential."""
    raise AssertionError("no credential is needed for this")


@asynccontextmanager
async def look_ups(
    api: PlatformApi,
    credential: Credential | Keyring | None = None,
    *,
    catalogue: Catalogue = CATALOGUE,
    profile: Profile | None = None,
) -> AsyncIterator[LookUps]:
    """Look-ups at the stand-in, by default with its key, until the end of the ``with``."""
    given = credential or read_key(api.key_text(), api.profile)
    keyring = given if isinstance(given, Keyring) else Keyring(given)
    made = LookUps(catalogue, profile or api.profile, keyring, context=api.context)
    try:
        yield made
    finally:
        await made.aclose()


async def failure(work: Any) -> LookUpFailed:
    """What the work fails with."""
    with pytest.raises(LookUpFailed) as caught:
        await work
    return caught.value


def running() -> list[str]:
    """The tasks of look-ups that have not ended."""
    names = (task.get_name() for task in asyncio.all_tasks())
    return [name for name in names if name in {"look-up", "look-ups", "token", "credential", "open the client"}]
