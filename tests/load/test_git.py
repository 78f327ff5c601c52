"""The base is the repository's own commit, whatever a pull request puts beside its documents."""

import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from reliability.errors import RevisionError
from reliability.git import GitRepository
from reliability.load.base import load_base
from reliability.resolve.objectives import objectives
from tests.cli.copied import DAY, copied, edit
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.environment import environment

LOOSENED: Final = "error[slo-loosened]"
SLO: Final = "services/attendance/slo.yaml"
IDENTITY: Final = ("-c", "user.name=dev", "-c", "user.email=dev@example.com")


def git(folder: Path, *arguments: str, **variables: str) -> str:
    """What git prints, run as the person who owns the folder."""
    done = subprocess.run(
        ["git", *IDENTITY, *arguments],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def committed(folder: Path, subject: str = "change") -> str:
    """Commit everything in a folder, ignored or not; the commit."""
    git(folder, "add", "--all", "--force", ".")
    git(folder, "commit", "--quiet", "-m", subject)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def mono(tmp_path: Path) -> Path:
    """A repository that holds services/ in the folder slo; its branch loosens a target."""
    top = tmp_path / "mono"
    (top / "slo").mkdir(parents=True)
    copied(top / "slo")
    git(top, "init", "--quiet", "--initial-branch=main")
    committed(top, "base")
    git(top, "checkout", "--quiet", "-b", "change")
    edit(top / "slo" / SLO, "target: 0.999 ", "target: 0.995 ")
    committed(top, "loosen")
    return top


def checked(folder: Path, base: str = "main", **variables: str) -> Ended:
    """What a check against the base says."""
    return reliability("--today", DAY, "check", "--base", base, folder=folder, **variables)


def sees_the_change(folder: Path, base: str = "main") -> None:
    """The base is the real one: its target is the higher one."""
    wanted = objectives(load_base(folder, base).catalog)
    targets = {objective.target for objective in wanted if objective.service == "attendance"}
    assert Decimal("0.999") in targets


def a_check_sees_the_change(folder: Path, base: str = "main", **variables: str) -> None:
    """So does the command."""
    ended = checked(folder, base, **variables)
    assert (ended.code, LOOSENED in ended.out) == (1, True), ended.out + ended.err


def bare_layout(folder: Path, head: str, config: str) -> None:
    """The files by which git takes a folder for a bare repository."""
    for name in ("objects/info", "refs/heads", "refs/replace"):
        (folder / name).mkdir(parents=True)
    (folder / "HEAD").write_text(f"{head}\n")
    (folder / "refs/heads/keep").touch()
    (folder / "config").write_text(config)


BARE: Final = "[core]\n\tbare = true\n"
WORKTREE: Final = "[core]\n\tbare = false\n\tworktree = .\n"


@pytest.mark.parametrize("config", [BARE, WORKTREE])
@pytest.mark.parametrize("place", ["slo", ".", "slo/services"])
def test_a_bare_repository_in_the_pull_request_is_not_the_repository(
    mono: Path, place: str, config: str
) -> None:
    base, head = git(mono, "rev-parse", "main", "HEAD").split()
    folder = mono / place
    bare_layout(folder, head, config)
    (folder / "objects/info/alternates").write_text(f"{mono / '.git/objects'}\n")
    (folder / "refs/replace" / base).write_text(f"{head}\n")
    committed(mono, "layout")
    sees_the_change(mono / "slo", base)
    if place == "slo":
        a_check_sees_the_change(mono / "slo", base)
        review = reliability("--today", DAY, "review", "--base", base, folder=mono / "slo")
        assert review.code == 1
        assert "### ❌ Blocked: approval by" in review.out


def test_a_promisor_remote_of_the_pull_request_runs_nothing(mono: Path) -> None:
    base, head = git(mono, "rev-parse", "main", "HEAD").split()
    ran = mono.parent / "ran"
    config = (
        "[core]\n\trepositoryformatversion = 1\n\tbare = true\n"
        "[extensions]\n\tpartialClone = origin\n"
        f'[remote "origin"]\n\turl = "ext::sh -c touch%% {ran}"\n\tpromisor = true\n'
        '[protocol "ext"]\n\tallow = always\n'
    )
    bare_layout(mono / "slo", head, config.replace("%%", "%"))
    committed(mono, "layout")
    sees_the_change(mono / "slo", base)
    for command in (("review",), ("backtest", "--no-color")):
        reliability("--today", DAY, command[0], "--base", base, folder=mono / "slo")
    assert not ran.exists()


def test_a_promisor_remote_of_the_clone_itself_is_not_asked_for_a_missing_object(
    mono: Path,
) -> None:
    blob = git(mono, "rev-parse", "main:slo/services/attendance/ownership.yaml")
    ran = mono.parent / "ran"
    git(mono, "config", "extensions.partialClone", "origin")
    git(mono, "config", "remote.origin.url", f"ext::sh -c touch% {ran}")
    git(mono, "config", "remote.origin.promisor", "true")
    git(mono, "config", "protocol.ext.allow", "always")
    removed(mono, blob)
    ended = checked(mono / "slo")
    assert (ended.code, ran.exists()) == (2, False)
    assert f"object {blob} is not in this clone" in ended.err


def removed(top: Path, name: str) -> None:
    """Take one loose object away."""
    (top / ".git/objects" / name[:2] / name[2:]).unlink()


@pytest.mark.parametrize(
    "name",
    ["main", "main^{tree}", "main:slo", "main:slo/services", f"main:slo/{SLO}", "change^{commit}"],
)
def test_a_missing_object_ends_the_run_and_is_no_empty_base(mono: Path, name: str) -> None:
    base = git(mono, "rev-parse", "main")
    removed(mono, git(mono, "rev-parse", name))
    with pytest.raises(RevisionError):
        load_base(mono / "slo", base)


def test_a_damaged_object_ends_the_run(mono: Path) -> None:
    name = git(mono, "rev-parse", f"main:slo/{SLO}")
    path = mono / ".git/objects" / name[:2] / name[2:]
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    ended = checked(mono / "slo")
    assert (ended.code, ended.out) == (2, "")


def test_replace_objects_and_grafts_of_the_clone_change_no_base(mono: Path) -> None:
    base, head = git(mono, "rev-parse", "main", "HEAD").split()
    git(mono, "replace", base, head)
    (mono / ".git/info/grafts").write_text(f"{head}\n")
    sees_the_change(mono / "slo", base)


VARIABLES: Final[dict[str, Callable[[Path], str]]] = {
    "GIT_DIR": lambda other: str(other / ".git"),
    "GIT_WORK_TREE": str,
    "GIT_INDEX_FILE": lambda other: str(other / "nowhere"),
    "GIT_OBJECT_DIRECTORY": lambda other: str(other / ".git/objects"),
    "GIT_COMMON_DIR": lambda other: str(other / ".git"),
    "GIT_NAMESPACE": lambda _: "other",
    "GIT_CEILING_DIRECTORIES": lambda other: str(other.parent / "mono"),
    "GIT_PREFIX": lambda _: "slo/",
    "GIT_LITERAL_PATHSPECS": lambda _: "0",
    "GIT_GRAFT_FILE": lambda other: str(other / "grafts"),
    "GIT_EXTERNAL_DIFF": lambda other: f"touch {other / 'ran'}",
}


def test_the_variables_that_a_calling_hook_sets_lead_to_no_other_repository(mono: Path) -> None:
    other = mono.parent / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    (other / "file").touch()
    committed(other)
    variables = {name: value(other) for name, value in VARIABLES.items()}
    a_check_sees_the_change(mono / "slo", **variables)
    assert not (other / "ran").exists()


def test_worktrees_and_those_of_a_bare_repository_have_their_base(mono: Path) -> None:
    linked, bare, of_bare = (mono.parent / name for name in ("linked", "bare.git", "of-bare"))
    git(mono, "worktree", "add", "--quiet", "--detach", str(linked), "change")
    sees_the_change(linked / "slo")
    git(mono, "clone", "--quiet", "--bare", str(mono), str(bare))
    git(bare, "worktree", "add", "--quiet", "--detach", str(of_bare), "change")
    sees_the_change(of_bare / "slo")


def test_a_submodule_has_the_base_of_its_own_repository(mono: Path) -> None:
    above = mono.parent / "above"
    above.mkdir()
    git(above, "init", "--quiet")
    allow = ("-c", "protocol.file.allow=always")
    git(above, *allow, "submodule", "--quiet", "add", str(mono), "sub")
    git(above / "sub", "fetch", "--quiet", "origin", "main:main")
    sees_the_change(above / "sub/slo")


def test_a_submodule_that_is_a_fork_of_the_repository_is_compared_with_nothing(
    mono: Path,
) -> None:
    fork = mono.parent / "fork"
    git(mono, "clone", "--quiet", str(mono), str(fork))
    copied(fork)
    committed(fork, "services at the top, and those of slo/ as they were")
    allow = ("-c", "protocol.file.allow=always")
    git(mono, *allow, "submodule", "--quiet", "add", str(fork), "sub")
    ended = checked(mono / "sub", git(mono, "rev-parse", "main"))
    assert ended.code == 2
    assert "has no documents below ., but in slo/services" in ended.err


def test_documents_that_a_change_moves_are_compared_with_where_they_were(mono: Path) -> None:
    git(mono, "mv", "slo", "decoy")
    (mono / "slo").symlink_to("decoy")
    committed(mono, "a link in place of the folder")
    sees_the_change(mono / "decoy")
    sees_the_change(mono / "slo")


def test_a_second_folder_with_documents_begins_with_an_empty_base(mono: Path) -> None:
    (mono / "other").mkdir()
    copied(mono / "other")
    committed(mono, "a second folder")
    ended = checked(mono / "other")
    assert LOOSENED not in ended.out
    assert load_base(mono / "other", "main").catalog.services == ()


def test_a_shallow_clone_without_the_merge_base_says_what_to_fetch(mono: Path) -> None:
    git(mono, "checkout", "--quiet", "main")
    (mono / "later").touch()
    tip = committed(mono, "main goes on")
    shallow = mono.parent / "shallow"
    options = ("--quiet", "--depth=1", "--branch=change")
    git(mono, "clone", *options, mono.as_uri(), str(shallow))
    git(shallow, "fetch", "--quiet", "--depth=1", "origin", "main:main")
    ended = checked(shallow / "slo", tip)
    assert ended.code == 2
    assert ended.err.splitlines()[-1] == (
        f"reliability: this clone is shallow and holds no common ancestor of HEAD and {tip[:12]}; "
        "run `git fetch --unshallow`, or check out with `fetch-depth: 0`"
    )
    git(shallow, "fetch", "--quiet", "--unshallow")
    sees_the_change(shallow / "slo", tip)


def test_histories_without_a_common_commit_are_compared_as_they_are(mono: Path) -> None:
    git(mono, "checkout", "--quiet", "--orphan", "other")
    committed(mono, "another beginning")
    sees_the_change(mono / "slo")


@pytest.mark.parametrize("form", ["sha256", "reftable"])
def test_other_formats_of_repositories_are_read(tmp_path: Path, form: str) -> None:
    option = "--object-format=sha256" if form == "sha256" else "--ref-format=reftable"
    try:
        git(tmp_path, "init", "--quiet", "--initial-branch=main", option)
    except subprocess.CalledProcessError:
        pytest.skip(f"this git knows no {form}")
    copied(tmp_path)
    committed(tmp_path)
    git(tmp_path, "checkout", "--quiet", "-b", "change")
    edit(tmp_path / SLO, "target: 0.999 ", "target: 0.995 ")
    sees_the_change(tmp_path)


def test_nothing_that_the_configuration_or_attributes_name_is_run(mono: Path) -> None:
    ran, program = mono.parent / "ran", mono.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    program.chmod(0o755)
    for key in (
        *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass"),
        *("diff.external", "diff.hostile.command", "diff.hostile.textconv", "gpg.program"),
        *("filter.hostile.smudge", "filter.hostile.clean", "filter.hostile.process"),
        *("credential.helper", "core.alternateRefsCommand", "pager.log", "pager.diff"),
    ):
        git(mono, "config", key, str(program))
    hooks = mono.parent / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc"):
        shutil.copy(program, hooks / hook)
    (mono / "slo/.gitattributes").write_text("* diff=hostile filter=hostile -text\n")
    git(mono, "-c", "core.fsmonitor=false", "-c", "filter.hostile.clean=", "add", "--all")
    git(mono, "-c", "core.fsmonitor=false", "commit", "--quiet", "-m", "attributes")
    git(mono, "config", "core.hooksPath", str(hooks))
    git(mono, "config", "log.showSignature", "true")
    ran.unlink(missing_ok=True)
    sees_the_change(mono / "slo")
    out = mono.parent / "notes"
    reliability(
        *("--today", DAY, "review", "--base", "main", "--forge", f"folder:{out}"),
        folder=mono / "slo",
    )
    assert not ran.exists()


def test_files_that_attributes_call_binary_still_have_lines_for_comments(mono: Path) -> None:
    (mono / ".gitattributes").write_text("* binary\n")
    committed(mono, "attributes")
    changes = {
        change.path: change.patch
        for change in GitRepository.containing(mono).changes("main", "HEAD")
    }
    assert "target: 0.995" in changes[f"slo/{SLO}"]


def test_changes_are_those_of_git_with_their_status(mono: Path) -> None:
    git(mono, "mv", f"slo/{SLO}", "slo/moved.yaml")
    (mono / "slo/services/exports/slo.yaml").unlink()
    (mono / "slo/services/exports/slo.yaml").symlink_to("nowhere")
    (mono / "slo/a \n\tname\udcff".encode("utf-8", "surrogateescape").decode("latin1")).touch()
    git(mono, "rm", "--quiet", "slo/services/payslips/ownership.yaml")
    committed(mono)
    changes = {
        change.path: change.status
        for change in GitRepository.containing(mono).changes("main", "HEAD")
    }
    assert changes["slo/moved.yaml"] == "R"
    assert changes["slo/services/exports/slo.yaml"] == "T"
    assert changes["slo/services/payslips/ownership.yaml"] == "D"
    assert sum(status == "A" for status in changes.values()) == 1


def test_a_folder_whose_dot_git_is_broken_is_not_read_as_something_else(tmp_path: Path) -> None:
    copied(tmp_path)
    (tmp_path / ".git").mkdir()
    bare_layout(tmp_path, "0" * 40, WORKTREE)
    with pytest.raises(RevisionError, match=r"\.git"):
        GitRepository.containing(tmp_path)


@pytest.mark.parametrize(
    "revision",
    ["-h", "--help", "--all", "HEAD:slo", "main..change", "nowhere", "a\nb", "@{u}", "^main", "\0"],
)
def test_what_names_no_commit_is_refused_by_its_name(mono: Path, revision: str) -> None:
    with pytest.raises(RevisionError, match="names no commit here"):
        load_base(mono / "slo", revision)


def test_a_program_named_git_in_the_repository_is_not_run(mono: Path) -> None:
    ran = mono.parent / "ran"
    program = mono / "slo/git"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    path = environment()["PATH"]
    a_check_sees_the_change(mono / "slo", PATH=f".::{path}")
    assert not ran.exists()
