"""What records are looked up with: their types, the profile in use, its credential, and the look-ups made of these.

All of it is loaded when it is first asked for, most of it long after the window is on screen.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hookscope.bundled import RECORD_TYPES
from hookscope.credentials import PRODUCTION, Credentials, profile_of
from hookscope.secret_store import SecretStore

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from hookscope.ids import Shapes
    from hookscope.records.catalogue import Catalogue
    from hookscope.records.look_ups import LookUps
    from hookscope.records.model import Credential, Profile

StoredProfile = tuple[str, str]
"""The id of the profile in the settings, and the base address of *custom*."""


class RecordAccess:
    """The access to records as the user has set it up; any thread may call it but where that is said.

    ``stored`` gives what the settings have, and ``keep`` puts something else there; ``tell`` takes a sentence for each
    thing that is wrong with what the user has set up.
    """

    def __init__(
        self,
        data_dir: Path,
        secrets: SecretStore,
        *,
        stored: Callable[[], StoredProfile],
        keep: Callable[[StoredProfile], None],
        tell: Callable[[str], None],
    ) -> None:
        self.credentials = Credentials(secrets, lambda: stored()[1])
        self._own_types = data_dir / RECORD_TYPES
        self._stored = stored
        self._keep = keep
        self._tell = tell
        self._catalogue: Catalogue | None = None
        self._profile: Profile | None = None
        self._look_ups: LookUps | None = None
        self._loop: AbstractEventLoop | None = None
        self._dropping: list[Future[None]] = []
        self._subscribers: list[Callable[[], None]] = []

    def check(self) -> None:
        """Load what the user has set up, and nothing else, because what is wrong with it is to be told at the start."""
        if self._own_types.is_dir():
            self._load_catalogue()
        if self._stored()[0] != PRODUCTION:
            self._load_profile()

    @property
    def catalogue(self) -> Catalogue:
        """The record types."""
        return self._catalogue or self._load_catalogue()

    @property
    def shapes(self) -> Shapes | None:
        """The shapes of ids, ``None`` while nobody has asked for the types."""
        return self._catalogue.shapes if self._catalogue else None

    @property
    def profile(self) -> Profile:
        """Where records are looked up: production, unless the settings name another profile."""
        return self._profile or self._load_profile()

    @property
    def look_ups(self) -> LookUps:
        """The look-ups in the profile in use; for the loop of the window alone, and to be asked for again each time."""
        from hookscope.records.look_ups import LookUps

        self._loop = _running_loop() or self._loop
        found = self._look_ups
        if found is None:
            found = self._look_ups = LookUps(self.catalogue, self.profile, partial(self.credentials.get, self.profile))
        return found

    def use_profile(self, id: str, base: str = "") -> None:
        """Look records up in this profile from now on, *custom* at this base address.

        Raises ``ValueError`` for what is no profile, and ``OSError`` when it cannot be kept; then nothing changes.
        """
        profile = profile_of(id, base)
        self._keep((id, profile.apis["platform"] if profile.is_custom else self._stored()[1]))
        self._profile = profile
        self._start_over()

    def save_credential(self, profile_id: str, credential: Credential, *, this_run: bool = False) -> Future[None]:
        """Look records up with this credential from now on; ends and raises as ``Credentials.save``."""
        saved = self.credentials.save(profile_id, credential, this_run=this_run)
        saved.add_done_callback(lambda _: self._start_over())
        return saved

    def forget_credential(self, profile_id: str) -> Future[None]:
        """Look no records up with this credential any more; ends as ``Credentials.forget``."""
        forgotten = self.credentials.forget(profile_id)
        forgotten.add_done_callback(lambda _: self._start_over())
        return forgotten

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Be told when profile or credential has changed, on the thread that changed it."""
        self._subscribers.append(callback)

    def close(self) -> None:
        """Tell nobody any more, also of what the keyring answers later."""
        self._subscribers.clear()

    async def aclose(self) -> None:
        """Give up all look-ups and close their connections; on their loop, before it ends."""
        from asyncio import gather, wrap_future

        used, self._look_ups = self._look_ups, None
        if used is not None:
            await used.aclose()
        await gather(*map(wrap_future, self._dropping))

    def _load_catalogue(self) -> Catalogue:
        from hookscope.records.catalogue import load_catalogue

        self._catalogue, problems = load_catalogue(self._own_types)
        for problem in problems:
            self._tell(problem)
        return self._catalogue

    def _load_profile(self) -> Profile:
        try:
            self._profile = profile_of(*self._stored())
        except ValueError as error:  # UnknownProfile, BadBase
            self._profile = profile_of(PRODUCTION)
            self._tell(f"{error} Until you choose another profile, records are looked up in production.")
        return self._profile

    def _start_over(self) -> None:
        """Drop the token and all records that were kept, then tell the subscribers."""
        from asyncio import run_coroutine_threadsafe

        dropped, self._look_ups = self._look_ups, None
        if dropped is not None and self._loop is not None and self._loop.is_running():  # else nothing of it is open
            self._dropping.append(run_coroutine_threadsafe(dropped.aclose(), self._loop))
        for callback in self._subscribers:
            callback()


def _running_loop() -> AbstractEventLoop | None:
    from asyncio import get_running_loop

    try:
        return get_running_loop()
    except RuntimeError:
        return None
