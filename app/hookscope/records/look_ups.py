"""Fetching records: one request per id at a time, results kept with their time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from hookscope.records.answer import read_json
from hookscope.records.asking import Asker, Question
from hookscope.records.catalogue import Catalogue
from hookscope.records.client import JSON, PlatformClient
from hookscope.records.failures import Subject, subject_of
from hookscope.records.joining import Runs
from hookscope.records.model import Code, Credential, LookUp, LookUpFailed, Profile, Record
from hookscope.records.pace import Pace, Waiting
from hookscope.records.reading import url_of
from hookscope.records.tokens import TokenSource

if TYPE_CHECKING:
    import ssl

V = TypeVar("V")

KEPT = 500
KEPT_CHARACTERS = 32 << 20
AT_ONCE = 4

_ENDING = frozenset({Code.NO_CREDENTIAL, Code.KEYRING, Code.TOKEN_REFUSED, Code.KEY_REFUSED})
_OWN_USER = Subject("its own user information", "is no user information", ("profile", "email"))


class UserInfo(NamedTuple):
    """Whose credential it is, as the platform says."""

    email: str
    subject: str
    roles: tuple[str, ...]


class LookUps:
    """Fetches the records of one profile with its credential; used on one event loop only.

    ``credential`` is asked for when it is needed, and raises ``LookUpFailed`` when there is none. ``context`` says
    whose certificates are trusted, instead of the system's.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        profile: Profile,
        credential: Callable[[], Awaitable[Credential]],
        *,
        context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._catalogue = catalogue
        self._profile = profile
        self._credential = credential
        self._clock = clock
        self._client = PlatformClient(profile, context)
        self._asker = Asker(self._client, Pace(), clock)
        self._source: TokenSource | None = None
        self._opening: Runs[str, TokenSource] = Runs("credential")
        self._runs: Runs[LookUp, Record] = Runs("look-up")
        self._tests: Runs[str, UserInfo] = Runs("test of a credential")
        self._records: _Kept[Record] = _Kept(lambda record: len(record.text))
        self._failures: _Kept[LookUpFailed] = _Kept(lambda _: 0)
        self._waits = _Waits()

    def kept(self, look_up: LookUp) -> Record | None:
        """The record as it was fetched last."""
        return self._records.get(look_up)

    def failure(self, look_up: LookUp) -> LookUpFailed | None:
        """Why the last try came to nothing, if it did."""
        return self._failures.get(look_up)

    def is_under_way(self, look_up: LookUp) -> bool:
        """Whether it is being fetched."""
        return look_up in self._runs

    async def fetch(self, look_up: LookUp, *, again: bool = False, waiting: Waiting = lambda _: None) -> Record:
        """The record: the kept one unless ``again``, else from the platform; raises ``LookUpFailed``.

        Whoever asks for what is under way waits for the same request, which ends when nobody waits for it any more.
        ``waiting`` is told how many seconds the platform makes us wait, and 0 when it goes on.
        """
        record = self.kept(look_up)
        if record and not again:
            return record
        with self._waits.told(look_up, waiting):
            return await self._runs.join(look_up, lambda: self._fetch(look_up))

    async def fetch_all(self, look_ups: Sequence[LookUp], progress: Callable[[int, int], None]) -> None:
        """Fetch what is not kept, a few at once; ``progress`` is told how many of how many are done.

        A failure is remembered and the others go on, unless it is the credential's: that ends it.
        """
        import asyncio

        rest, done = iter(look_ups), 0

        async def work() -> None:
            nonlocal done
            for look_up in rest:
                await self._fetch_one_of_many(look_up)
                done += 1
                progress(done, len(look_ups))

        workers = [asyncio.get_running_loop().create_task(work(), name="look-ups") for _ in look_ups[:AT_ONCE]]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def test(self) -> UserInfo:
        """Whose credential it is; raises ``LookUpFailed``."""
        return await self._tests.join("", self._test)

    def granted(self) -> tuple[str, ...]:
        """The scopes that the token in use seems to have: read from it without verification, so only a hint."""
        return self._source.granted() if self._source else ()

    def scopes(self) -> tuple[str, ...]:
        """What is asked for: the narrowest scope of each type in use, and the one for ``test``."""
        calls = [type.call for type in self._catalogue.types.values() if type.call and self._is_here(type.environments)]
        return tuple(dict.fromkeys([*(scope for call in calls for scope in call.scopes[:1]), "profile"]))

    async def aclose(self) -> None:
        """Give up everything that is under way and close the connections."""
        for runs in (self._runs, self._tests, self._opening):
            await runs.aclose()
        if self._source:
            await self._source.aclose()
        await self._client.aclose()

    async def _test(self) -> UserInfo:
        question = Question(self._profile.user_info, JSON, _OWN_USER)
        reply = await self._asker.ask(question, await self._token_source(), lambda _: None)
        return _user_info(reply.document)

    async def _fetch_one_of_many(self, look_up: LookUp) -> None:
        try:
            await self.fetch(look_up)
        except LookUpFailed as failed:
            if failed.code in _ENDING:
                raise

    async def _fetch(self, look_up: LookUp) -> Record:
        try:
            record = self._example(look_up) or await self._from_platform(look_up)
        except LookUpFailed as failed:
            self._failures.put(look_up, _bare(failed))
            raise
        self._failures.drop(look_up)
        self._records.put(look_up, record)
        return record

    def _example(self, look_up: LookUp) -> Record | None:
        """Our example for an id of documentation or samples, which never goes to the real platform."""
        text = None if self._profile.is_custom else self._catalogue.example(look_up)
        if text is None:
            return None
        document = read_json(text.encode())[1]
        return Record(look_up, url_of(look_up, self._profile), 200, text, document, self._clock(), example=True)

    async def _from_platform(self, look_up: LookUp) -> Record:
        if not self._profile.is_custom and (problem := self._catalogue.environment_problem(look_up, self._profile.id)):
            raise LookUpFailed(Code.NOTHING_TO_FETCH, problem)
        url = url_of(look_up, self._profile)
        question = Question(url, look_up.accept, self._subject(look_up))
        source = await self._token_source()
        reply = await self._asker.ask(question, source, lambda seconds: self._waits.tell(look_up, seconds))
        return Record(look_up, url, reply.status, reply.text, reply.document, self._clock())

    def _subject(self, look_up: LookUp) -> Subject:
        if not look_up.type:
            return Subject("what this link points to", "is nothing where this link points to")
        is_sample = self._catalogue.example(look_up) is not None
        return subject_of(look_up.title, self._catalogue.short(look_up.id), look_up.scopes, is_sample=is_sample)

    async def _token_source(self) -> TokenSource:
        return self._source or await self._opening.join("", self._open)

    async def _open(self) -> TokenSource:
        credential = await self._credential()
        self._source = TokenSource(self._profile, credential, self.scopes(), self._client, self._clock)
        return self._source

    def _is_here(self, environments: Sequence[str]) -> bool:
        return self._profile.is_custom or not environments or self._profile.id in environments


