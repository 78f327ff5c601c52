"""The past is shown with the target, owner and tiers of that time."""

import re
from pathlib import Path

import git
import pytest

from tests.cli.copied import copied, edit
from tests.site.built import Page, build

SLO = "services/attendance/slo.yaml"


def commit(repository: git.Repo, day: str, subject: str) -> None:
    """Commit everything, as if on a day."""
    repository.git.add(all=True)
    people = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (
            *(("NAME", "me"), ("EMAIL", "me@example.com")),
            ("DATE", f"{day}T05:00:00+00:00"),
        )
    }
    with repository.git.custom_environment(**people):
        repository.git.commit(message=subject)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose target was 99 % until October."""
    folder = copied(tmp_path_factory.mktemp("as-of") / "repository")
    repository = git.Repo.init(folder, initial_branch="main")
    edit(folder / SLO, "target: 0.999 ", "target: 0.99 ")
    edit(folder / "services/attendance/alert-policy.yaml", "slow: ticket", "slow: log")
    commit(repository, "2026-07-20", "Begin with 99 %")
    edit(folder / SLO, "target: 0.99 ", "target: 0.999 ")
    edit(folder / "services/attendance/alert-policy.yaml", "slow: log", "slow: ticket")
    commit(repository, "2026-10-10", "Tighten clock in")
    return folder


def test_a_period_is_judged_by_the_target_at_its_end(changed: Path, tmp_path: Path) -> None:
    assert build(changed, tmp_path / "out").code == 0
    text = Page.of(tmp_path / "out/en/services/attendance.html").text
    periods = text[text.index("SLO periods as a table") : text.index("Clock in is quick")]
    rows = re.findall(r"\d{4}-\d\d-\d\d – (\S+) [\d.]+ % (99.9 %|99 %|not declared yet) ", periods)
    assert rows[0] == ("2026-11-25", "99.9 %")
    for end, target in rows:
        expected = "99.9 %" if end > "2026-10-10" else "99 %"
        assert target == (expected if end > "2026-07-20" else "not declared yet"), end
    assert "99.9 % running" not in periods
    assert " 99 % met " in periods


def test_a_day_shows_what_was_declared_then_and_what_is_today(
    changed: Path, tmp_path: Path
) -> None:
    assert build(changed, tmp_path / "out").code == 0
    text = Page.of(tmp_path / "out/en/services/days/attendance.html").text
    early = text[text.index("2026-09-06 · Clock in works") :]
    early = early.split(" · ")[1]
    assert (
        "Declared at the end of that day: target 99 % over 30 days, team workforce, alert tiers "
        "alert, log." in early
    )
    assert "Today: target 99.9 % over 30 days" in early
    late = text[text.index("2026-10-14 · Clock in works") :]
    late = late.split(" · ")[1]
    assert "Declared at the end of that day: target 99.9 % over 30 days" in late
    assert "Today:" not in late


def test_a_shallow_clone_does_not_know(changed: Path, tmp_path: Path) -> None:
    git.Repo.clone_from(changed.as_uri(), tmp_path / "shallow", depth=1)
    assert build(tmp_path / "shallow", tmp_path / "out").code == 0
    text = Page.of(tmp_path / "out/en/services/days/attendance.html").text
    early = text[text.index("2026-09-06 · Clock in works") :]
    assert "not known: the clone has no history of that time" in early[:900]
    late = text[text.index("2026-10-14 · Clock in works") :]
    assert "target 99.9 % over 30 days" in late[:900]


def test_a_link_and_a_file_that_cannot_be_read_are_no_documents(
    changed: Path, tmp_path: Path
) -> None:
    git.Repo.clone_from(changed.as_uri(), tmp_path / "clone")
    repository = git.Repo(tmp_path / "clone")
    (tmp_path / "clone" / "services/exports/secret.yaml").symlink_to("/etc/passwd")
    (tmp_path / "clone" / "services/exports/broken.yaml").write_text("{[")
    commit(repository, "2026-11-01", "Add a link \x01 and a broken file")
    assert build(tmp_path / "clone", tmp_path / "out").code == 0
    text = Page.of(tmp_path / "out/en/services/days/exports.html").text
    assert "target 99 % over 28 days" in text
    assert "root:" not in text
