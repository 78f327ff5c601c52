"""Which sections of a review go first where a comment has no room for all of them."""

import re
from pathlib import Path

from reliability.review.pull_request.report import full_report, short_report
from tests.golden import Golden
from tests.review.pull_request.scene import LOOSER, LOUDER, QUIETER, reviewed, scene, shown

GOLDEN = Path(__file__).parent / "golden" / "sections.txt"
ROOMS = (64_000, 12_000, 9_000, 7_000, 5_500, 4_500, 3_500, 2_500, 1_500, 800)


def sections(text: str) -> list[str]:
    """The headings and the titles of folds, and the last line."""
    titles = re.findall(r"^(?:#{3,4} .*|.*<summary>.*?</summary>)", text, re.MULTILINE)
    return [*titles, text.rstrip("\n").splitlines()[-1][:120]]


def test_sections_are_left_out_in_the_order_of_their_weight(tmp_path: Path, golden: Golden) -> None:
    of = scene(tmp_path)
    of.change(LOOSER, QUIETER)
    of.change(LOUDER)
    view = shown(reviewed(of.root, of.base)[0])
    parts = ["# everything\n" + "\n".join(sections(full_report(view)))]
    for room in ROOMS:
        text = short_report(view, room)
        assert len(text) <= room
        parts.append(f"# {room}\n" + "\n".join(sections(text)))
    golden.check(GOLDEN, "\n\n".join(parts) + "\n")
