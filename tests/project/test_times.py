"""Only `reliability.render.times` writes times of the day: elsewhere a zone is forgotten."""

import ast
from pathlib import Path

import pytest

from tests.project.repository import ROOT

PACKAGE = ROOT / "reliability"
CONVERTED = {
    "resolve/window.py",  # the form of OpenSLO's startTime, whose zone is a field of its own
    "http/clock.py",  # UTC, which the text names
    "review/tickets/record.py",  # UTC, with a `Z` in the form
    "render/times.py",
    "load/past.py",  # the hash of a commit, in a format of git
    "onboarding/triage/sources/moments.py",  # forms that are read
}
FILES = sorted(path for path in PACKAGE.rglob("*.py"))


def clock_formats(path: Path) -> list[int]:
    """The lines with a text that formats a time of the day."""
    tree = ast.parse(path.read_text())
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [each.lineno for each in texts if isinstance(each.value, str) and "%H" in each.value]


def test_no_other_module_formats_a_time_of_the_day() -> None:
    using = {path.relative_to(PACKAGE).as_posix() for path in FILES if clock_formats(path)}
    assert using == CONVERTED


@pytest.mark.parametrize("text", ["f'{at:%H:%M}'", "at.strftime('%H')", "FORM = '%Y %H'"])
def test_each_way_to_format_one_is_seen(text: str, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(text)
    assert clock_formats(tmp_path / "one.py") == [1]
