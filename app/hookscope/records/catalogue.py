"""The record types there are, and what to fetch for an id."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, unquote

from hookscope.bundled import RECORD_TYPES, resources
from hookscope.ids import Found, Shapes
from hookscope.records.model import Call, Code, FieldSpec, LookUp, LookUpFailed, RecordType, Related
from hookscope.records.parsing import PLACEHOLDER, needed_types, read_type
from hookscope.records.patterns import MOST_WAYS, ways
from hookscope.strict_table import TableError
from hookscope.visible import visible

OWN_TYPES_AT_MOST = 100
SAFE_IN_PATHS = ":@,+="
"""Besides letters, digits and ``-._~``; the colon is part of many ids."""

_NO_EXAMPLE = '{\n  "data": []\n}\n'


class Catalogue:
    """All record types, in their order. Immutable, so that any thread may ask.

    ``beside`` is what else was found in the same delivery; some records are only found below a partner or an account.
    """

    def __init__(self, types: Iterable[RecordType] = ()) -> None:
        """Take these types and put them in order."""
        ordered = sorted(types, key=lambda type: (type.rank, type.id))
        self.types: Mapping[str, RecordType] = MappingProxyType({type.id: type for type in ordered})
        self.shapes = Shapes(type.shape for type in ordered)
        self._samples = frozenset(id for type in ordered for id in (*type.examples, *type.samples))

    def look_up(self, type_id: str, id: str, beside: Iterable[Found] = ()) -> LookUp:
        """What to fetch for an id of this type; raises ``LookUpFailed``."""
        type = self.types.get(type_id)
        if type is None:
            raise LookUpFailed(Code.UNKNOWN_ID, f"There is no record type {visible(type_id, 40)}.")
        if not _fits(type, id):
            sentence = f"{visible(id, 80)} does not look like the id of this type: {type.title}. Check what was copied."
            raise LookUpFailed(Code.UNKNOWN_ID, sentence)
        if type.call is None:
            raise LookUpFailed(Code.NOTHING_TO_FETCH, type.nothing)
        look_up = _look_up(type, type.call, id, self._by_type(beside))
        if look_up is None:
            raise LookUpFailed(Code.NOTHING_TO_FETCH, type.missing)
        return look_up

    def look_ups(self, id: str, beside: Iterable[Found] = ()) -> tuple[LookUp, ...]:
        """What can be fetched for an id, in the order of its types; keys do not matter, since the user asks for it."""
        others = self._by_type(beside)
        found = (_look_up(type, type.call, id, others) for type in self._fitting(id) if type.call is not None)
        return tuple(filter(None, found))  # nothing() says what is missing for the others

    def related(self, look_up: LookUp, beside: Iterable[Found] = ()) -> tuple[LookUp, ...]:
        """What else can be fetched for a record; nothing for what is itself related to one."""
        type = self.type_of(look_up)
        if type is None or look_up.related:
            return ()
        others = self._by_type(beside)
        found = (_look_up(type, related.call, look_up.id, others, related) for related in type.related)
        return tuple(filter(None, found))

    def type_of(self, look_up: LookUp) -> RecordType | None:
        """The type of the record, or of the one it belongs to; ``None`` for a link of which nothing is known."""
        return self.types.get(look_up.type)

    def fields_of(self, look_up: LookUp) -> tuple[FieldSpec, ...]:
        """What is worth showing first."""
        type = self.type_of(look_up)
        if type is None:
            return ()
        if not look_up.related:
            return type.fields
        related = _related_of(type, look_up)
        return related.fields if related else ()

    def short(self, id: str) -> str:
        """What of an id is shown."""
        for type in self.types.values():
            if type.short and (found := re.fullmatch(type.short, id)):
                return found[1] or id
        return id

    def example(self, look_up: LookUp) -> str | None:
        """The JSON of the example record of ours for an id of documentation or samples, ``None`` for any other id.

        What else has such an id in it has an example, too, be it an empty one: it never goes to the network.
        """
        type = self.type_of(look_up)
        text = (type.examples.get(look_up.id) or type.examples.get(_asked(type, look_up.id))) if type else None
        if type is None or text is None:
            return _NO_EXAMPLE if self._names_sample(look_up) else None
        if look_up.related:
            related = _related_of(type, look_up)
            text = (related.example if related else "") or _NO_EXAMPLE
        return text.replace("{id}", json.dumps(look_up.id)[1:-1])

    def nothing(self, id: str, key: str = "", beside: Iterable[Found] = ()) -> tuple[str, str] | None:
        """A heading and a line for an id that has no record, or none that can be found with what is ``beside`` it.

        ``key`` is the name the id stands under, or the id of its type.
        """
        line = self._why_nothing(id, key, beside)
        return (f"Nothing to look up for {visible(self.short(id), 60)}", line) if line else None

    def environment_problem(self, look_up: LookUp, profile_id: str) -> str:
        """Why a record is not there in an environment, in one sentence; ``""`` where it may be."""
        type = self.type_of(look_up)
        if type is None or not type.environments or profile_id in type.environments:
            return ""
        return f"{type.title} is only there in: {', '.join(type.environments)}. Change the profile to look it up."

    def _names_sample(self, look_up: LookUp) -> bool:
        values = (value for _, value in look_up.parameters)
        return not self._samples.isdisjoint([look_up.id, *map(unquote, look_up.path.split("/")), *values])

    def _fitting(self, id: str) -> tuple[RecordType, ...]:
        return tuple(type for type in self.types.values() if _fits(type, id))

    def _why_nothing(self, id: str, key: str, beside: Iterable[Found]) -> str:
        others = self._by_type(beside)
        told = {key, *self.shapes.types_of(id, key)}
        for type in self._fitting(id):
            if type.call is None and (type.id in told or (type.alone and not key)):
                return type.nothing
            if type.call is not None and _look_up(type, type.call, id, others) is None:
                return type.missing
        return ""

    def _by_type(self, beside: Iterable[Found]) -> dict[str, str]:
        """The first id of each type."""
        found: dict[str, str] = {}
        for each in beside:
            for id in each.types:
                if id in self.types and _fits(self.types[id], each.value):
                    found.setdefault(id, each.value)
        return found


def load_catalogue(own: Path | None = None) -> tuple[Catalogue, tuple[str, ...]]:
    """The types that come with the program and those in the folder ``own``.

    Also one sentence for each file of ``own`` that cannot be used; one of ours raises ``TableError``.
    """
    types = {type.id: type for type in map(read_type, sorted((resources() / RECORD_TYPES).glob("*.toml")))}
    problems = []
    ways_left = MOST_WAYS
    for path in sorted(own.glob("*.toml"))[:OWN_TYPES_AT_MOST] if own else ():
        try:
            type = read_type(path)
            _check_name(type, types, path)
            ways_left = _checked_ways(ways_left - ways(type.shape.pattern), path)
        except TableError as error:
            problems.append(str(error))
        else:
            types[type.id] = type
    usable = [type for type in types.values() if not needed_types(type) - types.keys()]
    problems += [_unknown_types(type, types) for type in types.values() if type not in usable]
    return Catalogue(usable), tuple(problems)


def _check_name(type: RecordType, types: Mapping[str, RecordType], path: Path) -> None:
    if type.id in types:
        raise TableError(f"{path.name}: There is a type {type.id} already. Give the file another name.")


def _checked_ways(left: int, path: Path) -> int:
    """What is left for the files that follow: every value of a request is tried with the patterns of all of them."""
    if left < 0:
        sentence = "pattern may take too long together with those of the other files. Give its repeats narrower bounds."
        raise TableError(f"{path.name}: {sentence}")
    return left


def _unknown_types(type: RecordType, types: Mapping[str, RecordType]) -> str:
    unknown = sorted(needed_types(type) - types.keys())
    return f"{type.id}.toml: There is no type {unknown[0]}, which a placeholder names. Check how it is written."


# --- ids -------------------------------------------------------------------------------------------------------------


def _fits(type: RecordType, id: str) -> bool:
    return id not in {".", ".."} and id.isprintable() and re.fullmatch(type.shape.pattern, id) is not None


def _asked(type: RecordType, id: str) -> str:
    """What of an id the API is asked for."""
    found = re.fullmatch(type.asked, id) if type.asked else None
    return found[1] or id if found else id


# --- calls -----------------------------------------------------------------------------------------------------------


def _look_up(
    type: RecordType, call: Call, id: str, others: Mapping[str, str], related: Related | None = None
) -> LookUp | None:
    """The look-up; ``None`` when an id of another type is needed for it and not there."""
    values = {**others, "id": _asked(type, id)}
    if any(_value(place, values) is None for text in call.texts for place in PLACEHOLDER.findall(text)):
        return None
    return LookUp(
        id,
        type.id,
        related.title if related else type.title,
        call.api,
        PLACEHOLDER.sub(lambda place: quote(_value(place[1], values) or "", safe=SAFE_IN_PATHS), call.path),
        tuple(
            (name, PLACEHOLDER.sub(lambda place: _value(place[1], values) or "", text))
            for name, text in call.parameters
        ),
        call.scopes,
        related.name if related else "",
        call.accept,
    )


def _value(place: str, values: Mapping[str, str]) -> str | None:
    """What to fill in for ``id`` or ``partner|account``."""
    return next((values[name] for name in place.split("|") if name in values), None)


def _related_of(type: RecordType, look_up: LookUp) -> Related | None:
    return next((related for related in type.related if related.name == look_up.related), None)
