"""Which sections of a review go first where a comment has no room for all of them."""

import re
from pathlib import Path

from reliability.review.pull_request.headlines import measured_lines, reason_lines, verdict_lines
from reliability.review.pull_request.plans import plan_lines
from reliability.review.pull_request.report import full_report, replay_lines, short_report
from reliability.review.pull_request.sections import (
    approval_lines,
    approvers_lines,
    change_lines,
    findings_lines,
    link_lines,
    notified_lines,
    policy_source_lines,
    waived_lines,
)
from tests.golden import Golden
from tests.review.pull_request.pages import OWNER, TEAM, edited
from tests.review.pull_request.reviews import view
from tests.review.pull_request.scene import LOOSER, LOUDER, QUIETER, reviewed, scene, shown

GOLDEN = Path(__file__).parent / "golden" / "sections.txt"
NAMED = {
    "backtest": replay_lines,
    "plan": plan_lines,
    "waived": waived_lines,
    "site": link_lines,
    "findings": findings_lines,
    "notified": notified_lines,
    "approvers": approvers_lines,
    "measured": measured_lines,
    "change": change_lines,
    "policies": policy_source_lines,
    "reasons": reason_lines,
    "approvals": approval_lines,
    "verdict": verdict_lines,
}
"""The sections, the least important first."""
ROOMS = (64_000, 12_000, 9_000, 7_000, 5_500, 4_500, 3_500, 2_500, 1_500, 800)


def sections(text: str) -> list[str]:
    """The headings and the titles of folds, and the last line."""
    titles = re.findall(r"^(?:#{3,4} .*|.*<summary>.*?</summary>)", text, re.MULTILINE)
    return [*titles, text.rstrip("\n").splitlines()[-1][:120]]


def test_sections_are_left_out_in_the_order_of_their_weight(tmp_path: Path, golden: Golden) -> None:
    of = scene(tmp_path)
    of.change(LOOSER, QUIETER)
    of.change(LOUDER)
    report = shown(reviewed(of.root, of.base)[0])
    parts = ["# everything\n" + "\n".join(sections(full_report(report)))]
    for room in ROOMS:
        text = short_report(report, room)
        assert len(text) <= room
        parts.append(f"# {room}\n" + "\n".join(sections(text)))
    golden.check(GOLDEN, "\n\n".join(parts) + "\n")


def test_an_approval_that_another_one_covers_has_no_line(tmp_path: Path) -> None:
    of = scene(tmp_path)
    found, _ = reviewed(of.root, edited(TEAM, OWNER)(of))
    assert len(found.required_approvals) == 2
    lines = [line for line in approval_lines(shown(found)) if line.startswith("☐")]
    assert lines == [
        "☐ `attendance`: requires approval by `@product-attendance`, `@lead-workforce` and one of "
        "`@lead-payroll` and `@dev-sora` for `approvers-changed`."
    ]


def test_each_section_is_dropped_after_the_less_important_ones() -> None:
    one = view(26)
    texts = {name: "\n".join(lines(one)).strip() for name, lines in NAMED.items()}
    text = short_report(one, 10**6)
    assert [name for name in NAMED if texts[name] not in text] == []
    assert short_report(one, len(text)) == text

    dropped: list[str] = []
    while len(dropped) < len(NAMED):
        text = short_report(one, len(text) - 1)
        dropped += [name for name in NAMED if name not in dropped and texts[name] not in text]
        assert short_report(one, len(text)) == text
        assert text.rstrip("\n").splitlines()[-1].startswith("This comment was shortened; ")
    assert dropped == list(NAMED)
    assert short_report(one, 0) == text.rstrip("\n")
