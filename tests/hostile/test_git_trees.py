"""No tree ends a comparison in a crash, hides the base, or runs anything."""

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from reliability.load.base import load_base
from reliability.pipeline import check, load_repository
from reliability.resolve.objectives import objectives
from tests.check.examples import minimal_files
from tests.check.repository import write
from tests.hostile.git_trees import COMMITTED
from tests.hostile.test_scalars import TODAY
from tests.load.test_git import git

LARGE = ("on disk: a scalar", "on disk: a key", "on disk: 10,000", "on disk: 2,000")
TREES = [name for name in COMMITTED if not name.startswith(LARGE)]
"""The large ones are for `python -m tests.hostile.git_runs`."""


def repository(folder: Path, name: str, *, is_base: bool) -> Path:
    """A repository whose branch has a tree that its base has not, or the other way round."""
    root = write(minimal_files(), folder / "repository")
    git(root, "init", "--quiet", "--initial-branch=plain")
    git(root, "add", "--all", "--force")
    git(root, "commit", "--quiet", "-m", "plain")
    git(root, "checkout", "--quiet", "-b", "odd")
    COMMITTED[name](root)
    removal = "--all" if name.startswith("on disk") else "--ignore-removal"  # or only in the index
    git(root, "add", removal, "--force", ".")
    git(root, "commit", "--quiet", "--allow-empty", "-m", "odd")
    with suppress(subprocess.CalledProcessError):  # no disk takes a link of a megabyte
        git(root, "reset", "--quiet", "--hard")
    if is_base:
        git(root, "checkout", "--quiet", "-b", "after")
        git(root, "rm", "-r", "--quiet", "--cached", ".")
        for path in root.iterdir():
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        write(minimal_files(), root)
        git(root, "add", "--all", "--force")
        git(root, "commit", "--quiet", "--allow-empty", "-m", "plain again")
    return root


@pytest.mark.parametrize("name", TREES)
def test_a_tree_of_the_change_leaves_the_base_as_it_is(tmp_path: Path, name: str) -> None:
    root = repository(tmp_path, name, is_base=False)
    base = load_base(root, "plain")
    assert base.commit == git(root, "rev-parse", "plain")
    assert list(objectives(base.catalog))
    check(load_repository(root), TODAY, base)
    assert not (root / "ran").exists()


@pytest.mark.parametrize("name", TREES)
def test_a_tree_of_the_base_ends_no_comparison(tmp_path: Path, name: str) -> None:
    root = repository(tmp_path, name, is_base=True)
    base = load_base(root, "odd")
    check(load_repository(root), TODAY, base)
    assert not (root / "ran").exists()
