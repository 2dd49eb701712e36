"""The commands ``secret set`` and ``verify``, without a running program."""

from __future__ import annotations

import argparse
import getpass
import json
import sqlite3
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from hookscope.control import ask
from hookscope.deliveries import Request
from hookscope.deliveries.database import TooNew, open_database, transaction
from hookscope.deliveries.raw import NotARequest, parse_raw
from hookscope.endpoints import Schemes, SecretNote, storage
from hookscope.private_files import make_private_folder
from hookscope.secret_store import BadSecret, KeyringTrouble, Secret, SecretStore
from hookscope.verification import Scheme, SchemeError, Verdict, Verifier, read_schemes
from hookscope.visible import visible

DONE, NO, CANNOT = 0, 1, 2


class WrongUse(Exception):
    """A command cannot run as it was given; the text says why."""


def set_secret(folder: Path, name: str) -> int:
    """Read a secret from standard input into the keyring; the exit code."""
    store = SecretStore()
    try:
        value, cut = _typed_secret(name)
        store.write(name, value).result()
    except (WrongUse, BadSecret, KeyringTrouble) as error:
        print(error, file=sys.stderr)
        return CANNOT
    finally:
        store.close()
    print(f"Stored in the keyring as {visible(name)}.{' One line ending at its end was left out.' if cut else ''}")
    noted = _note(folder, name)
    ask(folder, "reload")
    return DONE if noted else CANNOT


def verify(chosen: argparse.Namespace) -> int:
    """Verify the request of a file and print the verdict; the exit code."""
    try:
        request = _request(chosen.file, chosen.url)
        scheme = _scheme(chosen.scheme, getattr(chosen, "data_dir", None))
        options = _options(scheme, chosen.set)
        secrets, trouble = _secrets(chosen.secret_file or (), chosen.secret_name or ())
    except (WrongUse, NotARequest, SchemeError) as error:
        print(visible(str(error), limit=0), file=sys.stderr)
        return CANNOT
    at = time.time() if chosen.at is None else chosen.at
    verifier = Verifier(scheme, secrets, options)
    verdict = _unavailable(scheme, trouble) if trouble else verifier.verify(request, at)
    _print(verdict, as_json=chosen.format == "json")
    return DONE if verdict.state == "verified" else NO


def _typed_secret(name: str) -> tuple[str, bool]:
    """The secret, and whether a line ending at its end was left out."""
    if sys.stdin.isatty():
        return getpass.getpass(f"Secret for {visible(name)}: "), False
    data = sys.stdin.buffer.read()
    bare = data.removesuffix(b"\n").removesuffix(b"\r") if data.endswith(b"\n") else data
    try:
        return bare.decode(), len(bare) < len(data)
    except UnicodeDecodeError:
        raise WrongUse("The secret is not text in UTF-8. Write its bytes as base64 or hexadecimal.") from None


def _note(folder: Path, name: str) -> bool:
    """Remember when the secret was stored; where that fails, the secret is in the keyring all the same."""
    try:
        make_private_folder(folder)
        with closing(open_database(folder).db) as db, transaction(db):
            storage.note_secret(db, SecretNote(name, "", time.time_ns() // 1000))
    except (OSError, TooNew, sqlite3.Error) as error:
        print(f"Its date could not be noted in {folder} ({error}). Choose a folder with --data-dir.", file=sys.stderr)
        return False
    return True


def _request(path: Path, url: str) -> Request:
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise WrongUse(f"{path} cannot be read ({error.strerror}).") from None
    return parse_raw(data, url)


def _scheme(named: str, data_dir: Path | None) -> Scheme:
    if not named.endswith(".toml"):
        scheme = _stored_schemes(data_dir).get(named)
        if scheme is None:
            raise WrongUse(f"There is no scheme {named}. Use the id of a preset, such as github, or a file in .toml.")
        return scheme
    path = Path(named)
    try:
        found = read_schemes(path.read_text("utf-8"), _id_of(path))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{named} cannot be read ({error}).") from None
    except SchemeError as error:
        raise SchemeError(f"{named}: {error}") from None
    if len(found) != 1:
        raise WrongUse(f"{named} has {len(found)} schemes; it should have one.")
    return next(iter(found.values()))


def _id_of(path: Path) -> str:
    kebab = "".join(char if char.isascii() and char.isalnum() else "-" for char in path.stem.lower())
    return "-".join(filter(None, kebab.split("-"))) or "custom"


def _stored_schemes(data_dir: Path | None) -> Schemes:
    """The presets, and the schemes of a workspace when there is one in the data folder."""
    from hookscope.deliveries import open_for_reading
    from hookscope.settings import data_folder

    try:
        db = open_for_reading(data_dir or data_folder())
    except sqlite3.Error:
        return Schemes()
    try:
        return storage.load_schemes(db)
    except sqlite3.Error:
        return Schemes()
    finally:
        db.close()


def _options(scheme: Scheme, given: Sequence[tuple[str, str]]) -> dict[str, str]:
    for name, _ in given:
        if name not in scheme.option_names():
            known = ", ".join(scheme.option_names()) or "none"
            raise WrongUse(f"{scheme.id} has no option {name}. It has: {known}.")
    return dict(given)


def _secrets(files: Sequence[Path], names: Sequence[str]) -> tuple[list[bytes], Secret | None]:
    """The secrets to verify with, and why one of them cannot be had when none can."""
    try:
        values = [path.read_bytes() for path in files]
    except OSError as error:
        raise WrongUse(f"{error.filename} cannot be read ({error.strerror}).") from None
    if not names:
        return values, None
    store = SecretStore()
    try:
        found = store.read(names).result()
    finally:
        store.close()
    there = [found[name].value.encode() for name in names if not found[name].reason]
    return there, None if there else next(iter(found.values()))


def _unavailable(scheme: Scheme, trouble: Secret) -> Verdict:
    return Verdict("unavailable", trouble.reason, trouble.sentence, scheme.strength, scheme.id)


def _print(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_table(verdict)))
        return
    lines = [f"{verdict.state} ({verdict.reason})", verdict.message]
    lines += [f"- {step}" for step in verdict.steps]
    lines += [f"expected {verdict.expected}\ngot      {verdict.got}"] if verdict.got else []
    lines += [f"=> {each.sentence}" for each in verdict.diagnosis]
    lines += [f"warning: {warning}" for warning in verdict.warnings]
    print(visible("\n".join(filter(None, lines)), limit=0, lines=True))


def _table(verdict: Verdict) -> Mapping[str, Any]:
    return {
        "event": "verdict",
        "state": verdict.state,
        "scheme": verdict.scheme,
        "reason": verdict.reason,
        "message": verdict.message,
        "strength": verdict.strength,
        "warnings": list(verdict.warnings),
        "steps": list(verdict.steps),
        "diagnosis": [{"code": each.code, "sentence": each.sentence} for each in verdict.diagnosis],
    }
