"""What is shipped is whole, what is pinned is only versions, and what the documents say to type exists."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from email.message import Message
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
PINS = [line for line in (ROOT / "packaging/constraints.txt").read_text("utf-8").splitlines() if line[:1] != "#"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def wanted_packages() -> list[Requirement]:
    """Everything that pyproject.toml asks for, in any of its lists."""
    pyproject = tomllib.loads(text_of("pyproject.toml"))
    groups = [item for group in pyproject["dependency-groups"].values() for item in group if isinstance(item, str)]
    return [Requirement(line) for line in [*pyproject["project"]["dependencies"], *groups]]


# --- the wheel -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def metadata(wheel: Path, files: set[str]) -> Message:
    (name,) = (name for name in files if name.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(wheel) as archive:
        return message_from_bytes(archive.read(name))


def of_checkout(folder: str) -> set[str]:
    found = {path.relative_to(ROOT / folder).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
    return {name for name in found if "__pycache__" not in name and not name.rpartition("/")[2].startswith(".")}


def test_wheel_has_the_program_and_its_resources(files: set[str]) -> None:
    expected = of_checkout("app") | {f"hookscope/_resources/{name}" for name in of_checkout("resources")}
    assert {name for name in files if ".dist-info/" not in name} == expected


def test_installed_program_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = "from hookscope.bundled import resources; print(resources())"
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"]
    run = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert Path(run.stdout.strip()) == tmp_path / "hookscope" / "_resources"


def test_wheel_installs_the_commands(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        installed = archive.read(name).decode()
    commands = {
        "console_scripts": "hookscope = hookscope.cli:main",
        "gui_scripts": "hookscope-window = hookscope.cli:window",
    }
    assert installed.split() == [word for group, line in commands.items() for word in (f"[{group}]", *line.split())]
    for group, line in commands.items():
        name, value = line.split(" = ")
        assert callable(EntryPoint(name, value, group).load())


@pytest.mark.parametrize("python", PYTHONS)
def test_versions_are_safe_on_every_python(metadata: Message, python: str) -> None:
    wanted = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    given = {"python_version": python, "python_full_version": f"{python}.0"}
    specifiers = {one.name.lower(): one.specifier for one in wanted if not one.marker or one.marker.evaluate(given)}
    assert str(specifiers["aiohttp"]) == "==3.14.5"
    assert specifiers["pyside6-essentials"].contains("6.12.0") == (python != "3.11")
    assert specifiers["pyside6-essentials"].contains("6.11.3")


# --- the tested versions ---------------------------------------------------------------------------------------------


def test_constraints_are_versions_and_nothing_else() -> None:
    for pin in PINS:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+(; python_version (<|>=) '3\.[0-9]+')?", pin)


@pytest.mark.parametrize("python", PYTHONS)
def test_constraints_have_one_fitting_version_of_all_that_is_wanted(python: str) -> None:
    given = {"python_version": python, "python_full_version": f"{python}.0"}
    pins = [pin for pin in map(Requirement, PINS) if not pin.marker or pin.marker.evaluate(given)]
    versions = {pin.name: str(pin.specifier).removeprefix("==") for pin in pins}
    assert len(versions) == len(pins)
    for wanted in wanted_packages():
        if not wanted.marker or wanted.marker.evaluate(given):
            assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)])


# --- the documents ---------------------------------------------------------------------------------------------------


def make_targets() -> set[str]:
    """The targets that `make help` shows."""
    return set(re.findall(r"^([a-z-]+):.*## ", text_of("Makefile"), re.MULTILINE))


def typed_in(name: str) -> str:
    """What a document shows as something to type: its code blocks and code spans."""
    blocks = re.findall(r"^```\n(.*?)^```$", text_of(name), re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", text_of(name))
    return "\n".join([*blocks, *spans])


def test_documents_explain_every_make_command_and_no_other() -> None:
    typed = "\n".join(map(typed_in, ("README.md", "CONTRIBUTING.md")))
    assert set(re.findall(r"^(?:PYTHON=\S+ )?make ([a-z]+)", typed, re.MULTILINE)) == make_targets() - {"help"}


def test_ci_calls_only_what_the_readme_names() -> None:
    called = [
        line
        for line in text_of(".ci/run").splitlines()
        if line and not line.startswith(("#", "set ", "cd ", "export "))
    ]
    assert called
    for line in called:
        assert f"`{line}`" in text_of("README.md")


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", text_of(name)):
        assert (ROOT / target).is_file(), target


def test_every_dependency_is_explained() -> None:
    contributing = text_of("CONTRIBUTING.md").lower()
    for wanted in wanted_packages():
        assert f"| {wanted.name.lower()} |" in contributing, wanted.name


def test_changelog_has_this_version() -> None:
    (version,) = re.findall(r'__version__ = "(.+)"', text_of("app/hookscope/__init__.py"))
    assert f"## {version}" in text_of("CHANGELOG.md")
