"""Record types, what to fetch, and what came of it, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from hookscope.ids import Shape

APIS = ("platform", "crm")
"""The names of base addresses, which every profile has."""
JSON_API = "application/vnd.api+json"


class Kind(StrEnum):
    """How a field of a record is read by people."""

    TEXT = "text"
    AMOUNT = "amount"
    """A number of minor units; ``currency`` says of which currency."""
    TIME = "time"
    WORDS = "words"
    COUNT = "count"
    """How many items a list has."""
    ID = "id"
    """An id, of which a long one shows its beginning."""
    ITEMS = "items"
    """A list, or an object as a list of one: a line for each item, put together from ``parts``."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a record that is worth showing first.

    ``paths`` are JMESPaths from the top of the answer, of which the first with a value counts (the API description
    contradicts itself). ``words`` are readable words for raw values, ``currency`` is the path of an amount's currency.
    ``payload`` are the names under which a webhook may carry the same, compared without case, spaces, ``-`` and
    ``_``.

    Each of the ``parts`` of a line has its paths from the item; the currency is looked for there, then from the top.
    ``before`` is what stands between a part and the one before it, if there is one.
    """

    title: str
    paths: tuple[str, ...]
    kind: Kind = Kind.TEXT
    words: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    payload: tuple[str, ...] = ()
    parts: tuple[FieldSpec, ...] = ()
    before: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A GET of the platform's API, at the base address that the profile has under the name ``api``.

    ``scopes`` are those of which any one will do, the narrowest first.

    ``path`` and ``parameters`` may have ``{id}``, and ``{partner|account}``: an id of one of these types that was found
    beside it, of the first type that was. ``accept`` is the media type to ask for.
    """

    api: str
    path: str
    parameters: tuple[tuple[str, str], ...] = ()
    scopes: tuple[str, ...] = ()
    accept: str = JSON_API

    @property
    def texts(self) -> tuple[str, ...]:
        """All that may have placeholders."""
        return self.path, *(value for _, value in self.parameters)


@dataclass(frozen=True, slots=True)
class Related:
    """One more look-up that belongs to a record, under a title of its own; ``example`` is shown for sample ids."""

    name: str
    title: str
    call: Call
    fields: tuple[FieldSpec, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class RecordType:
    """A type of record. Without a ``call`` there is nothing to fetch, and ``nothing`` says why.

    ``short`` is a regular expression whose first group is what of an id is shown, ``asked`` one whose first group is
    what of it the API is asked for; empty they take the whole. ``environments`` are the profiles that have it, all when
    empty. ``examples`` maps ids of documentation and samples to the example record shown for them. ``rank`` is the
    place among the types. ``missing`` says what is missing when no id that the call needs was found beside this one.
    An id that has ``keys`` and stands ``alone`` is told without its key, too, when the user asks for it.
    ``samples`` are more ids of documentation and samples, which have no record at all.
    """

    id: str
    title: str
    shape: Shape
    call: Call | None = None
    nothing: str = ""
    short: str = ""
    asked: str = ""
    environments: tuple[str, ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    related: tuple[Related, ...] = ()
    examples: Mapping[str, str] = field(default_factory=dict)
    rank: int = 500
    missing: str = ""
    alone: bool = False
    samples: tuple[str, ...] = ()


class LookUp(NamedTuple):
    """What to fetch: the record of an id, or something ``related`` to it.

    ``path`` begins with ``/`` and is encoded; ``parameters`` are not. ``type`` is empty for a link that a record had.
    """

    id: str
    type: str
    title: str
    api: str
    path: str
    parameters: tuple[tuple[str, str], ...] = ()
    scopes: tuple[str, ...] = ()
    related: str = ""
    accept: str = JSON_API


@dataclass(frozen=True, slots=True)
class Record:
    """What the API answered: ``text`` as it was sent, ``document`` the same as JSON. ``example`` marks one of ours."""

    look_up: LookUp
    url: str
    status: int
    text: str
    document: Any
    fetched_at: float
    example: bool = False


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field as people read it; ``raw`` is empty where it says the same. ``path`` is where it stands in the record.

    ``payload`` is what the webhook said of it where that differs, and ``payload_name`` under which name.
    """

    title: str
    text: str
    raw: str = ""
    path: str = ""
    payload: str | None = None
    payload_name: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A way from a record to another: a look-up, or an address that is only shown, and ``why`` it is not followed."""

    title: str
    look_up: LookUp | None = None
    address: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A service account key, as its file has it; ``text`` is the file. Never shown, logged or written."""

    client_email: str
    key_id: str
    token_uri: str
    audience: str
    issuer: str
    subject: str
    private_key: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that the user pasted."""

    value: str = field(repr=False)


Credential = ServiceKey | AccessToken


class Code(StrEnum):
    """Why a look-up came to nothing."""

    NO_CREDENTIAL = "no_credential"
    KEYRING = "keyring"
    """The keyring did not give the credential."""
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a word, no token
    """401: the platform does not accept the token, also not a new one."""
    KEY_REFUSED = "key_refused"
    """The token address does not accept the service account key."""
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    RATE_LIMITED = "rate_limited"
    REDIRECT = "redirect"
    PLATFORM = "platform"
    """Any other answer that is no success."""
    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    NETWORK = "network"
    TIMEOUT = "timeout"
    NOTHING_TO_FETCH = "nothing_to_fetch"
    UNKNOWN_ID = "unknown_id"


class LookUpFailed(Exception):
    """A look-up came to nothing; the text is the sentence for the user, without any secret.

    ``status`` is the answer's, 0 without one; ``detail`` is what the platform said, to be shown as plain text;
    ``wait_s`` is how long to wait before the next try.
    """

    def __init__(self, code: Code, sentence: str, *, status: int = 0, detail: str = "", wait_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.status = status
        self.detail = detail
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Profile:
    """An environment of the platform (``resources/profiles``), or the user's own base address.

    ``apis`` are base addresses by name, ``token_uris`` the only ones a key may be sent to, ``audience`` what its
    assertions must be meant for, empty for any. Tokens go to the origins of ``apis`` and ``user_info``, nowhere else.
    """

    id: str
    name: str
    apis: Mapping[str, str]
    token_uris: tuple[str, ...]
    user_info: str
    audience: str = ""
    is_custom: bool = False
