"""`init --github` gives another repository workflows that pass the same checks as ours."""

import subprocess
from pathlib import Path

import pytest

from reliability import __version__
from reliability.cli.main import exit_code_of
from reliability.demo.github import TEMPLATES
from tests.delivery.linters import actionlint, zizmor
from tests.project.repository import ROOT

ACTION = ".github/actions/reliability"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    subprocess.run(("git", "init", "--quiet", str(tmp_path)), check=True)
    return tmp_path


def init(root: Path) -> int:
    return exit_code_of(["--root", str(root), "init", "--github"])


def test_an_empty_repository_gets_what_the_shipped_one_has(root: Path) -> None:
    assert init(root) == 0
    for path in TEMPLATES:
        assert (root / path).read_bytes() == (ROOT / path).read_bytes()
    assert not (root / ".github" / "workflows" / "ci.yml").exists()


def test_its_action_installs_the_version_that_wrote_it(root: Path) -> None:
    init(root)
    pinned = (root / ACTION / "requirements.txt").read_text()
    assert pinned == f"reliability-as-code[all]=={__version__}\n"


def test_what_it_writes_passes_zizmor_and_actionlint(root: Path) -> None:
    init(root)
    assert [each for each in zizmor(root) if not each.startswith("self-repository")] == []
    assert actionlint(root) == []


def test_what_is_there_stays(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = root / ".github" / "workflows" / "sync.yml"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine\n")
    assert init(root) == 0
    told = capsys.readouterr()
    assert mine.read_text() == "mine\n"
    assert "kept   .github/workflows/sync.yml" in told.out
    assert "wrote  .github/workflows/schedule.yml" in told.out
    assert "there with other content, and left as they are: 1" in told.err
    assert init(root) == 0
    assert "wrote" not in capsys.readouterr().out


def test_a_link_out_of_the_repository_is_not_followed(
    root: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (root / ".github").symlink_to(elsewhere)
    assert init(root) == 2
    assert ".github is a link" in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


def test_the_shortest_way_comes_first(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(root)
    steps = [line.strip() for line in capsys.readouterr().err.splitlines() if ". " in line[:6]]
    assert steps[0].startswith("1. Commit and push")


def test_documents_below_the_git_repository_are_told_how_to_be_found(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "ops" / "services").mkdir(parents=True)
    assert init(root / "ops") == 0
    assert (root / ".github" / "workflows" / "sync.yml").is_file()
    assert "RELIABILITY_FOLDER to ops" in capsys.readouterr().err
