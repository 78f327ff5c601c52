"""`backtest`: all that it prints of the shipped repository, in golden files.

`pytest tests/cli/backtest/test_backtest.py --update-golden` rewrites them; read what has changed.
"""

from pathlib import Path
from typing import Final

import pytest

from reliability.backtest.report.html.contents import sorting
from reliability.backtest.report.html.style import style
from tests.backtest.test_command import git
from tests.cli.copied import copied, edit
from tests.cli.program import in_process, transcript
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
BACKTEST: Final = ("--today", "2026-11-25", "backtest", "--days", "30")
SLO: Final = "services/attendance/slo.yaml"
SAMPLES: Final = """\
# TYPE up gauge
up{job="shop"} 1 1763856000
# EOF
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The shipped repository in Git, with a change that is not committed."""
    folder = copied(tmp_path)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=One")
    edit(folder / SLO, "target: 0.999 ", "target: 0.98 ")
    return folder


def named(root: Path, text: str) -> str:
    """The text with a name in place of the commit."""
    full = (root / ".git/refs/heads/main").read_text().strip()
    return text.replace(full, "COMMIT").replace(full[:12], "SHORT").replace(full[:7], "SHORT")


def test_reports_of_a_change(golden: Golden, root: Path) -> None:
    text = transcript(
        root,
        (*BACKTEST, "--base", "HEAD"),
        (*BACKTEST, "--base", "HEAD", "--brief", "--format", "markdown"),
        (*BACKTEST, "attendance", "--fail-on", "incident-missed"),
        (*BACKTEST, "attendance", "--base", "HEAD", "--fail-on", "incident-missed", "--brief"),
        (*BACKTEST, "--brief", "--ranges", "closed", "--phase", "1"),
    )
    golden.check(GOLDEN / "reports.txt", named(root, text))


@pytest.mark.parametrize(("form", "days"), [("json", "7"), ("html", "3"), ("html", "60")])
def test_machine_readable_reports(golden: Golden, root: Path, form: str, days: str) -> None:
    asked = ("--days", days, "--format", form, "--output", f"report.{form}")
    text = transcript(root, (*BACKTEST[:3], "attendance", "--base", "HEAD", *asked))
    written = (root / f"report.{form}").read_text()
    if form == "html":
        # The page contains these files as they are, so that it loads no others.
        assert style() in written
        assert (sorting() in written) is ("<script" in written)
        written = written.replace(style(), "(style)\n").replace(sorting(), "(sorting)\n")
    golden.check(GOLDEN / f"report-{days}-days.{form}", named(root, f"{text}{written}"))


def test_requests_that_cannot_be_served(golden: Golden, root: Path) -> None:
    (root / "samples.txt").write_text(SAMPLES)
    (root / "services/exports/slo.yaml").write_text("kind: [\n")
    text = transcript(
        root,
        (*BACKTEST, "nobody"),
        (*BACKTEST, "--base", "nowhere"),
        (*BACKTEST, "--base", ""),
        (*BACKTEST, "--phase", "-1"),
        (*BACKTEST, "--jobs", "0"),
        (*BACKTEST, "--mode", "sample"),
        (*BACKTEST, "--mode", "event", "--samples", "samples.txt"),
        (*BACKTEST, "attendance", "--all"),
        (*BACKTEST, "exports", "--brief"),
        (*BACKTEST, "monitoring"),
        (*BACKTEST, "--output", "missing/report.txt"),
        (*BACKTEST, "--output", "policies"),
    )
    golden.check(GOLDEN / "refused.txt", named(root, text))


def test_a_value_that_is_only_doubtful_is_no_part_that_is_left_out(root: Path) -> None:
    edit(root / "services/attendance/ownership.yaml", "Employees clock in and out;", "yes #")
    git(root, "commit", "--all", "--quiet", "--message=Two")
    assert "document-yaml11" in in_process("check", folder=root).out
    ended = in_process(*BACKTEST, "attendance", "--brief", "--base", "HEAD", folder=root)
    assert (ended.code, ended.err) == (0, "")

    files = ("services/exports/slo.yaml", "policies/error-budget.yaml")
    for name in files:
        (root / name).write_text("kind: [\n")
    git(root, "commit", "--all", "--quiet", "--message=Three")
    ended = in_process(*BACKTEST, "attendance", "--brief", "--base", "HEAD", folder=root)
    commit = (root / ".git/refs/heads/main").read_text()[:12]
    unread = ", ".join(sorted(files))
    assert ended.err.splitlines() == [
        f"left out of the base {commit}, not readable: {unread}",
        f"left out; see `reliability check`: {unread}",
    ]


@pytest.mark.parametrize("folder", [".reliability/history", ".reliability/kept/history"])
def test_history_that_the_change_itself_commits_is_named(root: Path, folder: str) -> None:
    edit(root / "policies/history.yaml", "store: .reliability/history", f"store: {folder}")
    store = root / folder
    store.mkdir(parents=True)
    (store / "a.parquet").write_bytes(b"PAR1")
    git(root, "checkout", "--quiet", "-b", "change")
    git(root, "add", "--force", ".")
    git(root, "commit", "--quiet", "--message=Two")
    ended = in_process(*BACKTEST, "attendance", "--brief", "--base", "main", folder=root)
    line = f"the change commits 1 files where history is stored: {folder}/a.parquet"
    assert line in ended.err.splitlines()
