"""One run of the work for all who wait for it."""

from __future__ import annotations

import asyncio

import pytest

from hookscope.records.joining import Runs

pytestmark = pytest.mark.anyio


class Work:
    """Counts how often it began and how it ended; it goes on when it is told."""

    def __init__(self) -> None:
        self.begun = 0
        self.given_up = 0
        self.beginnings = asyncio.Semaphore(0)
        self.go_on = asyncio.Event()
        self.fault: Exception | None = None

    async def __call__(self) -> int:
        self.begun += 1
        self.beginnings.release()
        number = self.begun
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)  # giving up takes a while
            self.given_up += 1
            raise
        if self.fault:
            raise self.fault
        return number


async def begun(work: Work, times: int = 1) -> None:
    for _ in range(times):
        await work.beginnings.acquire()


async def given_up(task: asyncio.Task[int]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_all_who_wait_get_the_same_and_the_next_one_begins_anew() -> None:
    runs, work = Runs[str, int]("work"), Work()
    waiting = [asyncio.create_task(runs.join("a", work)) for _ in range(3)]
    await begun(work)
    assert "a" in runs
    work.go_on.set()
    assert await asyncio.gather(*waiting) == [1, 1, 1]
    assert "a" not in runs
    assert await runs.join("a", work) == 2


async def test_keys_are_apart() -> None:
    runs, work = Runs[str, int]("work"), Work()
    work.go_on.set()
    assert sorted(await asyncio.gather(runs.join("a", work), runs.join("b", work))) == [1, 2]


async def test_a_failure_is_told_to_all() -> None:
    runs, work = Runs[str, int]("work"), Work()
    work.fault = ValueError("no")
    work.go_on.set()
    ends = await asyncio.gather(*(runs.join("a", work) for _ in range(3)), return_exceptions=True)
    assert ends == [work.fault] * 3
    assert work.begun == 1
    assert "a" not in runs


async def test_one_who_stops_waiting_leaves_the_others_their_result() -> None:
    runs, work = Runs[str, int]("work"), Work()
    first, second = (asyncio.create_task(runs.join("a", work)) for _ in range(2))
    await begun(work)
    await given_up(first)
    assert work.given_up == 0
    work.go_on.set()
    assert await second == 1


async def test_when_the_last_one_stops_waiting_the_work_has_ended() -> None:
    runs, work = Runs[str, int]("work"), Work()
    waiting = [asyncio.create_task(runs.join("a", work)) for _ in range(2)]
    await begun(work)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert work.given_up == 1
    assert "a" not in runs
    assert "work" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_nobody_joins_what_is_being_given_up() -> None:
    runs, work = Runs[str, int]("work"), Work()
    first = asyncio.create_task(runs.join("a", work))
    await begun(work)
    first.cancel()
    second = asyncio.create_task(runs.join("a", work))
    await begun(work)
    work.go_on.set()
    assert await second == 2
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_work_that_is_given_up_before_it_began() -> None:
    runs, work = Runs[str, int]("work"), Work()
    task = asyncio.create_task(runs.join("a", work))
    await asyncio.sleep(0)
    await runs.aclose()
    assert work.begun == 0
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_end_of_everything() -> None:
    runs, work = Runs[str, int]("work"), Work()
    waiting = [asyncio.create_task(runs.join(key, work)) for key in "aab"]
    await begun(work, 2)
    await runs.aclose()
    assert work.given_up == 2
    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ends)
    work.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await runs.join("c", work)  # who comes late begins nothing that nobody would end
    assert work.begun == 2
