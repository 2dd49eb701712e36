"""What every test stands on: a data folder of its own, no unexpected warning, and skips that name what is missing."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_SCALE_FACTOR"] = "1"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # no test touches the keyring of the user
hypothesis.settings.register_profile("hookscope", deadline=None)
hypothesis.settings.load_profile("hookscope")

TESTS = Path(__file__).parent
PACKAGING = TESTS.parent / "packaging"
LOGGERS = ("hookscope", "asyncio", "aiohttp", "qasync")


# --- skips that name the missing system package ----------------------------------------------------------------------


def _programs() -> dict[str, str]:
    """The program that each package of apt-test.txt is there for."""
    lines = (PACKAGING / "apt-test.txt").read_text("utf-8").splitlines()
    return dict(re.findall(r"^(\S+)\s+# (\S+):", line)[0] for line in lines if not line.startswith("#"))


def _qt_problem() -> str:
    """Why Qt's libraries cannot be loaded, or nothing."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ModuleNotFoundError:
        raise
    except ImportError as error:
        command = ["sh", str(PACKAGING / "setup.sh"), "missing", "packaging/apt-runtime.txt"]
        packages = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        return f"Qt cannot be loaded ({error}); missing system packages: {' '.join(packages) or 'see apt-runtime.txt'}"
    return ""


QT_PROBLEM = _qt_problem()
PROGRAMS = _programs()


def _skip(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (with CI=true nothing may be skipped for that)", pytrace=False)
    pytest.skip(reason)


def _lacking(package: str) -> str:
    if package == "qt":
        return QT_PROBLEM
    return "" if shutil.which(PROGRAMS[package]) else f"missing system package: {package}"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for package in (package for marker in item.iter_markers("needs") for package in marker.args):
        if reason := _lacking(package):
            _skip(reason)


class WithoutQt(pytest.File):  # not Directory: then its conftest would be imported
    """A folder of tests that cannot even be imported without Qt's libraries."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        if os.environ.get("CI") == "true":
            raise self.CollectError(QT_PROBLEM)
        pytest.skip(QT_PROBLEM, allow_module_level=True)


if QT_PROBLEM:

    def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
        pluginmanager.set_blocked("pytest-qt")  # it would end the whole run

    def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        return WithoutQt.from_parent(parent, path=path) if path == TESTS / "ui" else None


# --- what holds for every test ---------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _no_data_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["HOOKSCOPE_DATA_DIR"] = str(tmp_path_factory.mktemp("data"))


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOKSCOPE_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


class Warnings(logging.Handler):
    """Keeps what is logged as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s: %(message)s"))
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@pytest.fixture(autouse=True)
def _no_unexpected_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    warnings = Warnings()
    for name in LOGGERS:
        logging.getLogger(name).addHandler(warnings)
    yield
    for name in LOGGERS:
        logging.getLogger(name).removeHandler(warnings)
    patterns = [pattern for marker in request.node.iter_markers("logs") for pattern in marker.args]
    unexpected = [text for text in warnings.texts if not any(re.search(pattern, text) for pattern in patterns)]
    assert not unexpected, "unexpected warnings in the log:\n" + "\n".join(unexpected)
    unseen = [pattern for pattern in patterns if not any(re.search(pattern, text) for text in warnings.texts)]
    assert not unseen, f"the log has no warning like {unseen}"
