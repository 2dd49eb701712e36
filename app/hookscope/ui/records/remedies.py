"""What can be done about a look-up that failed. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from hookscope.records.model import Code, LookUpFailed

Remedy = tuple[str, Callable[[], None]]

AGAIN, NEW, OTHER, BEFORE = "Try again", "Get a new one", "Use another credential", "Show what was fetched before"
ENTER = "Enter a credential"
HINT = "Which scopes it has is as the token says."

_NEW_ONE = (Code.TOKEN_REFUSED, Code.KEY_REFUSED)
_OTHER_ONE = (Code.FORBIDDEN, Code.NOT_FOUND)
_FINAL = (Code.NOTHING_TO_FETCH, Code.UNKNOWN_ID)


def remedies(
    failure: LookUpFailed,
    again: Callable[[], None],
    ask_credential: Callable[[], None],
    show_before: Callable[[], None] | None,
) -> list[Remedy]:
    """The buttons under the sentence; ``show_before`` goes back to a record that was fetched earlier, if one was."""
    found: list[Remedy] = []
    if failure.code in _NEW_ONE:
        found.append((NEW, ask_credential))
    if failure.code not in _FINAL:
        found.append((AGAIN, again))
    if failure.code is Code.KEYRING:
        found.append((ENTER, ask_credential))
    if failure.code in _OTHER_ONE:
        found.append((OTHER, ask_credential))
    if show_before is not None:
        found.append((BEFORE, show_before))
    return found


def hint(failure: LookUpFailed, *, granted: bool) -> str:
    """A line under the sentence where that rests on a token that nobody has verified."""
    return HINT if failure.code is Code.FORBIDDEN and granted else ""
