"""packaging/setup.sh against machines made of stand-ins for Python, dpkg-query, apt-get and id."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("cat", "cksum", "cmp", "cp", "dirname", "grep", "mkdir", "rm", "sed", "sh", "tr")
PYTHON = """#!/bin/sh
case "$*" in
*'(3, 11) <= '*) case {version} in 3.11.*|3.12.*|3.13.*) exit 0 ;; esac; exit 1 ;;
*'import ensurepip'*) [ -e "$MACHINE/ensurepip" ] ;;
*find_spec*) ;;
*-venv*) echo python3.12-venv ;;
*%d.%d.%d*) echo {version} ;;
'-m venv '*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && echo "venv {version}" >>"$MACHINE/log" ;;
'-m pip '*) echo "pip${{*##*constraints.txt}}" >>"$MACHINE/log" ;;
*) echo "not expected: $*" >&2; exit 9 ;;
esac
"""
APT_GET = """#!/bin/sh
echo "apt-get ${*##*120 }" >>"$MACHINE/log"
if [ "$1" = update ]; then echo >"$MACHINE/lists"; else [ -e "$MACHINE/lists" ]; fi
"""
PIP = ["pip --upgrade pip hatchling", "pip --no-build-isolation --editable ."]
PIP_DEV = [PIP[0], "pip --no-build-isolation --group dev --editable ."]


@dataclass
class Machine:
    """A machine that has the tools of a plain system and what a test gives it."""

    home: Path

    def __post_init__(self) -> None:
        shutil.copytree(ROOT / "packaging", self.home / "checkout" / "packaging")
        shutil.copy(ROOT / "pyproject.toml", self.home / "checkout")
        (self.home / "bin").mkdir()
        for name in TOOLS:
            (self.home / "bin" / name).symlink_to(str(shutil.which(name)))
        self.write("ensurepip")
        self.write("lists")

    def write(self, name: str, text: str = "") -> None:
        (self.home / name).write_text(text, "utf-8")

    def program(self, name: str, text: str) -> None:
        self.write(f"bin/{name}", text)
        (self.home / "bin" / name).chmod(0o755)

    def python(self, name: str, version: str) -> None:
        self.program(name, PYTHON.format(version=version))

    def debian(self, *absent: str, root: bool, also: tuple[str, ...] = ()) -> None:
        """The packages of both lists are installed but for the absent ones; the list of all is there for apt-get."""
        lists = [
            (self.home / "checkout" / "packaging" / f"apt-{kind}.txt").read_text("utf-8")
            for kind in ("runtime", "test")
        ]
        lines = [line.split("#")[0].split("|")[0].strip() for text in lists for line in text.splitlines()]
        installed = {line for line in lines if line} - set(absent) | set(also)
        self.write("installed", "".join(f"installed {name}\n" for name in sorted(installed)))
        self.program("dpkg-query", '#!/bin/sh\ncat "$MACHINE/installed"\n')
        self.program("apt-get", APT_GET)
        self.program("id", f"#!/bin/sh\necho {0 if root else 1000}\n")

    def set_up(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        self.write("log")
        return subprocess.run(
            ["sh", "packaging/setup.sh", *arguments],
            cwd=self.home / "checkout",
            env={"PATH": str(self.home / "bin"), "MACHINE": str(self.home), **environment},
            check=False,
            capture_output=True,
            text=True,
        )

    def log(self) -> list[str]:
        """What was installed in the last run."""
        return (self.home / "log").read_text("utf-8").splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    machine.python("python3.12", "3.12.1")
    return machine


def test_nothing_is_done_twice(machine: Machine) -> None:
    machine.debian(root=True)
    assert machine.set_up("run").returncode == 0
    assert machine.log() == ["venv 3.12.1", *PIP]
    assert machine.set_up("run").stderr == ""
    assert machine.log() == []
    assert machine.set_up("test").returncode == 0
    assert machine.log() == PIP_DEV
    assert machine.set_up("run").returncode == 0
    assert machine.log() == []


@pytest.mark.parametrize("changed", ["pyproject.toml", "packaging/constraints.txt"])
def test_a_change_of_the_packages_is_followed(machine: Machine, changed: str) -> None:
    machine.set_up("run")
    machine.write(f"checkout/{changed}", "changed")
    machine.set_up("run")
    assert machine.log() == PIP


def test_a_failed_set_up_is_tried_again(machine: Machine) -> None:
    machine.set_up("test")
    machine.write("checkout/pyproject.toml", "changed")
    failing = machine.home / "checkout" / ".venv" / "bin" / "python"
    whole = failing.read_text("utf-8")
    failing.write_text(whole.replace("'-m pip '*)", "'-m pip '*) exit 1"), "utf-8")
    assert machine.set_up("test").returncode != 0
    failing.write_text(whole, "utf-8")
    assert machine.set_up("test").returncode == 0
    assert machine.log() == PIP_DEV


@pytest.mark.parametrize(
    ("kind", "packages"), [("run", "libegl1 libxcb-cursor0"), ("test", "libegl1 libxcb-cursor0 xvfb")]
)
def test_root_gets_missing_system_packages(machine: Machine, kind: str, packages: str) -> None:
    machine.debian("libegl1", "xvfb", "libxcb-cursor0", root=True)
    assert machine.set_up(kind).returncode == 0
    assert machine.log()[0] == f"apt-get install -y --no-install-recommends {packages}"
    assert "apt-get update" not in machine.log()


def test_lists_of_packages_are_fetched_when_there_are_none(machine: Machine) -> None:
    machine.debian("libegl1", root=True)
    (machine.home / "lists").unlink()
    assert machine.set_up("run").returncode == 0
    install = "apt-get install -y --no-install-recommends libegl1"
    assert machine.log()[:3] == [install, "apt-get update", install]


def test_without_root_the_window_stops_with_the_command(machine: Machine) -> None:
    machine.debian("libegl1", root=False)
    run = machine.set_up("run")
    assert run.returncode == 1
    assert "    sudo apt-get install --no-install-recommends libegl1\n" in run.stderr
    assert machine.log() == []


def test_without_root_the_tests_go_on(machine: Machine) -> None:
    machine.debian("libegl1", "xvfb", root=False)
    run = machine.set_up("test")
    assert run.returncode == 0
    assert "    sudo apt-get install --no-install-recommends libegl1 xvfb\n" in run.stderr
    assert machine.log() == ["venv 3.12.1", *PIP_DEV]


def test_a_package_may_have_a_newer_name(machine: Machine) -> None:
    machine.debian("libglib2.0-0", also=("libglib2.0-0t64",), root=False)
    assert machine.set_up("missing", "packaging/apt-runtime.txt").stdout == ""
    machine.debian("libglib2.0-0", root=False)
    assert machine.set_up("missing", "packaging/apt-runtime.txt").stdout == "libglib2.0-0\n"


def test_other_systems_have_no_packages_to_ask_for(machine: Machine) -> None:
    assert machine.set_up("run").returncode == 0
    assert machine.log() == ["venv 3.12.1", *PIP]


def test_the_newest_suitable_python_is_taken(machine: Machine) -> None:
    machine.python("python3.11", "3.11.9")
    machine.python("python3", "3.14.0")
    machine.set_up("run")
    assert machine.log()[0] == "venv 3.12.1"


def test_another_python_makes_another_environment(machine: Machine) -> None:
    machine.set_up("run")
    machine.python("other", "3.13.2")
    machine.set_up("run", PYTHON="other")
    assert machine.log() == ["venv 3.13.2", *PIP]
    machine.set_up("run")
    assert machine.log() == []


def test_a_broken_environment_is_made_again(machine: Machine) -> None:
    machine.set_up("run")
    (machine.home / "checkout" / ".venv" / "bin" / "python").unlink()
    machine.set_up("run")
    assert machine.log() == ["venv 3.12.1", *PIP]


@pytest.mark.parametrize("root", [True, False])
def test_debian_without_venv(machine: Machine, root: bool) -> None:
    (machine.home / "ensurepip").unlink()
    machine.debian(root=root)
    run = machine.set_up("run")
    if root:
        assert machine.log()[:2] == ["apt-get install -y --no-install-recommends python3.12-venv", "venv 3.12.1"]
    else:
        assert run.returncode == 1
        assert "    sudo apt-get install --no-install-recommends python3.12-venv\n" in run.stderr


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ("", "Hookscope needs Python 3.11, 3.12 or 3.13. Install one, or name it: make run PYTHON="),
        ("python3.9", "Hookscope needs Python 3.11, 3.12 or 3.13; PYTHON=python3.9 is not one of them"),
    ],
)
def test_no_suitable_python(machine: Machine, python: str, sentence: str) -> None:
    (machine.home / "bin" / "python3.12").unlink()
    machine.python("python3.9", "3.9.18")
    run = machine.set_up("run", PYTHON=python)
    assert run.returncode == 1
    assert sentence in run.stderr
    assert not os.path.lexists(machine.home / "checkout" / ".venv")
