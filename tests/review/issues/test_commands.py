"""`revisit` and `digest` as a user runs them, on the shipped repository."""

from pathlib import Path

import pytest

from tests.cli.copied import copied, edit
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.forge.worlds import BOT, github_world
from tests.servers.process import free_port

DAY = "2026-12-14"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return copied(tmp_path)


def revisit(folder: Path, *arguments: str, today: str = DAY, **variables: str) -> Ended:
    return reliability("--today", today, "revisit", *arguments, folder=folder, **variables)


def test_without_a_forge_the_issues_are_printed(office: Path) -> None:
    ended = revisit(office)
    assert ended.code == 0
    assert ended.out.startswith("# Review SLO payslips-view of payslips\n\n**Met: ")
    assert "**These figures are synthetic**" in ended.out


def test_a_folder_gets_the_issue_once(office: Path) -> None:
    asked = ("--forge", "folder:forge")
    assert revisit(office, *asked, "--dry-run").out == (
        "would open: Review SLO payslips-view of payslips\n"
    )
    assert not (office / "forge").exists()
    assert revisit(office, *asked).out == "open: Review SLO payslips-view of payslips\n"
    assert revisit(office, *asked).out == ""
    [page] = (office / "forge/issues").glob("*.md")
    assert "product-payroll" in page.read_text()
    edit(office / "services/payslips/slo.yaml", '"2026-11-12"', f'"{DAY}"')
    assert revisit(office, *asked).out == "close #1: Review SLO payslips-view of payslips\n"


def test_github_gets_it_as_well(office: Path, github: str) -> None:
    world = github_world(github)
    variables = {
        "GITHUB_API_URL": github,
        "GITHUB_REPOSITORY": world.name,
        "GITHUB_TOKEN": f"token-{BOT}",
    }
    ended = revisit(office, "--forge", "github", **variables)
    assert (ended.code, ended.err) == (0, "")
    [issue] = world.all_issues()
    assert issue["title"] == "Review SLO payslips-view of payslips"
    assert revisit(office, "--forge", "github", **variables).out == ""


def test_what_cannot_be_read_closes_nothing(office: Path) -> None:
    revisit(office, "--forge", "folder:forge")
    (office / "services/payslips/slo.yaml").write_text("kind: [")
    ended = revisit(office, "--forge", "folder:forge")
    assert ended.code == 2
    assert ended.err.startswith("reliability: issues of what cannot be read would be closed:\n")


def test_japanese_is_what_the_policy_asks_for(office: Path) -> None:
    edit(office / "policies/notification.yaml", "language: en", "language: ja")
    assert revisit(office).out.startswith("# SLO レビュー: payslips の payslips-view\n")


def test_a_forge_that_is_none_is_refused(office: Path) -> None:
    ended = revisit(office, "--forge", "gitlab")
    assert (ended.code, "write github or folder:DIR" in ended.err) == (2, True)


def test_a_digest_of_the_shipped_repository_is_replayed_and_written_once(office: Path) -> None:
    asked = ("--today", "2026-11-25", "digest", "--forge", "folder:forge")
    ended = reliability(*asked, folder=office)
    assert (ended.code, ended.out) == (0, "open: Reliability digest: 2026-W47\n")
    assert reliability(*asked, folder=office).out == ""
    [page] = (office / "forge/issues").glob("*.md")
    assert "**These figures are synthetic**" in page.read_text()


def test_a_server_that_does_not_answer_leaves_a_digest_that_says_so(office: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    ended = reliability(
        "--today", "2026-11-25", "digest", "--prometheus", url, "--no-drift", folder=office
    )
    assert ended.code == 0
    assert ended.err.startswith(f"alerts that fired are unknown: prometheus: {url} does not answer")
    assert "What fired is not known: prometheus" in ended.out
    assert "Replayed from history, not measured" in ended.out
