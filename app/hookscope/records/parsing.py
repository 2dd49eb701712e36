"""Record types as data: one TOML file is one type, read strictly."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from stat import S_ISREG
from types import MappingProxyType

from hookscope.ids import Shape
from hookscope.records.model import APIS, JSON_API, Call, FieldSpec, Kind, RecordType, Related
from hookscope.records.paths import path_problem
from hookscope.records.patterns import PatternError, check_pattern
from hookscope.strict_table import StrictTable, TableError

LARGEST_FILE = 64 * 1024
ENVIRONMENTS = ("production", "demo", "custom")

_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NAMES = re.compile(r"[a-z][a-z0-9_-]*(?:\|[a-z][a-z0-9_-]*)*")
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_~:@-][A-Za-z0-9._~:@-]*)+")
_SCOPE = re.compile(r"[!#-\[\]-~]{1,80}")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")


def read_type(path: Path) -> RecordType:
    """The type in a file, whose name is its id; raises ``TableError`` that names the file and the place in it."""
    try:
        table = StrictTable(tomllib.loads(_text(path)))
        type = _Reader(path).type(table)
        table.finish()
    except OSError as error:
        raise TableError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    except RecursionError:
        raise TableError(f"{path.name}: The file is nested too deep.") from None
    except ValueError as error:  # of TOML and UTF-8, too
        raise TableError(f"{path.name}: {error}") from None
    return type


def needed_types(type: RecordType) -> frozenset[str]:
    """The other types of which the calls of a type need an id."""
    calls = [type.call, *(related.call for related in type.related)]
    texts = [text for call in calls if call for text in call.texts]
    names = {name for text in texts for place in PLACEHOLDER.findall(text) for name in place.split("|")}
    return frozenset(names - {"id"})


def _text(path: Path) -> str:
    about = path.stat()
    if not S_ISREG(about.st_mode):  # a pipe or device may never end
        raise TableError("It is no file that can be read.")
    if about.st_size > LARGEST_FILE:
        raise TableError(f"The file is larger than {LARGEST_FILE // 1024} kB.")
    return path.read_text("utf-8")


class _Reader:
    """Reads one file; examples stand beside it in ``examples``."""

    def __init__(self, path: Path) -> None:
        self._id = path.stem
        self._examples = path.parent / "examples"

    def type(self, table: StrictTable) -> RecordType:
        if not _ID.fullmatch(self._id):
            raise TableError("The name of the file must be small letters, digits, - and _, such as invoice.toml.")
        if "path" not in table and "nothing" not in table:
            raise TableError("path is missing, or nothing for ids that have no record.")
        return self._with_record(table) if "path" in table else self._without_record(table)

    def _with_record(self, table: StrictTable) -> RecordType:
        call = _call(table)
        type = RecordType(
            self._id,
            table.filled("title"),
            _shape(table, self._id, is_fetched=True),
            call,
            short=_taken(table, "short"),
            asked=_taken(table, "asked"),
            environments=_environments(table, "environments"),
            fields=tuple(map(_field, table.tables("field"))),
            related=tuple(self._related(each, call.api) for each in table.tables("related")),
            examples=self._example_records(table),
            rank=_rank(table),
            missing=table.filled("missing", ""),
        )
        _check_related(type)
        if needed_types(type) and not type.missing:
            raise TableError("missing must say what is missing when there is no id for the other placeholders.")
        return type

    def _without_record(self, table: StrictTable) -> RecordType:
        return RecordType(
            self._id,
            table.filled("title"),
            _shape(table, self._id, is_fetched=False),
            nothing=table.filled("nothing"),
            short=_taken(table, "short"),
            rank=_rank(table),
            alone=table.flag("alone", False),
            samples=_all_filled(table, "samples", ()),
        )

    def _related(self, table: StrictTable, api: str) -> Related:
        return Related(
            _name(table, "name"),
            table.filled("title"),
            _call(table, api),
            tuple(map(_field, table.tables("field"))),
            self._example(table, "example") if "example" in table else "",
        )

    def _example_records(self, table: StrictTable) -> Mapping[str, str]:
        if "examples" not in table:
            return MappingProxyType({})
        inner = table.table("examples")
        pattern = re.compile(table.text("pattern"))
        for id in inner.names():
            if not pattern.fullmatch(id):
                raise TableError(f"{inner.place(id)} is no id that fits the pattern.")
        return MappingProxyType({id: self._example(inner, id) for id in inner.names()})

    def _example(self, table: StrictTable, key: str) -> str:
        """The text of an example, which must be JSON; it is found only in the folder beside the file."""
        name = _name(table, key)
        try:
            text = _text(self._examples / f"{name}.json")
            json.loads(text)
        except OSError as error:
            problem = f"names examples/{name}.json, which cannot be read: {error.strerror or error}."
            raise TableError(f"{table.place(key)} {problem}") from None
        except (ValueError, RecursionError) as error:
            raise TableError(f"{table.place(key)} names examples/{name}.json, which is no JSON: {error}.") from None
        return text


# --- ids -------------------------------------------------------------------------------------------------------------


def _shape(table: StrictTable, id: str, *, is_fetched: bool) -> Shape:
    keys = frozenset(_all_filled(table, "keys", ()))
    pattern = table.filled("pattern")
    try:
        check_pattern(pattern, literals=0) if keys else check_pattern(pattern)
    except PatternError as error:
        raise TableError(f"{table.place('pattern')} {error}") from None
    return Shape(id, pattern, keys, is_fetched)


def _taken(table: StrictTable, key: str) -> str:
    """A pattern whose first group is taken of an id."""
    pattern = table.filled(key, "")
    if pattern:
        try:
            check_pattern(pattern, literals=0, captures=True)
        except PatternError as error:
            raise TableError(f"{table.place(key)} {error}") from None
    return pattern


def _rank(table: StrictTable) -> int:
    return table.integer("rank", 500, range(1001))


def _environments(table: StrictTable, key: str) -> tuple[str, ...]:
    names = table.texts(key, ())
    if unknown := sorted(set(names) - set(ENVIRONMENTS)):
        raise TableError(f"{table.place(key)} has {unknown[0]!r}; there are {', '.join(ENVIRONMENTS)}.")
    return names


# --- calls -----------------------------------------------------------------------------------------------------------


def _call(table: StrictTable, api: str = APIS[0]) -> Call:
    call = Call(
        _api(table, "api", api),
        _path(table, "path"),
        _parameters(table, "parameters"),
        _scopes(table, "scopes"),
        _media_type(table, "accept"),
    )
    if not any("{id}" in text for text in call.texts):
        raise TableError(f"{table.place('path')} needs {{id}}, there or in the parameters.")
    return call


def _api(table: StrictTable, key: str, default: str) -> str:
    api = table.text(key, default)
    if api not in APIS:
        raise TableError(f"{table.place(key)} must be one of {', '.join(APIS)}.")
    return api


def _path(table: StrictTable, key: str) -> str:
    path = table.text(key)
    _check_placeholders(table, key, path)
    if not _PLAIN_PATH.fullmatch(PLACEHOLDER.sub("x", path)):
        raise TableError(f"{table.place(key)} must be a plain path such as /orders/{{id}}.")
    return path


def _parameters(table: StrictTable, key: str) -> tuple[tuple[str, str], ...]:
    parameters = table.pairs(key, ())
    for name, value in parameters:
        if not name:
            raise TableError(f"{table.place(key)} has a parameter without a name.")
        _check_placeholders(table, key, value)
    return parameters


def _check_placeholders(table: StrictTable, key: str, text: str) -> None:
    for name in PLACEHOLDER.findall(text):
        if not _NAMES.fullmatch(name):
            raise TableError(f"{table.place(key)} has {{{name}}}; there are {{id}} and types, such as {{account}}.")
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        raise TableError(f"{table.place(key)} has a bracket without its other half.")


def _scopes(table: StrictTable, key: str) -> tuple[str, ...]:
    scopes = table.texts(key)
    if not scopes or not all(map(_SCOPE.fullmatch, scopes)):
        raise TableError(f"{table.place(key)} must name the scopes of which one is needed, such as order:read.")
    return scopes


def _media_type(table: StrictTable, key: str) -> str:
    media_type = table.text(key, JSON_API)
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise TableError(f"{table.place(key)} must be a media type such as {JSON_API}.")
    return media_type


def _check_related(type: RecordType) -> None:
    names = [related.name for related in type.related]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            raise TableError(f"related[{number}].name is used twice.")


# --- fields ----------------------------------------------------------------------------------------------------------


def _field(table: StrictTable) -> FieldSpec:
    kind = table.one_of("kind", Kind, Kind.TEXT)
    return FieldSpec(
        table.filled("title"),
        _paths(table, "paths"),
        kind,
        _words(table, "words") if kind is Kind.WORDS else MappingProxyType({}),
        _one_path(table, "currency") if kind is Kind.AMOUNT else "",
        _all_filled(table, "payload", ()) if kind not in {Kind.ITEMS, Kind.COUNT} else (),
        _parts(table, "part") if kind is Kind.ITEMS else (),
    )


def _parts(table: StrictTable, key: str) -> tuple[FieldSpec, ...]:
    parts = tuple(map(_part, table.tables(key)))
    if not parts:
        raise TableError(f"{table.place(key)} is missing: what a line is put together from.")
    return parts


def _part(table: StrictTable) -> FieldSpec:
    kind = table.one_of("kind", Kind, Kind.TEXT)
    if kind is Kind.ITEMS:
        raise TableError(f"{table.place('kind')} cannot be items inside of items.")
    return FieldSpec(
        "",
        _paths(table, "paths"),
        kind,
        _words(table, "words") if kind is Kind.WORDS else MappingProxyType({}),
        _one_path(table, "currency") if kind is Kind.AMOUNT else "",
        before=table.text("before", " "),
    )


def _words(table: StrictTable, key: str) -> Mapping[str, str]:
    inner = table.table(key, required=False)
    return MappingProxyType({name: inner.filled(name) for name in inner.names()})


def _paths(table: StrictTable, key: str) -> tuple[str, ...]:
    paths = table.texts(key)
    if not paths:
        raise TableError(f"{table.place(key)} is empty.")
    for number, path in enumerate(paths, 1):
        if problem := path_problem(path):
            raise TableError(f"{table.place(key)}[{number}] {problem}")
    return paths


def _one_path(table: StrictTable, key: str) -> str:
    path = table.text(key)
    if problem := path_problem(path):
        raise TableError(f"{table.place(key)} {problem}")
    return path


# --- texts -----------------------------------------------------------------------------------------------------------


def _all_filled(table: StrictTable, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    texts = table.texts(key, default)
    if not all(text.strip() for text in texts):
        raise TableError(f"{table.place(key)} has an empty text.")
    return texts


def _name(table: StrictTable, key: str) -> str:
    name = table.text(key)
    if not _ID.fullmatch(name):
        raise TableError(f"{table.place(key)} must be small letters, digits, - and _.")
    return name
