"""`sync --forge`: one comment on the merged pull request, with what is live."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability.forge.folder.page import read_page
from reliability.message import Message
from reliability.plan.alerts import ActiveAlert
from reliability.plan.change import Blocked, Delete, Postponed
from reliability.plan.plan import Plan
from reliability.plan.report import Report, Synced, Unreached
from reliability.render.words import words_in
from reliability.resource import Resource, ResourceId
from reliability.review.sync_comment import SyncResult, sync_comment
from tests.cli.program import Ended
from tests.live.repository import Repository, edit, make_repository
from tests.load.test_git import committed, git

FILES: dict[str, object] = {"name": "files", "provider": "files"}
COPY: dict[str, object] = {"name": "copy", "provider": "files", "folder": "copy"}


@dataclass(frozen=True, slots=True)
class Merged:
    """A repository whose newest commit came from pull request 7."""

    repository: Repository
    forge: Path

    def commit(self) -> str:
        commit = committed(self.repository.root)
        folder = self.forge / "pull-requests" / "7"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "merged.txt").write_text(f"{commit}\n")
        return commit

    def sync(self, *arguments: str) -> Ended:
        return self.repository.run("sync", "--yes", "--forge", f"folder:{self.forge}", *arguments)

    def comments(self) -> list[str]:
        pages = [read_page(path) for path in sorted(self.forge.rglob("*.md"))]
        return [page.body.partition("\n")[2] for page in pages if page]


@pytest.fixture
def merged(tmp_path: Path) -> Merged:
    root = tmp_path / "repository"
    root.mkdir()
    repository = make_repository(root, FILES, COPY)
    repository.keep_services("exports", "monitoring")
    git(root, "init", "--quiet", "--initial-branch=main")
    made = Merged(repository, tmp_path / "forge")
    made.commit()
    return made


def test_one_comment_follows_the_commit_from_failed_to_held_to_live(merged: Merged) -> None:
    root = merged.repository.root
    assert merged.sync("--dry-run").code == 0
    assert merged.comments() == []

    (root / "copy").write_text("no folder")
    assert merged.sync().code == 1
    [failed] = merged.comments()
    assert failed.startswith("### ❌ Not live")
    assert failed.index("- `copy`: **failed**") < failed.index("- `files`: **live**: ")
    assert "start the workflow again, or run `reliability sync`" in failed

    (root / "copy").unlink()
    assert merged.sync().code == 0
    edit(root / "build/prometheus/exports.yml", "tier: ticket", "tier: log")
    assert merged.sync().code == 1
    [held] = merged.comments()
    assert held.startswith("### ⏸️ Not all live")
    assert "- `files`: **held**: 1 left alone; " in held
    assert "  - rules `exports`: `changed outside the repository`" in held
    overwrite = "reliability sync --sync-target files --overwrite rules/exports"
    assert f"`{overwrite}`" in held

    assert merged.repository.run(*overwrite.split()[1:], "--yes").code == 0
    commit = merged.commit()
    assert merged.sync().code == 0
    [live] = merged.comments()
    assert live.startswith(f"### ✅ Live in 2 sync targets\n\nCommit `{commit[:12]}`\n")
    assert "**Next:**" not in live


def test_a_refused_plan_and_unreadable_documents_are_told(merged: Merged) -> None:
    assert merged.sync().code == 0
    merged.repository.keep_services("monitoring")
    merged.commit()
    assert merged.sync().code == 1
    [refused] = merged.comments()
    assert "- `files`: **refused**: " in refused
    allow = refused.partition("with `files:")[2].partition("`")[0]
    assert f"`reliability sync --sync-target files --allow files:{allow}`" in refused

    (merged.repository.root / "policies/targets.yaml").write_text("spec: {\n")
    merged.commit()
    assert merged.sync().code == 2
    [unreadable] = merged.comments()
    assert unreadable.startswith("### ❌ Not live")
    assert "It ended early: `` part of the repository cannot be read" in unreadable


def test_a_commit_without_a_pull_request_gets_no_comment(merged: Merged) -> None:
    merged.repository.replace("services/exports/slo.yaml", "\n", "\n# pushed\n")
    committed(merged.repository.root, "pushed")
    ended = merged.sync()
    assert (ended.code, merged.comments()) == (0, [])
    assert "no pull request was merged by " in ended.err


def test_a_comment_that_cannot_be_written_fails_no_sync(merged: Merged) -> None:
    page = merged.forge / "pull-requests/7/sync.md"
    page.mkdir()
    ended = merged.sync()
    assert (ended.code, (merged.repository.root / "copy").is_dir()) == (0, True)
    assert "no comment on " in ended.err


@pytest.mark.parametrize("part", [("--sync-target", "copy"), ("--only", "rules/exports")])
def test_a_part_of_a_commit_is_not_reported(merged: Merged, part: tuple[str, str]) -> None:
    ended = merged.sync(*part)
    assert (ended.code, "leave out --only" in ended.err) == (2, True)
    assert not (merged.repository.root / "copy").exists()


def test_what_is_held_is_counted_beyond_ten_with_each_next_command_in_both_languages() -> None:
    ids = [ResourceId("mimir", "rules", f"r{number:02}") for number in range(12)]
    blocked = tuple(Blocked(id=each, why=Message("in the way")) for each in ids)
    alert = ActiveAlert({"alertname": "Slow"}, "firing", datetime(2026, 12, 3, tzinfo=UTC))
    delete = Delete(Resource(ids[0], {}))
    plan = Plan(target="mimir", blocked=blocked, postponed=(Postponed(delete, (alert,)),))
    reports: list[Report] = [Unreached("datadog", "no answer"), Synced(plan, ())]
    result = SyncResult(commit="a" * 40, run="https://h/run", reports=reports)
    text = sync_comment(result, words_in("en"))
    assert "Commit `aaaaaaaaaaaa`, [this run](https://h/run)" in text
    assert text.index("- `datadog`: **failed**: `no answer`") < text.index(
        "  - rules `r00`: `would"
    )
    assert "  - rules `r08`: `in the way`\n  - and 3 more\n" in text
    commands = ("sync --sync-target mimir --allow-active", "plan --sync-target mimir", "sync")
    assert [f"`reliability {each}`" in text for each in commands] == [True] * 3
    japanese = sync_comment(result, words_in("ja"))
    assert [f"`reliability {each}`" in japanese for each in commands] == [True] * 3
    assert "ほか 3 件" in japanese
