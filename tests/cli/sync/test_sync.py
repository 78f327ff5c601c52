"""`build`, `plan`, `drift` and `sync` on folders: all that they print, in golden files.

`pytest tests/cli/sync --update-golden` rewrites them; read what has changed.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import answered, in_process, transcript
from tests.golden import Golden
from tests.live.repository import Repository, make_repository

GOLDEN: Final = Path(__file__).parent / "golden"
FILES: Final[dict[str, object]] = {"name": "files", "provider": "files", "folder": "out"}
COPY: Final[dict[str, object]] = {
    "name": "copy",
    "provider": "files",
    "folder": "copy",
    "writes": ["prometheus"],
    "limits": {"deletes": "10%", "updates": "10%", "fromCount": 1},
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = make_repository(tmp_path, FILES, COPY)
    made.keep_services("exports", "monitoring")
    return made


def test_a_first_sync_and_the_next_plans(golden: Golden, repository: Repository) -> None:
    text = transcript(
        repository.root,
        ("plan", "--brief", "--detailed-exitcode"),
        ("sync",),
        ("sync", "--yes", "--dry-run", "--brief"),
        ("sync", "--yes", "--brief"),
        ("plan", "--detailed-exitcode"),
        ("sync", "--yes"),
        ("drift", "--detailed-exitcode"),
    )
    repository.replace("services/exports/slo.yaml", "target: 0.99", "target: 0.98")
    text += transcript(
        repository.root,
        ("plan",),
        ("plan", "--brief", "--sync-target", "files"),
        ("plan", "--brief", "--only", "rules/exports", "--sync-target", "files"),
        ("plan", "--format", "json", "--sync-target", "copy"),
        ("plan", "--format", "markdown"),
        ("sync", "--yes", "--brief"),
    )
    golden.check(GOLDEN / "first.txt", text)


def changed_outside(root: Path) -> None:
    """Somebody edits one file that sync has written, and deletes another."""
    rules = next(root.glob("out/**/exports.yml"))
    rules.write_text(rules.read_text().replace("severity: ", "severity: x-", 1) + "# mine\n")
    next(root.glob("copy/**/monitoring.yml")).unlink()


def test_changes_outside_the_repository(golden: Golden, repository: Repository) -> None:
    root = repository.root
    assert in_process("sync", "--yes", folder=root).code == 0
    changed_outside(root)
    text = transcript(
        root,
        ("drift",),
        ("drift", "--brief", "--detailed-exitcode"),
        ("drift", "--format", "json"),
        ("drift", "--format", "markdown"),
        ("plan", "--brief"),
        ("sync", "--yes", "--brief"),
        ("sync", "--yes", "--brief", "--overwrite", "rules/exports"),
        ("drift", "--brief"),
    )
    golden.check(GOLDEN / "drift.txt", text)


def test_a_change_beyond_the_limits_has_to_be_allowed(
    golden: Golden, repository: Repository
) -> None:
    assert in_process("sync", "--yes", folder=repository.root).code == 0
    repository.keep_services("monitoring")
    text = transcript(
        repository.root,
        ("plan", "--brief"),
        ("plan", "--format", "json", "--brief"),
        ("sync", "--yes", "--brief"),
        ("sync", "--yes", "--brief", "--allow", "copy:ffffff"),
    )
    golden.check(GOLDEN / "limits.txt", text)


def test_requests_that_cannot_be_served(golden: Golden, repository: Repository) -> None:
    text = transcript(
        repository.root,
        ("plan", "--sync-target", "nowhere"),
        ("plan", "--only", "exports"),
        ("plan", "--only", "rules/nobody"),
        ("plan", "--overwrite", "rules/exports"),
        ("plan", "--take-over", "nowhere"),
        ("plan", "--allow", "files"),
        ("plan", "--allow", "nowhere:abcdef"),
        ("sync", "--test-page", "nobody"),
        ("sync", "--test-page", "workforce", "--dry-run"),
        ("build", "--tests", "--compatible", "sloth"),
        ("build", "--jobs", "0"),
    )
    repository.replace("services/exports/slo.yaml", "target: 0.99", "target: 1")
    text += transcript(
        repository.root,
        ("plan",),
        ("plan", "--format", "json"),
        ("plan", "--format", "markdown"),
        ("sync", "--yes"),
        ("drift", "--brief"),
        ("build", "--out", "made"),
    )
    golden.check(GOLDEN / "refused.txt", text)


def test_builds(golden: Golden, repository: Repository) -> None:
    root = repository.root
    text = transcript(
        root,
        ("build", "--out", "made"),
        ("build", "--out", "made"),
        ("build", "--out", "tested", "--tests"),
        ("build", "--out", "sloth", "--compatible", "sloth"),
        ("build", "--code-owners"),
        ("build", "--code-owners"),
    )
    repository.keep_services("monitoring")
    mine = next(root.glob("made/**/monitoring.yml"))
    mine.write_text("groups: []\n")
    text += transcript(root, ("build", "--out", "made"), ("--quiet", "build", "--out", "other"))
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    written = [name for name in names if name.startswith(("made", "tested", "sloth", "other"))]
    golden.check(GOLDEN / "build.txt", text + "\n".join(written) + "\n")


@pytest.mark.parametrize("kind", ["a link", "a folder"])
def test_a_build_leaves_what_is_no_file_of_ours(repository: Repository, kind: str) -> None:
    root = repository.root
    assert in_process("build", "--out", "made", folder=root).code == 0
    rules = next(root.glob("made/**/exports.yml"))
    content = rules.read_bytes()
    rules.unlink()
    if kind == "a link":
        (root / "elsewhere.yml").write_bytes(content)
        rules.symlink_to(root / "elsewhere.yml")
    else:
        rules.mkdir()
    ended = in_process("build", "--out", "made", folder=root)
    assert ended.code == 1 or ended.code == 2
    assert "without a mark of this repository, so it is left untouched; move it away" in (
        ended.out + ended.err
    )


@pytest.mark.parametrize("answer", ["no", "y", "", "yes"])
def test_only_yes_changes_anything(repository: Repository, answer: str) -> None:
    ended = answered("sync", "--brief", folder=repository.root, typed=[answer])
    shown, _, question = ended.err.partition("\n\nApply these changes to files, copy? ")
    brief = in_process("plan", "--brief", folder=repository.root).out
    assert question.startswith("Only 'yes' is accepted.\n> ")
    assert answer == "yes" or f"{shown}\n" == brief
    assert "files: " in shown
    if answer == "yes":
        assert ended.code == 0
        assert (repository.root / "out").is_dir()
        again = answered("sync", "--brief", folder=repository.root, typed=[])
        assert (again.code, "Apply" in again.err) == (0, False)
    else:
        assert (ended.code, ended.out) == (1, "")
        assert "nothing was changed" in ended.err
        assert not (repository.root / "out").exists()
