"""A pull request with only rule files in it: the one comment, on an emulated GitHub."""

import json
import re
from pathlib import Path

import pytest

from tests.backtest.rule_files.rule_repository import (
    ALERTMANAGER,
    INCIDENTS,
    RULES,
    TODAY,
    RuleRepository,
)
from tests.backtest.rule_files.test_stored import RULE_FILE, store
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.forge import proxy as faults
from tests.forge.proxy import Proxy
from tests.forge.worlds import BOT, GitHubWorld
from tests.golden import Golden

GOLDEN = Path(__file__).parent / "golden"
OPTIONS = ("--rules", "rules", "--alertmanager", "alertmanager.yml", "--forge", "github")


class RulesPull:
    """A repository here, its pull request there, and the job that comments on it."""

    def __init__(self, folder: Path, world: GitHubWorld, proxy: Proxy) -> None:
        self.folder, self.world, self.proxy = folder, world, proxy
        files = {
            RULE_FILE: RULES,
            "alertmanager.yml": ALERTMANAGER,
            "incidents.csv": INCIDENTS,
            "README.md": "Rules of the mail team\n",
            ".gitignore": ".reliability\n",
        }
        self.repository = RuleRepository.at(folder, files)
        self.repository.git("branch", "base")

    def change(self, name: str, old: str, new: str) -> None:
        """Commit an edit."""
        self.repository.replace(name, old, new)
        self.repository.git("commit", "--quiet", "--all", "--message", "change")

    def job(self, *arguments: str, token: str = f"token-{BOT}", head: str = "") -> Ended:
        """Run the job for the event of the pull request, at this head or the newest."""
        pull = {
            "number": self.world.number,
            "base": {"sha": self.base, "ref": "main"},
            "head": {"sha": head or self.world.head(), "ref": "change"},
        }
        event = self.folder / "event.json"
        event.write_text(json.dumps({"action": "synchronize", "pull_request": pull}))
        self.proxy.seen.clear()
        return reliability(
            *("--today", TODAY, "backtest", *OPTIONS, *arguments),
            folder=self.repository.root,
            GITHUB_API_URL=self.proxy.url,
            GITHUB_REPOSITORY=self.world.name,
            GITHUB_TOKEN=token,
            GITHUB_EVENT_PATH=str(event),
            GITHUB_STEP_SUMMARY=str(self.folder / "summary.md"),
        )

    @property
    def base(self) -> str:
        """The commit of the base branch."""
        path = self.repository.root / ".git" / "refs" / "heads" / "base"
        return path.read_text(encoding="utf-8").strip()


@pytest.fixture
def pull(tmp_path: Path, behind_proxy: GitHubWorld, proxy: Proxy) -> RulesPull:
    return RulesPull(tmp_path, behind_proxy, proxy)


def test_the_comment_is_written_once_and_edited(pull: RulesPull, golden: Golden) -> None:
    store(pull.repository, "queue_length", "queue:length:max")
    pull.change(RULE_FILE, "> 50", "> 70")
    pull.change("alertmanager.yml", 'severity="page"', 'severity=~"page|warning"')
    pull.world.comment("mori", f"<!-- reliability:backtest {pull.world.number} -->\nnot the tool")

    opened = pull.job("--incidents", "incidents.csv")
    assert (opened.code, opened.err) == (0, "")
    [_, comment] = pull.world.bodies()
    golden.check(GOLDEN / "comment.md", f"{comment}\n")
    assert comment.endswith((pull.folder / "summary.md").read_text(encoding="utf-8").strip())

    again = pull.job("--incidents", "incidents.csv")
    assert (again.code, pull.proxy.writes) == (0, 0), "the same comment is not written again"

    pull.change(RULE_FILE, "> 70", "> 50")
    assert pull.job("--incidents", "incidents.csv").code == 0
    [_, edited] = pull.world.bodies()
    assert "QueueLong" not in edited
    assert "QueueEmpty" in edited


def test_without_stored_samples_the_comment_says_how_to_get_them(pull: RulesPull) -> None:
    pull.change(RULE_FILE, "> 50", "> 70")
    ended = pull.job()
    assert (ended.code, ended.err) == (0, "")
    [comment] = pull.world.bodies()
    assert "### nothing replayed\\: 1 alert without enough history" in comment
    assert "the default branch has stored no samples" in comment
    assert "pages a week" not in comment, "nothing is claimed"


def test_a_change_of_other_files_gets_no_comment(pull: RulesPull) -> None:
    pull.change("README.md", "mail", "e-mail")
    assert pull.job().code == 0
    assert pull.world.bodies() == []


def test_a_change_of_layout_says_that_nothing_changes(pull: RulesPull) -> None:
    pull.change(RULE_FILE, "queue_length == 0", "queue_length   ==  0")
    assert pull.job().code == 0
    [comment] = pull.world.bodies()
    assert "### no alert changed its meaning or its route" in comment


def test_a_token_that_may_only_read_leaves_the_report_in_the_summary(pull: RulesPull) -> None:
    store(pull.repository, "queue_length", "queue:length:max")
    pull.change(RULE_FILE, "> 50", "> 70")
    ended = pull.job(token="token-fork")
    assert ended.code == 0
    assert "no comment was posted" in ended.err
    assert pull.world.bodies() == []
    assert "14\\.0 → 7\\.0" in (pull.folder / "summary.md").read_text(encoding="utf-8")


def test_a_comment_that_github_refuses_fails_the_job_and_says_why(pull: RulesPull) -> None:
    pull.change(RULE_FILE, "> 50", "> 70")
    pull.proxy.fail("POST", "/comments", faults.status(422), times=9)
    ended = pull.job()
    assert ended.code == 1
    [line] = ended.err.splitlines()
    assert line.startswith("the comment was not posted: ")
    assert "422" in line
    assert "QueueLong" in (pull.folder / "summary.md").read_text(encoding="utf-8")


def test_the_run_of_an_older_commit_writes_nothing(pull: RulesPull) -> None:
    pull.change(RULE_FILE, "> 50", "> 70")
    ended = pull.job(head="0" * 40)
    assert "was pushed in the meantime" in ended.err
    assert pull.world.bodies() == []


def test_a_name_mentions_nobody_and_is_no_markup(pull: RulesPull) -> None:
    pull.change(RULE_FILE, "alert: QueueEmpty", 'alert: "@mori <img src=x> ](http://x) `|` #1"')
    assert pull.job().code == 0
    [comment] = pull.world.bodies()
    assert "&lt;img src" in comment
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", comment)
    assert "@mori" not in outside
    assert "<img" not in outside
