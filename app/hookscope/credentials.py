"""The credential of each profile, in the keyring and nowhere else.

What reads and sends it is loaded when the first one is asked for, long after the window is on screen.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

from hookscope.secret_store import (
    ABSENT,
    LOCKED,
    OURS,
    KeyringAbsent,
    KeyringLocked,
    KeyringTrouble,
    OwnName,
    Secret,
    SecretStore,
)
from hookscope.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hookscope.records.model import Credential, Profile

PRODUCTION = "production"
AGAIN = "Import the key again."


class UnknownProfile(ValueError):
    """There is no profile with this id; the text says so in one sentence."""


class Credentials:
    """One credential per profile; that of *custom* belongs to its base address, so no other host is ever sent it.

    Any thread may call it; futures are completed on the keyring's.
    """

    def __init__(self, secrets: SecretStore, base: Callable[[], str] = str) -> None:
        self._secrets = secrets
        self._base = base

    def read(self, profile_id: str) -> Future[Credential | None]:
        """The credential, ``None`` when there is none; the future gets ``KeyringTrouble``."""
        return self._read(self._name(profile_id))

    def save(self, profile_id: str, credential: Credential, *, this_run: bool = False) -> Future[None]:
        """Put it in the place of the one before; the future gets ``KeyringTrouble``. Raises ``BadSecret`` at once.

        With ``this_run`` it stays in memory.
        """
        from hookscope.records.key_file import credential_text

        name, text = self._name(profile_id), credential_text(credential)
        if not this_run:
            return self._secrets.write(name, text)
        self._secrets.keep_for_this_run(name, text)
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def forget(self, profile_id: str) -> Future[None]:
        """Take it out, here and in the keyring; the future gets ``KeyringTrouble``."""
        name = self._name(profile_id)
        was_kept = name in self._secrets.kept()
        done: Future[None] = Future()
        self._secrets.delete(name).add_done_callback(partial(_end, done, was_kept))
        return done

    def is_kept(self, profile_id: str) -> bool:
        """Whether it is kept for this run only."""
        return self._name(profile_id) in self._secrets.kept()

    async def get(self, profile: Profile) -> Credential:
        """The credential for the hosts of this profile; raises ``LookUpFailed`` when it cannot be had."""
        from asyncio import wrap_future

        from hookscope.records.model import Code, LookUpFailed

        try:
            credential = await wrap_future(self._read(_name(profile.id, profile.apis["platform"])))
        except KeyringTrouble as trouble:
            raise LookUpFailed(Code.KEYRING, str(trouble)) from None
        if credential is None:
            sentence = f"There is no credential for {profile.name} yet. Import a key file or paste an access token."
            raise LookUpFailed(Code.NO_CREDENTIAL, sentence)
        return credential

    def _read(self, name: OwnName) -> Future[Credential | None]:
        done: Future[Credential | None] = Future()
        self._secrets.read([name]).add_done_callback(partial(_take, done, name))
        return done

    def _name(self, profile_id: str) -> OwnName:
        return _name(profile_id, self._base())


def _name(profile_id: str, base: str) -> OwnName:
    """What a credential is called in the keyring."""
    from hookscope.records.profiles import CUSTOM, origin

    return OwnName(f"{OURS}{profile_id} {origin(base.strip()) if profile_id == CUSTOM else ''}".rstrip())


def profile_of(id: str, base: str = "") -> Profile:
    """The profile with this id, *custom* at this base address; raises ``UnknownProfile`` and ``BadBase``."""
    from hookscope.records.profiles import CUSTOM, custom_profile, load_profiles

    if id == CUSTOM:
        return custom_profile(base)
    known = load_profiles()
    if id not in known:
        raise UnknownProfile(f"There is no profile named {visible(id)}. Use one of {', '.join(known)}.")
    return known[id]


def _end(done: Future[None], was_kept: bool, deleted: Future[None]) -> None:
    """Complete ``done``; where there is no keyring, one that was kept for this run is gone all the same."""
    if deleted.cancelled():
        _cancel(done)
    elif (error := deleted.exception()) and not (was_kept and isinstance(error, KeyringAbsent)):
        done.set_exception(error)
    else:
        done.set_result(None)


def _cancel(done: Future[Any]) -> None:
    done.cancel()
    done.set_running_or_notify_cancel()


def _take(done: Future[Credential | None], name: str, read: Future[Mapping[str, Secret]]) -> None:
    """Complete ``done`` with what the keyring had."""
    if read.cancelled():
        _cancel(done)
        return
    try:
        done.set_result(_credential(read.result()[name]))
    except KeyringTrouble as trouble:
        done.set_exception(trouble)


def _credential(secret: Secret) -> Credential | None:
    from hookscope.records.key_file import read_credential

    if secret.is_damaged:
        raise KeyringTrouble(f"The credential is not complete in the keyring. {AGAIN}")
    if trouble := _trouble(secret):
        raise trouble
    if secret.reason:
        return None
    try:
        return read_credential(secret.value)
    except ValueError:
        raise KeyringTrouble(f"What the keyring has as the credential cannot be read. {AGAIN}") from None


def _trouble(secret: Secret) -> KeyringTrouble | None:
    if secret.reason == LOCKED:
        return KeyringLocked(secret.sentence)
    if secret.reason != ABSENT:
        return None
    absent = KeyringAbsent()
    return absent if str(absent) == secret.sentence else KeyringTrouble(secret.sentence)
