"""README.md: short, and its example is a document that `check` accepts."""

import subprocess
import sys
from pathlib import Path

from reliability.onboarding.shipped import DAY, copy_shipped
from tests.docs.markdown import blocks_of, text_of
from tests.environment import environment
from tests.project.repository import ROOT

README = ROOT / "README.md"
LINES = 120


def test_readme_is_read_in_one_go() -> None:
    assert len(text_of(README).splitlines()) < LINES


def test_the_slo_of_the_readme_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    (example,) = (block.text for block in blocks_of(README) if block.language == "yaml")
    root = copy_shipped(tmp_path / "repository")
    file = root / "services" / "attendance" / "slo.yaml"
    _, *others = file.read_text(encoding="utf-8").split("\n---\n")
    file.write_text("\n---\n".join([example.rstrip("\n"), *others]), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "reliability", "--today", f"{DAY}", "check"],
        cwd=root,
        env=environment(NO_COLOR="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[:-1]) == (0, []), done.stdout
