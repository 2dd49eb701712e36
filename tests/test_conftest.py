"""The rules that hold for every test, seen from outside: small suites run under the real conftest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LOGGING_TESTS = """
import logging, os, pytest

def warn(): logging.getLogger("hookscope.listener").warning("The port is taken")

def test_silent_passes(tmp_path): assert os.environ["HOOKSCOPE_DATA_DIR"] == str(tmp_path / "data")
def test_unexpected_fails(): warn()
@pytest.mark.logs("port is .aken")
def test_expected_passes(): warn()
@pytest.mark.logs("port is .aken")
def test_absent_fails(): pass
"""
NEEDING_TESTS = """
import pytest

@pytest.mark.needs("xvfb")
def test_window(): raise AssertionError("ran")
def test_other(): pass
"""
WITHOUT_LIBEGL = "raise ImportError('libEGL.so.1: cannot open shared object file')"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A checkout with the project's own rules and no test."""
    root = tmp_path / "checkout"
    (root / "tests" / "ui").mkdir(parents=True)
    shutil.copytree(ROOT / "packaging", root / "packaging")
    shutil.copy(ROOT / "pyproject.toml", root)
    shutil.copy(ROOT / "tests" / "conftest.py", root / "tests")
    return root


def outcome(suite: Path, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "--verbose", "--color=no", "-p", "no:cacheprovider"]
    run = subprocess.run(command, cwd=suite, env=clean | environment, check=False, capture_output=True, text=True)
    return run.stdout + run.stderr


def test_only_expected_warnings_pass(suite: Path) -> None:
    (suite / "tests" / "test_logging.py").write_text(LOGGING_TESTS, "utf-8")
    seen = outcome(suite)
    assert re.search(r"unexpected warnings in the log:\s+E\s+hookscope.listener WARNING: The port is taken", seen)
    assert "ERROR tests/test_logging.py::test_unexpected_fails" in seen
    assert "the log has no warning like ['port is .aken']" in seen
    assert "ERROR tests/test_logging.py::test_absent_fails" in seen
    assert "4 passed, 2 errors" in seen


def test_a_skip_names_the_package(suite: Path) -> None:
    (suite / "tests" / "test_needing.py").write_text(NEEDING_TESTS, "utf-8")
    seen = outcome(suite, PATH="/nowhere")
    assert "missing system package: xvfb" in seen
    assert "1 passed, 1 skipped" in seen


def test_no_package_may_be_missing_in_ci(suite: Path) -> None:
    (suite / "tests" / "test_needing.py").write_text(NEEDING_TESTS, "utf-8")
    seen = outcome(suite, PATH="/nowhere", CI="true")
    assert "missing system package: xvfb (with CI=true" in seen
    assert "1 failed, 1 passed" in seen or "1 passed, 1 error" in seen


@pytest.mark.parametrize(("ci", "expected"), [("", "1 passed, 1 skipped"), ("true", "1 error")])
def test_without_libraries_of_qt_only_the_window_is_left_out(suite: Path, ci: str, expected: str) -> None:
    broken = suite / "without-qt" / "PySide6"
    broken.mkdir(parents=True)
    (broken / "__init__.py").touch()
    (broken / "QtWidgets.py").write_text(WITHOUT_LIBEGL, "utf-8")
    (suite / "tests" / "ui" / "conftest.py").write_text("import PySide6.QtWidgets", "utf-8")
    (suite / "tests" / "ui" / "test_window.py").write_text("import PySide6.QtWidgets\ndef test(qtbot): pass", "utf-8")
    (suite / "tests" / "test_other.py").write_text("def test(): pass", "utf-8")
    seen = outcome(suite, PYTHONPATH=str(broken.parent), CI=ci)
    assert "Qt cannot be loaded (libEGL.so.1" in seen
    assert expected in seen
