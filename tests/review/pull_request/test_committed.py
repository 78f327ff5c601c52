"""A past that the change itself commits is not replayed, and the change does not pass."""

from pathlib import Path
from typing import Final

import pytest

from reliability.load.committed import committed_below
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.load.test_git import committed, git
from tests.review.pull_request.scene import LOOSER, Scene, scene

DAY: Final = "2026-11-25"
STORE: Final = ".reliability/history"
FORGED: Final = "the change commits"


@pytest.fixture
def change(tmp_path: Path) -> Scene:
    """A branch that loosens a target, in a repository whose history is stored."""
    made = scene(tmp_path)
    policy = made.root / "policies/history.yaml"
    head = policy.read_text().partition("  source:")[0]
    policy.write_text(f"{head}  source: {{type: store}}\n")
    committed(made.root)
    git(made.root, "branch", "base")
    made.change(LOOSER)
    return made


def reviewed(of: Scene, base: str = "base") -> Ended:
    return reliability("--today", DAY, "review", "--base", base, folder=of.root)


def counts(of: Scene) -> None:
    """A past without failures, imported into the store."""
    lines = (f"2026-11-20T00:{minute:02}:00Z,1000,1000" for minute in range(60))
    (of.root / "c.csv").write_text("\n".join(["time,good,total", *lines]))
    options = ("--format", "csv", "--slo", "attendance-clock-in")
    assert reliability("history", "import", "c.csv", *options, folder=of.root).code == 0
    (of.root / "c.csv").unlink()


def test_history_that_nobody_commits_is_replayed(change: Scene) -> None:
    counts(change)
    ended = reviewed(change)
    assert FORGED not in ended.out
    # An hour of history fills no window of the alerts.
    assert "**pages a week not known -> not known" in ended.out


def test_committed_history_is_refused_in_the_headline(change: Scene) -> None:
    counts(change)
    git(change.root, "add", "--force", STORE)
    committed(change.root)
    ended = reviewed(change)
    assert ended.code == 1
    first, *_ = ended.out.splitlines()
    assert f"{FORGED} " in first
    assert "to the history store" in first
    assert "**pages" not in ended.out


def test_it_is_refused_if_nothing_else_changes(change: Scene) -> None:
    git(change.root, "branch", "--force", "base", "HEAD")
    counts(change)
    committed(change.root)
    ended = reviewed(change)
    assert ended.code == 1
    assert FORGED in ended.out.splitlines()[0]


def test_staged_files_count(change: Scene) -> None:
    counts(change)
    git(change.root, "add", "--force", STORE)
    assert FORGED in reviewed(change).out.splitlines()[0]


@pytest.mark.parametrize("link", [".reliability", STORE, f"{STORE}/attendance"])
def test_a_link_to_another_folder_is_refused_also_if_the_base_has_it(
    change: Scene, link: str
) -> None:
    (change.root / link).parent.mkdir(parents=True, exist_ok=True)
    (change.root / "elsewhere").mkdir()
    (change.root / "elsewhere/file").touch()
    (change.root / link).symlink_to(change.root / "elsewhere")
    committed(change.root)
    git(change.root, "branch", "--force", "base", "HEAD")
    assert link in committed_below(change.root, STORE, "base")
    assert FORGED in reviewed(change).out.splitlines()[0]


def test_a_submodule_is_refused(change: Scene, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    (other / "file").touch()
    committed(other)
    allow = ("-c", "protocol.file.allow=always")
    git(change.root, *allow, "submodule", "--quiet", "add", "--force", str(other), STORE)
    committed(change.root)
    assert committed_below(change.root, STORE, "base") == (STORE,)


def test_history_that_the_base_has_is_the_repositorys_own(change: Scene) -> None:
    counts(change)
    committed(change.root)
    git(change.root, "branch", "--force", "base", "HEAD")
    (change.root / "other").touch()
    committed(change.root)
    assert committed_below(change.root, STORE, "base") == ()
    [parquet] = list((change.root / STORE).rglob("*.parquet"))
    parquet.write_bytes(b"changed")
    committed(change.root)
    assert committed_below(change.root, STORE, "base") == (str(parquet.relative_to(change.root)),)


def test_a_commit_is_looked_at_without_its_working_tree(change: Scene) -> None:
    counts(change)
    head = committed(change.root)
    git(change.root, "checkout", "--quiet", "base")
    assert committed_below(change.root, STORE, "base", head)
    assert committed_below(change.root, STORE, "base") == ()


def test_a_backtest_says_that_the_change_brings_the_past(change: Scene) -> None:
    counts(change)
    committed(change.root)
    ended = reliability("--today", DAY, "backtest", "--base", "base", folder=change.root)
    assert f"{FORGED} " in ended.err