class _Kept(Generic[V]):
    """Values by look-up, of which the oldest go when there are too many or they are too large."""

    def __init__(self, size: Callable[[V], int]) -> None:
        self._size = size
        self._total = 0
        self._values: OrderedDict[LookUp, V] = OrderedDict()

    def get(self, look_up: LookUp) -> V | None:
        return self._values.get(look_up)

    def put(self, look_up: LookUp, value: V) -> None:
        self.drop(look_up)
        self._values[look_up] = value
        self._total += self._size(value)
        while len(self._values) > KEPT or (self._total > KEPT_CHARACTERS and len(self._values) > 1):
            self._total -= self._size(self._values.popitem(last=False)[1])

    def drop(self, look_up: LookUp) -> None:
        if look_up in self._values:
            self._total -= self._size(self._values.pop(look_up))


class _Waits:
    """Tells all who wait for a look-up how long the platform makes us wait."""

    def __init__(self) -> None:
        self._callbacks: dict[LookUp, list[Waiting]] = {}
        self._until: dict[LookUp, float] = {}

    @contextmanager
    def told(self, look_up: LookUp, callback: Waiting) -> Iterator[None]:
        callbacks = self._callbacks.setdefault(look_up, [])
        callbacks.append(callback)
        if look_up in self._until:
            callback(max(0.0, self._until[look_up] - time.monotonic()))
        try:
            yield
        finally:
            callbacks.remove(callback)
            if not callbacks:
                self._callbacks.pop(look_up, None)
                self._until.pop(look_up, None)

    def tell(self, look_up: LookUp, seconds: float) -> None:
        if seconds:
            self._until[look_up] = time.monotonic() + seconds
        else:
            self._until.pop(look_up, None)
        for callback in tuple(self._callbacks.get(look_up, ())):
            callback(seconds)


def _user_info(document: Any) -> UserInfo:
    known = document if isinstance(document, dict) else {}
    email, subject = (value if isinstance(value := known.get(name), str) else "" for name in ("email", "sub"))
    roles = known.get("roles")
    return UserInfo(
        email, subject, tuple(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else ()
    )


def _bare(failed: LookUpFailed) -> LookUpFailed:
    """The same without the frames that it came through, and what they hold."""
    return LookUpFailed(failed.code, failed.sentence, status=failed.status, detail=failed.detail, wait_s=failed.wait_s)
