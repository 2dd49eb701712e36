"""What can be done about a look-up that failed. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hookscope.records.model import Code, LookUpFailed

if TYPE_CHECKING:
    from hookscope.ui.parts.flat_button import Action

AGAIN, NEW, OTHER, BEFORE = "Try again", "Get a new one", "Use another credential", "Show what was fetched before"
ENTER = "Enter a credential"
HINT = "The scopes it has are those the token itself names."

_NEW_ONE = (Code.TOKEN_REFUSED, Code.KEY_REFUSED)
_OTHER_ONE = (Code.FORBIDDEN, Code.NOT_FOUND)
_FINAL = (Code.NOTHING_TO_FETCH, Code.UNKNOWN_ID)


def remedies(
    failure: LookUpFailed,
    again: Callable[[], None],
    ask_credential: Callable[[], None],
    show_before: Callable[[], None] | None,
) -> list[Action]:
    """The buttons under the sentence; ``show_before`` goes back to a record that was fetched earlier, if one was."""
    found: list[Action] = []
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
