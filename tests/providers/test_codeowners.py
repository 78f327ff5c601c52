"""The generated lines of CODEOWNERS, in the file that the code host reads."""

from pathlib import Path

import codeowners
import pytest

from reliability.load.code_owners import LARGEST
from reliability.providers.disk import Disk
from tests.cli.program import Ended, in_process
from tests.live.repository import Repository, make_repository

TARGET: dict[str, object] = {"name": "owners", "provider": "codeowners"}
MINE = "# all\r\n*   @acme/everybody\r\n/docs/ @acme/writers # words\r\n"


def run(repository: Repository, *arguments: str) -> Ended:
    return in_process(*arguments, folder=repository.root)


def sync(repository: Repository, *arguments: str) -> Ended:
    return run(repository, "sync", "--yes", *arguments)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return make_repository(tmp_path, TARGET)


def owners_of(file: Path, path: str) -> list[str]:
    return [name for _, name in codeowners.CodeOwners(file.read_text()).of(path)]


def test_a_repository_without_the_file_gets_it_where_github_looks_first(
    repository: Repository,
) -> None:
    assert sync(repository).code == 0
    file = repository.root / ".github" / "CODEOWNERS"
    path = "services/payslips/slo.yaml"
    assert owners_of(file, path) == ["@example-hr/payroll"]
    assert owners_of(file, "policies/slo.yaml") == ["@example-hr/platform"]
    assert run(repository, "plan", "--brief").out.startswith("owners: no changes; 1 owned")


