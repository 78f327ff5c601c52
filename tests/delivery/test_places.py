"""What the action writes, reads and uploads: no link, and no file of the repository."""

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.environment import environment
from tests.project.repository import ROOT

ACTION = ROOT / ".github" / "actions" / "reliability" / "action.yml"
STEPS = yaml.safe_load(ACTION.read_text(encoding="utf-8"))["runs"]["steps"]
[SCRIPT] = [step["run"] for step in STEPS if step.get("id") == "run"]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository in which a pull request has committed links and a page."""
    root = tmp_path / "clone"
    (root / "pages").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (root / "pages" / "evil.html").write_text("<script>")
    (root / "sync.md").symlink_to(tmp_path / "outside" / "file")
    (root / "away").symlink_to(tmp_path / "outside")
    (root / "held").mkdir()
    (root / "held" / "x").symlink_to("/etc/hostname")
    for command in (("init", "--quiet"), ("add", "--all")):
        subprocess.run(("git", *command), cwd=root, check=True)
    return root


def places(clone: Path, **inputs: str) -> tuple[int, str]:
    """The exit code of the step, and what it printed or handed on."""
    handed = clone.parent / "handed"
    handed.write_text("")
    names = ("OUTPUT", "SUMMARY", "SARIF", "NAME", "PATHS", "RULES", "ARGUMENTS", "PROMETHEUS")
    fixed = {"FOLDER": ".", "PROGRAM": "true", "COMMAND": "check", "GITHUB_OUTPUT": str(handed)}
    given = dict.fromkeys(names, "") | fixed | inputs
    ended = subprocess.run(
        ("bash", "-c", SCRIPT),
        cwd=clone,
        env=environment(**given),
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout or handed.read_text()


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("OUTPUT", "sync.md", "sync.md"),
        ("SUMMARY", "sync.md", "sync.md"),
        ("SARIF", "away/findings.sarif", "away"),
        ("PATHS", "new.md\nsync.*", "sync.md"),
        ("PATHS", "held", "held/x"),
        ("PATHS", "a*/new", "away"),
        ("PATHS", "pages", "pages/evil.html"),
        ("PATHS", "{here}/pages/", "pages/evil.html"),
    ],
)
def test_what_a_pull_request_may_have_committed_is_refused(
    clone: Path, name: str, value: str, found: str
) -> None:
    code, said = places(clone, **{name: value.format(here=clone)})
    assert (code, said.partition(" is a symbolic link or committed")[0]) == (2, f"::error::{found}")


def test_other_places_are_handed_on(clone: Path) -> None:
    code, handed = places(clone, NAME="n", PATHS="new/*\n/tmp/x", SARIF="s.sarif", FOLDER="f/")
    assert code == 0
    assert [line for line in handed.splitlines() if "paths" not in line] == [
        *("name=n", "f/new/*", "/tmp/x"),
        *("sarif=f/s.sarif", "exit-code=0"),
    ]
