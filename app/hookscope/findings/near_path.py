"""A path that no endpoint claims, but nearly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import TypeAlias

from hookscope.deliveries.targets import from_path
from hookscope.endpoints import Endpoint
from hookscope.endpoints.matching import WILDCARD, segments
from hookscope.findings.model import WRONG_PATH, Finding, finding

MOST_LETTERS = 2
FAR = MOST_LETTERS + 1
LONGEST_PATH = 200

Segments: TypeAlias = "tuple[str | None, ...]"


def near_path(target: str, taken_by: Endpoint, endpoints: Sequence[Endpoint]) -> Finding | None:
    """The finding for a raw target that the catch-all took, when it is at most two letters from an endpoint's path."""
    path = (from_path(target) or "").partition("?")[0].partition("#")[0]
    if not 1 < len(path) <= LONGEST_PATH:
        return None
    near = _nearest(path, tuple(endpoint.path for endpoint in endpoints))
    sentence = f"No endpoint has this path; {taken_by.name} took it."
    return finding(WRONG_PATH, sentence, f"Did you mean {near}?", near=near) if near else None


@lru_cache(maxsize=1024)  # the same wrong path comes again and again
def _nearest(path: str, claims: tuple[str, ...]) -> str:
    """The claim that was probably meant; ``""`` for none, and where an endpoint claims the path by now."""
    asked = segments(path)
    known = [(_segments(claim), claim) for claim in claims if claim]
    if any(_is_claimed(asked, wanted) for wanted, _ in known):
        return ""
    letters, near = min(((_letters_apart(asked, wanted), claim) for wanted, claim in known), default=(FAR, ""))
    return near if letters < FAR else ""


_segments = lru_cache(maxsize=1024)(segments)


def _is_claimed(asked: Segments, wanted: Segments) -> bool:
    pairs = zip(wanted, asked, strict=False)
    return len(asked) >= len(wanted) and all(one is WILDCARD or one == other for one, other in pairs)


def _letters_apart(asked: Segments, wanted: Segments) -> int:
    """How many letters are wrong, upper and lower case alike; ``FAR`` for too many for a claim of that length.

    As an endpoint takes everything below its path, too, more segments than it has do not count.
    """
    literal = sum(len(each or "") for each in wanted)
    fewest = min(distance(*_texts(each, wanted), MOST_LETTERS) for each in {asked[: len(wanted)], asked})
    return fewest if 2 * fewest < literal else FAR


def _texts(asked: Segments, wanted: Segments) -> tuple[str, str]:
    """Both paths as text; for ``*`` stands the segment that was asked for."""
    pairs = zip_longest(wanted, asked[: len(wanted)], fillvalue=WILDCARD)
    there = [one if one is not WILDCARD else other for one, other in pairs]
    return "/".join(each or "*" for each in asked).casefold(), "/".join(each or "*" for each in there).casefold()


def distance(one: str, other: str, most: int) -> int:
    """How many letters to insert, delete, replace or swap make one text the other; ``most + 1`` for more than that."""
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return most + 1
    same = 0
    for letter, its_other in zip(one, other, strict=False):
        if letter != its_other:
            break
        same += 1
    one, other = one[same:], other[same:]
    if not one or not other or most == 0:
        return min(max(len(one), len(other)), most + 1)
    tries = [(one[1:], other[1:]), (one[1:], other), (one, other[1:])]
    if one[:2] == other[1::-1]:
        tries.append((one[2:], other[2:]))
    return 1 + min(distance(*each, most - 1) for each in tries)