@pytest.mark.parametrize("path", ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"])
def test_other_lines_stay_byte_by_byte_and_the_last_match_is_ours(
    repository: Repository, path: str
) -> None:
    file = repository.root / path
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(MINE.encode())
    assert sync(repository).code == 0
    assert file.read_bytes().startswith(MINE.encode())
    assert owners_of(file, "services/exports/slo.yaml") == ["@example-hr/workforce"]
    assert owners_of(file, "docs/a.md") == ["@acme/writers"]
    assert not (repository.root / ".github").exists()


def test_a_file_of_gitlab_is_created_where_the_target_says(tmp_path: Path) -> None:
    repository = make_repository(tmp_path, {**TARGET, "path": ".gitlab/CODEOWNERS"})
    assert sync(repository).code == 0
    file = repository.root / ".gitlab" / "CODEOWNERS"
    assert owners_of(file, "services/payslips/slo.yaml") == ["@example-hr/payroll"]
    assert run(repository, "plan", "--brief").out.startswith("owners: no changes; 1 owned")

    (repository.root / "CODEOWNERS").write_text("* @acme/everybody\n")
    ended = sync(repository)
    assert ended.code == 2
    assert "CODEOWNERS exists, and is read instead of .gitlab/CODEOWNERS" in ended.err + ended.out


@pytest.mark.parametrize("gap", ["", "\n"])
def test_the_lines_are_above_the_sections_of_gitlab(repository: Repository, gap: str) -> None:
    file = repository.root / ".gitlab" / "CODEOWNERS"
    file.parent.mkdir()
    sections = "[Documentation] @acme/writers\ndocs/\n^[Security]\nservices/ @acme/security\n"
    before = f"* @acme/everybody\n{gap}{sections}"
    file.write_text(before)
    assert sync(repository).code == 0
    text = file.read_text()
    assert text.startswith(f"* @acme/everybody\n{gap}# reliability: begin")
    assert text.endswith(f"# reliability: end\n\n{sections}")
    found = run(repository, "check", "--format", "json").out
    assert "codeowners-stale" not in found

    repository.keep_services()
    repository.replace("policies/notification.yaml", "  owner: platform", "  #")
    refused = sync(repository)
    token = (refused.out + refused.err).rpartition("--allow ")[2].split()[0]
    assert sync(repository, "--allow", token).code == 0
    assert file.read_text() == before


def test_a_new_owner_is_one_field_and_lines_below_stay(repository: Repository) -> None:
    assert sync(repository).code == 0
    file = repository.root / ".github" / "CODEOWNERS"
    file.write_text(file.read_text() + "/services/exports/secret/ @acme/security\n")
    repository.replace("services/exports/ownership.yaml", "team: workforce", "team: payroll")
    shown = run(repository, "plan").out
    assert "lines[/services/exports/].owners" in shown
    assert shown.count("lines[") == 1
    assert sync(repository).code == 0
    assert owners_of(file, "services/exports/slo.yaml") == ["@example-hr/payroll"]
    assert owners_of(file, "services/exports/secret/x") == ["@acme/security"]


def test_a_line_that_somebody_changes_is_held_as_drift(repository: Repository) -> None:
    assert sync(repository).code == 0
    repository.replace(".github/CODEOWNERS", "/exports/ @example-hr/workforce", "/exports/ @me")
    ended = sync(repository)
    assert ended.code == 1
    assert "! code-owners CODEOWNERS" in ended.out
    assert "@me" in run(repository, "drift").out
    assert "/exports/ @me" in (repository.root / ".github/CODEOWNERS").read_text()
    assert sync(repository, "--overwrite", "code-owners/CODEOWNERS").code == 0
    assert "@me" not in (repository.root / ".github/CODEOWNERS").read_text()


def test_marks_that_are_no_pair_stop_the_sync(repository: Repository) -> None:
    file = repository.root / "CODEOWNERS"
    file.write_text("# reliability: end\n* @acme/everybody\n")
    ended = sync(repository)
    assert ended.code == 1
    assert "expected one begin mark and one end mark after it" in ended.out
    assert file.read_text() == "# reliability: end\n* @acme/everybody\n"


def test_a_file_that_would_be_too_large_is_not_written(repository: Repository) -> None:
    file = repository.root / "CODEOWNERS"
    file.write_text("#" * (LARGEST - 100) + "\n")
    ended = sync(repository)
    assert ended.code == 1
    assert "ignores a file of more than 3,000,000" in ended.out
    assert file.stat().st_size == LARGEST - 99


def test_a_second_sync_at_the_same_time_writes_nothing(repository: Repository) -> None:
    folder = repository.root / ".github"
    folder.mkdir()
    with Disk(writable=True).locked(folder):
        ended = sync(repository)
    assert ended.code == 1
    assert "another sync is writing to" in ended.out
    assert [*folder.iterdir()] == []
    assert sync(repository).code == 0


def test_a_link_in_the_place_of_the_file_is_left_alone(repository: Repository) -> None:
    (repository.root / ".github").mkdir()
    (repository.root / ".github" / "CODEOWNERS").symlink_to("/etc/hostname")
    ended = sync(repository)
    assert ended.code == 2
    assert "not a regular file" in ended.err + ended.out


def test_lines_that_build_wrote_are_taken_over_if_they_are_as_declared(
    repository: Repository,
) -> None:
    assert run(repository, "build", "--code-owners").code == 0
    shown = run(repository, "plan", "--brief").out
    assert "= code-owners CODEOWNERS" in shown
    assert sync(repository).code == 0
    assert run(repository, "plan", "--brief").out.startswith("owners: no changes")
    found = run(repository, "check", "--format", "json").out
    assert "codeowners-stale" not in found
    assert run(repository, "build", "--code-owners").code == 0


def test_without_owners_the_lines_go_and_the_file_stays_if_it_has_others(
    repository: Repository,
) -> None:
    file = repository.root / "CODEOWNERS"
    file.write_bytes(MINE.encode())
    assert sync(repository).code == 0
    repository.keep_services()
    repository.replace("policies/notification.yaml", "  owner: platform", "  #")
    refused = sync(repository)
    token = (refused.out + refused.err).rpartition("--allow ")[2].split()[0]
    assert sync(repository, "--allow", token).code == 0
    assert file.read_bytes() == MINE.encode()
