"""`revisit` and `digest` with environments: one issue with the figures of each.

`pytest tests/cli/environments --update-golden` rewrites them; read what has changed.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import edit
from tests.cli.environments.declared import in_two_environments
from tests.cli.environments.test_tickets import servers_of
from tests.cli.program import in_process
from tests.cli.tickets.fired_server import FiredServer
from tests.golden import Golden
from tests.history.server import serving

GOLDEN: Final = Path(__file__).parent / "golden"
DAY: Final = ("--today", "2026-11-25")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = in_two_environments(tmp_path)
    edit(root / "services/attendance/slo.yaml", 'reviewed: "2026-10-20"', 'reviewed: "2026-06-20"')
    return root


def issues(root: Path, *command: str) -> list[str]:
    """The issues that a command writes, without what the folder adds before them."""
    ended = in_process(*DAY, *command, "--forge", "folder:issues", folder=root)
    assert ended.code == 0, ended.err
    files = sorted(root.glob("issues/**/*.md"))
    return [path.read_text().partition("\n---\n")[2].lstrip() for path in files]


def test_a_review_issue_has_the_figures_of_each_environment(golden: Golden, root: Path) -> None:
    [text] = issues(root, "revisit")
    golden.check(GOLDEN / "revisit.txt", text)


def test_a_review_issue_in_japanese(golden: Golden, root: Path) -> None:
    edit(root / "policies/notification.yaml", "language: en ", "language: ja ")
    [text] = issues(root, "revisit")
    golden.check(GOLDEN / "revisit.ja.txt", text)


def test_an_slo_that_runs_in_one_environment_has_figures_of_that_one(root: Path) -> None:
    edit(
        root / "services/attendance/ownership.yaml",
        "\nspec:\n",
        "\nspec:\n  environments: {production: {}}\n",
    )
    [text] = issues(root, "revisit")
    assert "`production`" in text
    assert "`staging`" not in text


def test_a_digest_counts_each_environment(golden: Golden, root: Path) -> None:
    [text] = issues(root, "digest", "--no-drift")
    golden.check(GOLDEN / "digest.txt", text)


def test_a_digest_counts_notifications_in_each_environment(root: Path) -> None:
    ended = in_process("--today", "2026-10-06", "digest", "--no-drift", folder=root)
    rows = [line for line in ended.out.splitlines() if line.startswith("| `")]
    assert rows[:2] == ["| `production` | 2 | 2 (100 %) | 2 |", "| `staging` | 0 | - | 0 |"]


def test_issues_of_one_environment_have_no_figures_of_another(root: Path) -> None:
    [review] = issues(root, "revisit", "--environment", "staging")
    [_, digest] = issues(root, "digest", "--no-drift", "--environment", "staging")
    for text in (review, digest):
        assert "staging" in text
        assert "production" not in text


def test_an_slo_that_runs_in_no_chosen_environment_has_the_figures_of_the_others(
    root: Path,
) -> None:
    edit(
        root / "services/attendance/ownership.yaml",
        "\nspec:\n",
        "\nspec:\n  environments: {production: {}}\n",
    )
    [text] = issues(root, "revisit", "--environment", "staging")
    assert "`production`" in text


@pytest.mark.parametrize("command", ["revisit", "digest"])
def test_an_unknown_environment_is_refused(root: Path, command: str) -> None:
    ended = in_process(*DAY, command, "--environment", "stagin", folder=root)
    assert (ended.code, "did you mean staging?" in ended.err) == (2, True), ended.err


def test_what_fired_is_unknown_unless_each_environment_has_a_prometheus(root: Path) -> None:
    with serving(FiredServer((), evaluated_since=0)) as server:
        servers_of(root, server.url, server.url)
        whole = in_process(*DAY, "digest", "--no-drift", folder=root)
        path = root / "policies/environments.yaml"
        text = path.read_text()
        at = text.rindex("      history: ")
        path.write_text(text[:at] + text[text.index("\n", at) + 1 :])
        part = in_process(*DAY, "digest", "--no-drift", folder=root)
        named = in_process(*DAY, "digest", "--no-drift", "--environment", "production", folder=root)
    note = "alerts that fired are unknown: no Prometheus reports what fired in staging\n"
    assert [(ended.code, ended.err) for ended in (whole, part, named)] == [
        (0, ""),
        (0, note),
        (0, ""),
    ]
