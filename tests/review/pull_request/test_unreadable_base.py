"""Files of the base that cannot be read are named in the report, and no others."""

from pathlib import Path

from reliability.review.pull_request.report import full_report
from tests.review.pull_request.scene import SLO, TIGHTER, reviewed, scene, shown

TEAM = "policies/teams/workforce.yaml"
NOT_COMPARED = "Cannot be read on the base branch, so not compared: "


def test_the_unreadable_files_of_the_base_are_named(tmp_path: Path) -> None:
    of = scene(tmp_path)
    base = of.change((TEAM, "channels:", "channels: ["))
    of.change((TEAM, "channels: [", "channels:"), TIGHTER)
    text = full_report(shown(reviewed(of.root, base)[0]))
    [line] = [line for line in text.splitlines() if NOT_COMPARED in line]
    assert line == f"{NOT_COMPARED}`{TEAM}`"


def test_a_base_that_only_has_warnings_is_compared(tmp_path: Path) -> None:
    of = scene(tmp_path)
    base = of.change((SLO, "kind: SLO\n", "kind: SLO\n# a comment\n"))
    of.change(TIGHTER)
    assert NOT_COMPARED not in full_report(shown(reviewed(of.root, base)[0]))
