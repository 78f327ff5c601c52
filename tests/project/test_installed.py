"""The wheel, installed: its version with the commit, and the clash with another distribution."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

from reliability import __version__
from reliability.version import built_commit
from tests.environment import environment
from tests.project.repository import ROOT

COMMIT: Final = subprocess.run(
    ("git", "-C", str(ROOT), "rev-parse", "HEAD"), capture_output=True, text=True, check=False
).stdout.strip()
OTHER: Final = "reliability-0.9.0.dist-info"
"""What pip leaves of the distribution of statistics that owns a package of the same name."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as pip fills it: the wheel, unpacked."""
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def program(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the entry point with the packages of `site` first."""
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); sys.argv[0] = 'reliability'; "
        "from reliability_as_code import run; run()"
    )
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, cwd=site, env=environment(), capture_output=True, text=True, check=False
    )


def test_the_version_names_the_commit(site: Path) -> None:
    shown = program(site, "--version").stdout
    assert shown.startswith(f"reliability, version {__version__} (commit {COMMIT[:12]}")
    assert built_commit(site / "reliability").startswith(COMMIT)


def test_a_package_without_a_commit_has_only_a_version(site: Path, tmp_path: Path) -> None:
    assert built_commit(tmp_path) == ""


def test_another_distribution_with_files_in_the_package_is_named(site: Path) -> None:
    (site / OTHER).mkdir()
    init = site / "reliability/__init__.py"
    ours = init.read_bytes()
    try:
        for text in (ours, b"raise ImportError('the __init__.py of the other distribution')\n"):
            init.write_bytes(text)
            ended = program(site, "--version")
            assert (ended.returncode, ended.stdout) == (2, "")
            assert ended.stderr.startswith(
                "reliability: the distribution reliability 0.9.0 is installed in the same "
                "environment, and both own the package reliability; "
            )
    finally:
        init.write_bytes(ours)
        (site / OTHER).rmdir()
    assert program(site, "--version").returncode == 0


def test_both_distributions_from_the_index(tmp_path: Path) -> None:
    """Either order of installation; skipped without an index."""
    venv = tmp_path / "venv"
    subprocess.run((sys.executable, "-m", "venv", str(venv)), check=True)
    pip = (str(venv / "bin/python"), "-m", "pip", "install", "--quiet", "--no-deps")
    other = subprocess.run(
        (*pip, "reliability==0.9.0"), capture_output=True, text=True, check=False
    )
    if other.returncode:
        pytest.skip("no package index has the other distribution")

    wheel = tmp_path / "wheel"
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheel)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    for last in (str(next(wheel.glob("*.whl"))), "reliability==0.9.0"):
        subprocess.run((*pip, "--force-reinstall", last), check=True, capture_output=True)
        ended = subprocess.run(
            (str(venv / "bin/reliability"), "--version"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 2
        assert "the distribution reliability 0.9.0 is installed" in ended.stderr
