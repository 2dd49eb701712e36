"""The contracts of pyproject.toml about who may import whom hold, and would notice a breach."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


COMMAND = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]


def lint_imports(source_root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "--config", ROOT / "pyproject.toml"],
        env={**os.environ, "PYTHONPATH": str(source_root)},
        cwd=source_root,
        check=False,
        capture_output=True,
        text=True,
    )


def test_contracts_are_kept() -> None:
    run = lint_imports(ROOT / "app")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("deliveries/breach.py", "import hookscope.endpoints", "hookscope.deliveries is not allowed to import"),
        ("listener/breach.py", "import hookscope.settings", "Only program, cli and ui know the settings BROKEN"),
        ("endpoints/breach.py", "from PySide6.QtCore import QObject", "Only ui imports Qt BROKEN"),
        ("breach.py", "", "breach"),
    ],
)
def test_a_breach_is_noticed(tmp_path: Path, module: str, line: str, broken: str) -> None:
    shutil.copytree(ROOT / "app" / "hookscope", tmp_path / "hookscope")
    (tmp_path / "hookscope" / module).write_text(line, "utf-8")
    run = lint_imports(tmp_path)
    assert run.returncode == 1
    assert broken in run.stdout + run.stderr
