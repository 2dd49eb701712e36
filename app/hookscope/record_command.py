"""The command ``record``: the record behind an id, without a window."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from hookscope.bundled import RECORD_TYPES
from hookscope.credentials import Credentials, UnknownProfile, profile_of
from hookscope.record_access import StoredProfile
from hookscope.records.catalogue import Catalogue, load_catalogue
from hookscope.records.failures import in_words
from hookscope.records.key_file import LARGEST, KeyFileError, read_token
from hookscope.records.look_ups import LookUps
from hookscope.records.model import AccessToken, Code, Credential, LookUp, LookUpFailed, Profile, Record
from hookscope.records.profiles import CUSTOM, BadBase, custom_profile
from hookscope.records.reading import EXAMPLE, shown_fields, title
from hookscope.secret_store import SecretStore, quiet_loggers
from hookscope.visible import visible

DONE, NO, CANNOT = 0, 1, 2

# What came to nothing before the platform could say anything about the id.
UNANSWERED = frozenset({Code.NO_CREDENTIAL, Code.KEYRING, Code.UNKNOWN_ID, Code.NETWORK, Code.TIMEOUT})

Stored = Callable[[], StoredProfile]
Ask = Callable[[], Awaitable[Credential]]


class WrongUse(Exception):
    """The command cannot run as it was given; the text says why."""


def record(chosen: argparse.Namespace, folder: Path, stored: Stored) -> int:
    """Look up the record of an id and print it; the exit code."""
    quiet_loggers()
    as_json = chosen.format == "json"
    catalogue, unread = load_catalogue(folder / RECORD_TYPES)
    for sentence in unread:
        _complain(sentence)
    try:
        with _access(chosen, stored) as (profile, ask):
            found = asyncio.run(_fetch(catalogue, profile, ask, chosen))
    except KeyboardInterrupt:
        return _complain("Cancelled.")
    except (WrongUse, BadBase, UnknownProfile) as error:
        return _complain(str(error))
    except LookUpFailed as failure:
        _print_failure(chosen.id, failure, as_json=as_json)
        return CANNOT if failure.code in UNANSWERED else NO
    print(json.dumps(_table(found)) if as_json else _as_text(found, catalogue))
    return DONE


@contextmanager
def _access(chosen: argparse.Namespace, stored: Stored) -> Iterator[tuple[Profile, Ask]]:
    """Where to look up, and the credential for it, which is read only when it is needed."""
    if chosen.api_base is not None:
        if chosen.token_file is None:
            raise WrongUse("Another base address gets only a token of your own. Add --token-file.")
        yield custom_profile(chosen.api_base), _given(chosen.token_file)
        return
    in_use, base = ("", "") if chosen.profile not in {None, CUSTOM} else stored()
    profile = profile_of(chosen.profile or in_use, base)
    if chosen.token_file is not None:
        yield profile, _given(chosen.token_file)
        return
    store = SecretStore()
    store.subscribe_waiting(_tell_waiting)
    try:
        yield profile, partial(Credentials(store, lambda: base).get, profile)
    finally:
        store.close()


def _given(path: Path) -> Ask:
    """The token of a file, taken to the byte but for one line ending at its end."""
    token = _token(path)

    async def ask() -> Credential:
        return token

    return ask


def _token(path: Path) -> AccessToken:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise WrongUse(f"{path} cannot be read ({error.strerror}).") from None
    if len(data) > LARGEST:
        raise WrongUse(f"{path} is too large for an access token. Write the token alone into it.")
    text = data.decode("latin-1")
    bare = text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
    try:
        token = read_token(bare)
    except KeyFileError as error:
        raise WrongUse(f"{path}: {error}") from None
    if token.value != bare:
        raise WrongUse(f"{path} has more than an access token. Write the token alone into it, without spaces.")
    return token


async def _fetch(catalogue: Catalogue, profile: Profile, ask: Ask, chosen: argparse.Namespace) -> Record:
    look_up = _look_up(catalogue, chosen.id, chosen.type)
    look_ups = LookUps(catalogue, profile, ask)
    try:
        return await look_ups.fetch(look_up, waiting=_tell_wait)
    finally:
        await look_ups.aclose()


def _look_up(catalogue: Catalogue, id: str, type: str | None) -> LookUp:
    """What to fetch for an id: the first of its types, or the one that is asked for; raises ``LookUpFailed``."""
    if type is not None:
        if type not in catalogue.types:
            raise WrongUse(f"There is no type {type}. Use one of {', '.join(catalogue.types)}.")
        return catalogue.look_up(type, id)
    if fitting := catalogue.look_ups(id):
        return fitting[0]
    if nothing := catalogue.nothing(id):
        raise LookUpFailed(Code.NOTHING_TO_FETCH, ". ".join(nothing))
    raise LookUpFailed(Code.UNKNOWN_ID, f"{id} has the shape of no id. Ids look like AG-…, AG-…:ORD-… or U-….")


def _tell_waiting(sentence: str) -> None:
    if sentence:
        _complain(sentence)


def _tell_wait(seconds: float) -> None:
    if seconds:
        _complain(f"Too many requests. Trying again in {in_words(seconds)}.")


def _print_failure(id: str, failure: LookUpFailed, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"id": id, "error": {"code": failure.code, "message": failure.sentence}}))
        return
    _complain(failure.sentence)
    if failure.code is Code.NO_CREDENTIAL:
        _complain("Do that in the window, or name a file with an access token by --token-file.")
    if failure.detail:
        _complain(f"The platform says: {failure.detail}")


def _table(found: Record) -> dict[str, Any]:
    example = {"example": True} if found.example else {}
    look_up = found.look_up
    told = {"id": look_up.id, "type": look_up.type, "url": found.url, "status": found.status}
    return {**told, **example, "record": found.document}


def _as_text(found: Record, catalogue: Catalogue) -> str:
    """The record for people: its title, what is worth seeing first, and all of it as JSON."""
    fields = shown_fields(catalogue.fields_of(found.look_up), found.document)
    width = max((len(field.title) for field in fields), default=0)
    lines = [
        title(found.look_up, catalogue),
        EXAMPLE if found.example else found.url,
        "",
        *(f"{field.title:{width}}  {field.text}{f'  ({field.raw})' if field.raw else ''}" for field in fields),
    ]
    whole = json.dumps(found.document, indent=2, ensure_ascii=False)
    return "\n".join([*map(visible, lines), "", visible(whole, limit=0, lines=True)])


def _complain(sentence: str) -> int:
    print(visible(sentence, limit=0), file=sys.stderr, flush=True)
    return CANNOT
