"""A store of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from helpers.core import Watch
from hookscope.deliveries import Reader, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path)) as store:
        yield store


@pytest.fixture
def watch(store: Store) -> Watch:
    return Watch(store)


@pytest.fixture
def reader(tmp_path: Path, store: Store) -> Iterator[Reader]:
    with closing(Reader(tmp_path, "pages")) as reader:
        yield reader
