"""`init --github` gives another repository workflows that pass the same checks as ours."""

import subprocess
from pathlib import Path

import pytest

from reliability.cli.main import exit_code_of
from reliability.onboarding.init.github_files import FORMS, TEMPLATES
from tests.cli.program import reliability
from tests.delivery.linters import actionlint, zizmor
from tests.project.repository import ROOT

ACTION = ".github/actions/reliability"
SOURCE = f"git+https://git.example.com/tools/reliability.git@{'0123456789' * 4}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    subprocess.run(("git", "init", "--quiet", str(tmp_path)), check=True)
    return tmp_path


def init(root: Path, *more: str) -> int:
    source = more or ("--install-from", SOURCE)
    return exit_code_of(["--root", str(root), "init", "--github", *source])


def test_an_empty_repository_gets_what_the_shipped_one_has(root: Path) -> None:
    assert init(root) == 0
    for path in TEMPLATES:
        assert (root / path).read_bytes() == (ROOT / path).read_bytes()
    assert not (root / ".github" / "workflows" / "ci.yml").exists()


def test_its_action_installs_the_commit_that_was_named_and_a_lock(root: Path) -> None:
    init(root)
    assert (root / ACTION / "tool.txt").read_text() == f"reliability-as-code @ {SOURCE}\n"
    lock = (root / ACTION / "requirements.txt").read_bytes()
    assert lock == (ROOT / ACTION / "requirements.txt").read_bytes()
    assert b"--hash=sha256:" in lock


def test_without_a_known_source_no_workflow_is_written_and_the_missing_line_is_named(
    tmp_path: Path,
) -> None:
    """As after an installation from a wheel, which says nothing of where it came from."""
    root, shadow = tmp_path / "root", tmp_path / "shadow"
    metadata = shadow / "reliability_as_code-0.1.0.dist-info/METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: reliability-as-code\nVersion: 0.1.0\n")
    subprocess.run(("git", "init", "--quiet", str(root)), check=True)
    ended = reliability("init", "--github", folder=root, PYTHONPATH=str(shadow))
    assert ended.code == 1
    assert "no workflow was written: reliability was not installed from a Git" in ended.err
    assert "reliability-as-code @ git+https://HOST/OWNER/NAME.git@COMMIT" in ended.err
    assert "1. Commit and push" not in ended.err
    written = {path.relative_to(root).as_posix() for path in root.glob(".github/**/*.*")}
    assert written == set(FORMS)


def test_a_source_that_the_repository_names_is_used_again(root: Path) -> None:
    init(root)
    workflow = root / ".github/workflows/sync.yml"
    workflow.unlink()
    assert exit_code_of(["--root", str(root), "init", "--github"]) == 0
    assert workflow.is_file()


@pytest.mark.parametrize("source", ["reliability-as-code==0.1.0", SOURCE[:-1], SOURCE[4:]])
def test_a_source_that_cannot_be_installed_from_is_refused(root: Path, source: str) -> None:
    assert init(root, "--install-from", source) == 2
    assert [path.name for path in root.iterdir()] == [".git"]


def test_an_action_that_installs_by_name_is_pointed_out(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / ACTION).mkdir(parents=True)
    (root / ACTION / "requirements.txt").write_text("something==0.1.0\n")
    init(root)
    assert f"{ACTION} installs from a package index without hashes" in capsys.readouterr().err


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
    assert "existing files with other content, not changed: 1" in told.err
    assert init(root) == 0
    assert "wrote" not in capsys.readouterr().out


def test_a_link_out_of_the_repository_is_not_followed(
    root: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (root / ".github").symlink_to(elsewhere)
    assert init(root) == 2
    assert ".github is a symbolic link and is not followed" in capsys.readouterr().err
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
