"""Reviews on GitHub's emulator: the life of a pull request, and what it costs in calls."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.program import Ended, in_process
from tests.forge import proxy as faults
from tests.forge.activity import pushed
from tests.forge.proxy import Proxy
from tests.forge.worlds import BOT, PERSON, GitHubWorld
from tests.review.pull_request.scene import LOOSER, LOUDER, POLICY, SLO, Scene, scene

DAY = "2026-11-25"
OWNERSHIP = "services/attendance/ownership.yaml"
ASKED = 4
"""Handles whose access is asked for: the approvers of the service, and those of policies/."""

Program = Callable[..., Ended]


class Story:
    """A repository here, its pull request there, and the job that reviews it."""

    def __init__(
        self, of: Scene, world: GitHubWorld, proxy: Proxy, program: Program = in_process
    ) -> None:
        self.of, self.world, self.proxy, self.program = of, world, proxy, program
        self.pushed: set[str] = set()
        path = of.root / OWNERSHIP
        text = path.read_text().replace("@product-attendance", "@mori")
        path.write_text(text.replace("@lead-workforce", "@sato"))
        self.base = of.commit()

    def push(self, *paths: str) -> None:
        """What lies here goes onto the pull request's branch."""
        for path in paths:
            content = base64.b64encode((self.of.root / path).read_bytes()).decode()
            change = {"message": "change", "content": content, "branch": "change"}
            there = (
                self.world.in_repository(
                    PERSON, "GET", f"/contents/{path.rpartition('/')[0]}?ref=change"
                )
                if path in self.pushed
                else []
            )
            shas = [each["sha"] for each in there if each["path"] == path]
            self.world.in_repository(
                PERSON, "PUT", f"/contents/{path}", change | ({"sha": shas[0]} if shas else {})
            )
            self.pushed.add(path)

    def run(
        self, *arguments: str, token: str = f"token-{BOT}", head: str = "", **variables: str
    ) -> Ended:
        """The job, started by the event of the pull request at this head, or the newest."""
        self.tell(head)
        self.proxy.seen.clear()
        return self.job(*arguments, token=token, **variables)

    @property
    def event(self) -> Path:
        """Where the event of the pull request is."""
        return self.of.root.parent / "event.json"

    def tell(self, head: str = "") -> None:
        """Write the event of the pull request at this head, or the newest."""
        side = {"sha": self.base, "ref": "main"}
        checked_out = {"sha": head or self.world.head(), "ref": "change"}
        pull = {"number": self.world.number, "base": side, "head": checked_out}
        self.event.write_text(json.dumps({"action": "synchronize", "pull_request": pull}))

    def job(self, *arguments: str, token: str = f"token-{BOT}", **variables: str) -> Ended:
        """The job, for the event that is there."""
        return self.program(
            *("review", "--forge", "github", "--today", DAY, *arguments),
            folder=self.of.root,
            GITHUB_API_URL=self.proxy.url,
            GITHUB_REPOSITORY=self.world.name,
            GITHUB_TOKEN=token,
            GITHUB_EVENT_PATH=str(self.event),
            **variables,
        )

    def cost(self) -> tuple[int, int, int]:
        """Reads, writes and queries of the last run."""
        seen = self.proxy.seen
        return self.proxy.counts["GET"], self.proxy.writes, seen.count("POST /graphql")

    def on_lines(self) -> list[str]:
        return [each["body"] for each in self.world.every(f"/pulls/{self.world.number}/comments")]


@pytest.fixture
def story(tmp_path: Path, behind_proxy: GitHubWorld, proxy: Proxy) -> Story:
    return Story(scene(tmp_path), behind_proxy, proxy)


def test_the_life_of_a_pull_request(story: Story) -> None:
    story.world.comment("mori", "<!-- reliability:review 1 -->\nI am not the review")
    story.of.change(LOOSER, LOUDER)
    story.push(SLO, POLICY)

    opened = story.run()
    assert opened.code == 1, opened.err
    assert opened.out == (
        "Blocked: approval by @mori and @sato is missing; "
        "1 past incident would no longer page; 2 findings to fix\n"
    )
    theirs, ours = story.world.bodies()
    assert theirs.endswith("I am not the review")
    assert "### ❌ Blocked: approval by `@mori` and `@sato` is missing; " in ours
    lines = story.on_lines()
    assert len(lines) == 6
    assert [each for each in lines if "**warning** `incident-missed`" in each] == lines[5:]

    again = story.run()
    assert (again.code, again.out) == (1, opened.out)
    assert story.cost()[1] == 0
    assert len(story.world.bodies()) == 2

    story.of.change((POLICY, LOUDER[2], LOUDER[1]))
    story.push(POLICY)
    story.world.approve("mori")
    fixed = story.run()
    assert fixed.code == 1, fixed.err
    assert "approval by @sato is missing" in fixed.out
    # Who pushed a part of the change does not approve alone.
    row = pushed("refs/heads/change", "a" * 40, story.world.head(), "mori")
    story.world.in_repository("mori", "POST", "/activity", row)
    assert "approval by @mori and @sato is missing" in story.run().out
    story.world.approve("sato")
    approved = story.run()
    assert (approved.code, approved.out) == (0, "Nothing blocks this change\n"), approved.err
    assert len(story.world.bodies()) == 2
    assert "### ✅ Nothing blocks this change" in story.world.bodies()[1]


