"""The commands; each is a few lines over the packages below.

Exit codes: 0 done, 1 the answer is no, 2 wrong use or cannot run.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hookscope import __version__

if TYPE_CHECKING:
    from hookscope.program import Program

    Actions = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  argparse has no public name for it

DONE, NO, CANNOT = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # there is none without a console on Windows
        sys.stdout.reconfigure(errors="backslashreplace")  # a sender's text may have what this terminal cannot show
    chosen = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = chosen.run
    try:
        return run(chosen)
    except KeyboardInterrupt:
        return DONE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to print has no reader
        return DONE


def window() -> int:
    """The entry point that opens no console on Windows."""
    return main(sys.argv[1:])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hookscope", description="A desktop webhook inspector. Without a command it opens the window."
    )
    parser.add_argument("--version", action="version", version=f"hookscope {__version__}")
    parser.add_argument("--once", action="store_true", help="send the sample, show it, and end")
    _add_data_dir(parser)
    parser.set_defaults(run=_open_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_listen(commands)
    _add_endpoints(commands)
    _add_deliveries(commands)
    _add_secret(commands)
    _add_verify(commands)
    _add_record(commands)
    return parser


def _add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="where everything is kept (also HOOKSCOPE_DATA_DIR)",
    )


def _add_command(
    commands: Actions, name: str, help_text: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text, description=f"{help_text[0].upper()}{help_text[1:]}.")
    _add_data_dir(parser)
    parser.set_defaults(run=run)
    return parser


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json prints one object per line")


def _add_listen(commands: Actions) -> None:
    listen = _add_command(commands, "listen", "listen in the terminal, without a window", _listen)
    listen.add_argument("--port", type=_port, metavar="N", help="the port to listen on; 0 takes a free one")
    _add_format(listen)


def _add_endpoints(commands: Actions) -> None:
    endpoints = commands.add_parser("endpoints", help="list, apply or export endpoints (a workspace file)")
    actions = endpoints.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_format(_add_command(actions, "list", "list the endpoints", _list_endpoints))
    apply = _add_command(actions, "apply", "take over the endpoints of a workspace file", _apply_endpoints)
    apply.add_argument("file", type=Path, metavar="FILE")
    apply.add_argument(
        "--allow-forward", nargs="+", default=[], metavar="HOST", help="let requests be forwarded to these hosts, too"
    )
    export = _add_command(actions, "export", "write all endpoints to a workspace file", _export_endpoints)
    export.add_argument("file", type=Path, metavar="FILE")


def _add_deliveries(commands: Actions) -> None:
    deliveries = commands.add_parser("deliveries", help="list or show stored deliveries")
    actions = deliveries.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = _add_command(actions, "list", "list stored deliveries, newest first", _list_deliveries)
    listing.add_argument("--limit", type=int, default=100, metavar="N", help="how many at most (100)")
    _add_format(listing)
    show = _add_command(actions, "show", "show one delivery whole", _show_delivery)
    show.add_argument("id", type=int, metavar="ID")
    _add_format(show)


def _add_secret(commands: Actions) -> None:
    secret = commands.add_parser("secret", help="put a secret into the keyring of the operating system")
    actions = secret.add_subparsers(title="actions", metavar="ACTION", required=True)
    keep = _add_command(actions, "set", "read a secret from standard input into the keyring", _set_secret)
    keep.add_argument("name", metavar="NAME", help="what endpoints call it in a workspace file")


def _add_verify(commands: Actions) -> None:
    verify = _add_command(commands, "verify", "verify one request; exit code 0 only when it is verified", _verify)
    verify.add_argument("file", type=Path, metavar="FILE", help="one raw HTTP/1.1 request; - reads standard input")
    verify.add_argument("--scheme", required=True, metavar="NAME|FILE.toml", help="a scheme by its id, or from a file")
    secrets = verify.add_mutually_exclusive_group()
    secrets.add_argument(
        "--secret-file", type=Path, action="append", metavar="F", help="a secret, taken to the byte; may be repeated"
    )
    secrets.add_argument("--secret-name", action="append", metavar="NAME", help="a secret's name in the keyring")
    verify.add_argument(
        "--set", type=_option, action="append", default=[], metavar="OPTION=VALUE", help="an option of the scheme"
    )
    verify.add_argument("--url", default="", metavar="URL", help="the address the sender used")
    verify.add_argument("--at", type=float, metavar="UNIX", help="the time of arrival; now by default")
    _add_format(verify)


def _add_record(commands: Actions) -> None:
    record = _add_command(
        commands, "record", "look up the record behind an id; exit code 0 only when it is there", _record
    )
    record.add_argument("id", metavar="ID", help="an id as deliveries have it, such as AG-…:ORD-…, AG-… or U-…")
    record.add_argument(
        "--type", metavar="NAME", help="which record, where an id has several, such as account and location"
    )
    where = record.add_mutually_exclusive_group()
    where.add_argument(
        "--profile", metavar="NAME", help="production, demo or custom; by default the one that is chosen in the window"
    )
    where.add_argument(
        "--api-base",
        metavar="URL",
        help="another API: https, or http on this computer; gets the token of --token-file only",
    )
    record.add_argument(
        "--token-file", type=Path, metavar="F", help="a file with an access token, to use instead of the keyring"
    )
    _add_format(record)


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text} is not written OPTION=VALUE")
    return name, value


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: use a number from 0 to 65535")
    return int(text)


def _folder(chosen: argparse.Namespace) -> Path:
    from hookscope.settings import data_folder

    return getattr(chosen, "data_dir", None) or data_folder()


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return CANNOT


def _open_window(chosen: argparse.Namespace) -> int:
    if not _has_display():
        print("There is no display, so Hookscope listens in the terminal and sends itself one sample.", flush=True)
        return _run_in_terminal(chosen, port=None, as_json=False, sample=True, once=chosen.once)
    from hookscope.ui.application import run

    folder = _folder(chosen)
    try:
        return run(lambda: _program(folder), folder=folder, once=chosen.once)
    except Exception as error:
        from hookscope.control import ask
        from hookscope.instance import AlreadyRunning

        if not isinstance(error, AlreadyRunning):
            raise
        if ask(folder, "show"):
            return DONE
        return _complain(f"{error} It has no window. Stop it, or choose another folder with --data-dir.")


def _program(folder: Path) -> Program:
    from hookscope.program import Program  # loaded when the window is on screen already

    return Program(folder)


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _listen(chosen: argparse.Namespace) -> int:
    return _run_in_terminal(chosen, port=chosen.port, as_json=chosen.format == "json")


def _run_in_terminal(
    chosen: argparse.Namespace, *, port: int | None, as_json: bool, sample: bool = False, once: bool = False
) -> int:
    from hookscope import terminal
    from hookscope.instance import AlreadyRunning
    from hookscope.program import CannotStart, Program

    try:
        program = Program(_folder(chosen))
    except (AlreadyRunning, CannotStart) as error:
        return _complain(str(error))
    write = terminal.write_json if as_json else terminal.write_text
    try:
        for notice in program.notices:
            print(notice, file=sys.stderr)
        return asyncio.run(terminal.listen(program, port, write, sample=sample, once=once))
    finally:
        program.close()


def _list_endpoints(chosen: argparse.Namespace) -> int:
    return _read(chosen, _print_endpoints)


def _print_endpoints(db: sqlite3.Connection, chosen: argparse.Namespace) -> int:
    from hookscope.endpoints import load
    from hookscope.visible import visible

    for endpoint in load(db):
        if chosen.format == "json":
            status = endpoint.response.status
            print(json.dumps({"id": endpoint.id, "name": endpoint.name, "path": endpoint.path, "status": status}))
        else:
            print(f"{visible(endpoint.name):30}  {visible(endpoint.path) or 'every other path'}")
    return DONE


def _apply_endpoints(chosen: argparse.Namespace) -> int:
    from hookscope.control import ask
    from hookscope.deliveries.database import TooNew, open_database
    from hookscope.endpoints import ForwardRefused, WorkspaceError, apply_workspace, files_named, parse_workspace
    from hookscope.private_files import make_private_folder
    from hookscope.responses.files import FOLDER, Files
    from hookscope.visible import visible

    folder = _folder(chosen)
    try:
        workspace = parse_workspace(chosen.file.read_text("utf-8"))
        make_private_folder(folder)
        db = open_database(folder).db
        applied = apply_workspace(db, workspace.endpoints, workspace.schemes, allow_forward=chosen.allow_forward)
        db.close()
    except ForwardRefused as error:
        return _complain(f"{chosen.file}: {error} If you want that, add --allow-forward {visible(error.host)}.")
    except (OSError, UnicodeDecodeError, WorkspaceError, TooNew, sqlite3.Error) as error:
        return _complain(f"{chosen.file}: {error}")
    ask(folder, "reload")
    for endpoint in applied:
        print(f"{endpoint.name}  {endpoint.path}")
    files = Files(folder / FOLDER)
    for name in filter(files.missing, files_named(applied)):
        _complain(f"{visible(name)} is not in {files.folder}. Put it there; until then, requests get 500.")
    return DONE


def _export_endpoints(chosen: argparse.Namespace) -> int:
    return _read(chosen, _write_workspace)


def _write_workspace(db: sqlite3.Connection, chosen: argparse.Namespace) -> int:
    from hookscope.endpoints import export_workspace, load
    from hookscope.endpoints.storage import load_schemes

    text = export_workspace(load(db), load_schemes(db).own)
    if str(chosen.file) == "-":
        print(text, end="")
    else:
        try:
            chosen.file.write_text(text, "utf-8")
        except OSError as error:
            return _complain(f"{chosen.file} cannot be written ({error.strerror}).")
    return DONE


def _list_deliveries(chosen: argparse.Namespace) -> int:
    return _read(chosen, _print_deliveries)


def _print_deliveries(db: sqlite3.Connection, chosen: argparse.Namespace) -> int:
    from hookscope import terminal
    from hookscope.deliveries import queries
    from hookscope.deliveries.as_json import summary

    ids = queries.newest_ids(db, None, chosen.limit)
    rows = queries.rows(db, ids)
    write = terminal.write_json if chosen.format == "json" else terminal.write_text
    for row in (rows[id] for id in ids if id in rows):
        write(summary(row))
    return DONE


def _show_delivery(chosen: argparse.Namespace) -> int:
    return _read(chosen, _print_delivery)


def _print_delivery(db: sqlite3.Connection, chosen: argparse.Namespace) -> int:
    from hookscope import terminal
    from hookscope.deliveries import queries
    from hookscope.deliveries.as_json import whole

    delivery = queries.delivery(db, chosen.id)
    if delivery is None:
        print(f"There is no delivery {chosen.id}.", file=sys.stderr)
        return NO
    if chosen.format == "json":
        print(json.dumps(whole(delivery)))
    else:
        print(terminal.as_text(delivery))
    return DONE


def _set_secret(chosen: argparse.Namespace) -> int:
    from hookscope import verify_command

    return verify_command.set_secret(_folder(chosen), chosen.name)


def _verify(chosen: argparse.Namespace) -> int:
    from hookscope import verify_command

    return verify_command.verify(chosen)


def _record(chosen: argparse.Namespace) -> int:
    from hookscope import record_command
    from hookscope.settings import load

    folder = _folder(chosen)

    def stored() -> tuple[str, str]:
        settings, problem = load(folder)
        if problem:
            _complain(problem)
        return settings.records_profile, settings.records_base

    return record_command.record(chosen, folder, stored)


def _read(chosen: argparse.Namespace, job: Callable[[sqlite3.Connection, argparse.Namespace], int]) -> int:
    """Run a read over the history, which is opened read-only."""
    from hookscope.deliveries import open_for_reading

    folder = _folder(chosen)
    try:
        db = open_for_reading(folder)
        try:
            return job(db, chosen)
        finally:
            db.close()
    except sqlite3.Error as error:
        return _complain(f"{folder} cannot be read ({error}). Start hookscope once, or choose one with --data-dir.")
