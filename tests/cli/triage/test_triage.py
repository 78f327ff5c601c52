"""`triage`: all that it prints and writes of rules, in golden files.

`pytest tests/cli/triage --update-golden` rewrites them; read what has changed.
"""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.check.repository import write
from tests.cli.copied import copied
from tests.cli.program import in_process, transcript
from tests.golden import Golden
from tests.onboarding.triage.test_command import ALERTMANAGER, RULES, slack

GOLDEN: Final = Path(__file__).parent / "golden"
TRIAGE: Final = ("--today", "2026-11-25", "triage")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    slack(tmp_path, "<!here> [FIRING:1] QueueFull (shop critical)")
    return write({"rules.yml": RULES, "alertmanager.yml": ALERTMANAGER}, tmp_path)


def test_whole_triages(golden: Golden, root: Path) -> None:
    text = transcript(
        root,
        (*TRIAGE, "rules.yml"),
        (*TRIAGE, "rules.yml", "alertmanager.yml", "export", "--top", "2"),
        (*TRIAGE, "rules.yml", "export", "--channel", "errors", "--format", "json"),
        (*TRIAGE, "rules.yml", "--format", "markdown"),
        (*TRIAGE, "rules.yml", "--draft", "draft", "--team", "shop", "--format", "json", "--quiet"),
        (*TRIAGE, "rules.yml", "--draft", "draft", "--team", "shop", "--top", "1"),
        (*TRIAGE, "export", "--draft", "other", "--top", "1"),
        (*TRIAGE, "rules.yml", "--worksheet", "sheet.csv", "--top", "1"),
    )
    sheet = (root / "sheet.csv").read_text()
    (root / "sheet.csv").write_text(sheet.replace("\r\n", "\n").replace(",,", ",log,", 1))
    text += transcript(root, (*TRIAGE, "rules.yml", "--worksheet", "sheet.csv", "--top", "9"))
    golden.check(GOLDEN / "whole.txt", f"{text}\n{sheet}".replace("\r\n", "\n"))


def test_requests_that_cannot_be_served(golden: Golden, root: Path) -> None:
    write({"empty.yml": "groups: []\n", "broken.yml": "a: [\n", "bad.csv": "a,b\n1,2\n"}, root)
    text = transcript(
        root,
        TRIAGE,
        (*TRIAGE, "missing"),
        (*TRIAGE, "empty.yml"),
        (*TRIAGE, "broken.yml"),
        (*TRIAGE, "broken.yml", "rules.yml", "--top", "1"),
        (*TRIAGE, "export", "--channel", "other"),
        (*TRIAGE, "rules.yml", "--top", "0"),
        (*TRIAGE, "rules.yml", "--worksheet", "bad.csv"),
        (*TRIAGE, "rules.yml", "--authorization", "env:TOKEN"),
    )
    golden.check(GOLDEN / "refused.txt", text)


@pytest.mark.parametrize(("broken", "more"), [(0, 0), (10, 0), (11, 1), (13, 3)])
def test_ten_files_that_cannot_be_read_are_named(root: Path, broken: int, more: int) -> None:
    names = [f"broken-{number:02}.yml" for number in range(broken)]
    write(dict.fromkeys(names, "a: [\n"), root)
    ended = in_process(*TRIAGE, "rules.yml", *names, "--top", "1", folder=root)
    named = [line.partition(":")[0] for line in ended.err.splitlines() if "broken-" in line]
    assert (ended.code, named) == (int(bool(broken)), names[:10])
    rest = [line for line in ended.err.splitlines() if line.endswith(" more could not be read")]
    assert rest == [f"{more} more could not be read"] * bool(more)


def test_incidents_and_teams_of_a_repository_are_known(root: Path) -> None:
    folder = copied(root / "repository")
    rules = RULES.replace("team: shop", "service: attendance")
    write({"rules.yml": rules}, folder)
    inside = in_process(*TRIAGE, "rules.yml", folder=folder)
    outside = in_process(*TRIAGE, "repository/rules.yml", folder=root)
    assert (inside.code, outside.code) == (0, 0)
    line = re.compile(r"^without owner +(\d+)", re.MULTILINE)
    counts = [match[1] for text in (inside.out, outside.out) if (match := line.search(text))]
    assert counts == ["4", "6"]


def test_each_file_of_a_draft_is_named(root: Path) -> None:
    ended = in_process(*TRIAGE, "rules.yml", "--draft", "draft", "--team", "shop", folder=root)
    written = sorted(path for path in (root / "draft").rglob("*") if path.is_file())
    lines = [line for line in ended.err.splitlines() if line.endswith(": written")]
    assert sorted(lines) == [f"{path.relative_to(root)}: written" for path in written]
    assert (ended.code, len(lines) > 2) == (0, True)
