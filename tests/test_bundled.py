from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from hookscope import bundled


def test_a_checkout_has_its_resources() -> None:
    assert (bundled.resources() / "icons" / "hookscope.svg").is_file()


def test_an_installed_wheel_has_its_own(tmp_path: Path) -> None:
    package = tmp_path / "hookscope"
    (package / "_resources").mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copy(bundled.__file__, package)
    command = [sys.executable, "-c", "from hookscope.bundled import resources; print(resources())"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(tmp_path)})
    assert Path(done.stdout.strip()) == package / "_resources"
