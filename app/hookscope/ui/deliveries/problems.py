"""The way from one problem to the next, through the whole history."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable
from functools import partial

from hookscope.deliveries import Reader, queries
from hookscope.ui.answers import Answers
from hookscope.ui.deliveries.table_model import DeliveryModel
from hookscope.ui.deliveries.words import is_problem

SLICE = 2_000


class Problems:
    """Finds the nearest row with a problem; ``found`` gets its id, 0 when there is none."""

    def __init__(self, model: DeliveryModel, searches: Reader, found: Callable[[int], None]) -> None:
        self._model = model
        self._searches = searches
        self._found = found
        self._answers = Answers(model)
        self._turn = 0

    def look(self, row: int, step: int) -> None:
        """Look from the row after (``step`` 1) or before (-1) this one on; a new look ends the one before."""
        self._turn += 1
        self._look(row, step, self._turn)

    def _look(self, row: int, step: int, turn: int) -> None:
        ids = self._slice(row, step)
        if not ids:
            self._found(0)
            return
        then = partial(self._take, ids[-1], step, turn)
        wanted = partial(self._is_current, turn)
        self._answers.ask(self._searches, partial(_first_problem, ids=ids), then, wanted=wanted)

    def _slice(self, row: int, step: int) -> array[int]:
        if step > 0:
            return self._model.ids(row + 1, row + SLICE)
        ids = self._model.ids(max(0, row - SLICE), row - 1)
        ids.reverse()
        return ids

    def _take(self, last: int, step: int, turn: int, problem: int) -> None:
        if problem:
            self._found(problem)
        else:
            self._look(self._model.place_of(last), step, turn)

    def _is_current(self, turn: int) -> bool:
        return turn == self._turn


def _first_problem(db: sqlite3.Connection, ids: array[int]) -> int:
    rows = queries.rows(db, ids)
    there = (rows[id] for id in ids if id in rows)
    return next((row.id for row in there if is_problem(row)), 0)