BROKEN = (POLICY, "kind: AlertPolicy", "kind: Unknown")


def test_requests_that_are_not_needed_any_more_are_taken_back(story: Story) -> None:
    def asked() -> set[str]:
        pull = story.world.in_repository(PERSON, "GET", f"/pulls/{story.world.number}")
        return {each["login"] for each in pull["requested_reviewers"]}

    requests = f"/pulls/{story.world.number}/requested_reviewers"
    story.world.in_repository(PERSON, "POST", requests, {"reviewers": ["mori"]})
    story.of.change(LOOSER)
    story.push(SLO)
    assert story.run().code == 1
    assert asked() == {"mori", "sato"}

    # What an unreadable file asks for is not known.
    story.of.change((SLO, LOOSER[2], LOOSER[1]), BROKEN)
    story.push(SLO, POLICY)
    assert story.run().code == 1
    assert asked() == {"mori", "sato"}
    story.of.change((POLICY, BROKEN[2], BROKEN[1]))
    story.push(POLICY)
    ended = story.run()
    assert (ended.code, ended.err) == (0, "")
    assert asked() == {"mori"}


def test_a_summary_that_github_refuses_is_said_and_findings_become_annotations(
    story: Story,
) -> None:
    story.of.change(LOUDER)
    story.push(POLICY)
    story.proxy.fail("POST", "/issues/", faults.status(422), times=9)
    ended = story.run()
    assert ended.code == 1
    [line] = [line for line in ended.err.splitlines() if "comment was not posted" in line]
    assert line.startswith("a comment was not posted: ")
    assert "422" in line
    assert "::error " in ended.out


def test_the_token_of_a_fork_loses_nothing(story: Story) -> None:
    story.of.change(LOOSER, LOUDER)
    story.push(SLO, POLICY)
    summary = story.of.root.parent / "summary.md"
    ended = story.run(token="token-fork", GITHUB_STEP_SUMMARY=str(summary))
    assert ended.code == 1, ended.err
    assert "no comment was posted" in ended.err
    assert story.world.bodies() == story.on_lines() == []
    text = summary.read_text()
    for rule in ("slo-loosened", "tier-changed", "alert-for-cause", "incident-missed"):
        assert f"`{rule}`" in text
        assert f"title={rule}::" in ended.out
    assert story.cost()[1] <= 2


def test_an_approved_fork_is_green_without_a_comment(story: Story) -> None:
    story.of.change(LOOSER)
    story.push(SLO)
    story.world.approve("mori")
    story.world.approve("sato")
    ended = story.run(token="token-fork")
    assert ended.code == 0, ended.err


def test_a_review_of_an_older_commit_writes_nothing(story: Story) -> None:
    story.of.change(LOOSER)
    story.push(SLO)
    ended = story.run(head="a" * 40)
    assert ended.code == 1
    assert "was pushed in the meantime" in ended.err
    assert story.world.bodies() == story.on_lines() == []


def test_what_a_review_of_fifty_findings_costs(story: Story) -> None:
    signals = "".join(
        f"    - {{name: S{number}, kind: cause, tier: alert, expr: 'up > {number}', for: 5m, "
        "summary: s, runbook: docs/runbooks/clock-in.md}\n"
        for number in range(25)
    )
    path = story.of.root / POLICY
    path.write_text(path.read_text().replace("  signals:", f"  signals: #\n{signals}", 1))
    story.of.commit()
    story.push(POLICY)
    first = story.run("--max-inline", "50")
    assert first.code == 1, first.err
    assert len(story.on_lines()) == 50
    reads, writes, queries = story.cost()
    assert (writes, queries) == (2, 3)
    assert reads <= 8 + ASKED
    story.run("--max-inline", "50")
    reads, writes, queries = story.cost()
    assert (writes, queries) == (0, 2)
    assert reads <= 6 + ASKED
