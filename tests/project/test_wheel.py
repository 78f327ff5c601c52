"""The wheel holds the shipped repository, mapped in from where it is kept."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reliability import __version__
from reliability.onboarding.init.github_files import TEMPLATES
from tests.project.repository import ROOT, relative, tracked

SHIPPED = ("services", "policies", "docs/runbooks")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as opened:
        yield opened


@pytest.mark.parametrize("folder", SHIPPED)
def test_the_wheel_holds_every_shipped_file_as_it_is(wheel: zipfile.ZipFile, folder: str) -> None:
    files = tracked(f"{folder}/*")
    assert files, f"{folder} is empty"
    for path in files:
        assert wheel.read(f"reliability/shipped/{relative(path)}") == path.read_bytes()


def test_the_wheel_holds_what_init_writes(wheel: zipfile.ZipFile) -> None:
    for path in TEMPLATES:
        assert wheel.read(f"reliability/shipped/{path}") == (ROOT / path).read_bytes()
    assert not any(name.endswith("ci.yml") for name in wheel.namelist())


def test_the_wheel_holds_our_package_its_licence_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    assert {Path(name).parts[0] for name in wheel.namelist()} == {
        "reliability",
        "reliability_as_code.py",
        f"reliability_as_code-{__version__}.dist-info",
    }
    assert "reliability/py.typed" in wheel.namelist()
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())
