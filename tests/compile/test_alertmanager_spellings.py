"""Spellings of scalars in a configuration in use, as Alertmanager reads them, in a golden file."""

from pathlib import Path
from typing import Final

from reliability.location import pointer_text
from tests.compile.alertmanager_cases import BASE, INSIDE_THEIRS, THEIRS, compiled
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "alertmanager-spellings.txt"
SPELLINGS: Final = (
    *("yes", "Yes", "no", "on", "off", "Off", "y", "N", "=", "~", "null", "true", "True", "TRUE"),
    *("false", "False", "0", "1", "10", "010", "0o10", "08", "0b1", "0x1F", "0x1_F", "1_000"),
    *("1.10", "1.0", "1e3", "1.5", ".5", "+1", "-1", "17:00", "1:2:3.4", "1.2.3"),
    *('"yes"', "'1.10'", '"True"', "2026-01-01", "a", "!!str yes", "&x yes"),
)
PLACES: Final = {
    "a matcher": ("match: {severity: critical}", "match: {severity: critical, of: %s}"),
    "a boolean": ("send_resolved: false", "send_resolved: %s"),
    "a regular expression": ('match_re: {team: "web|data"}', 'match_re: {team: "web|data", x: %s}'),
    "a label of an inhibition": (
        "equal: [alertname]",
        "equal: [alertname]\n    source_match: {of: %s}",
    ),
    "a name": ("  - name: old-web", "  - name: old-web\n  - name: %s"),
}


def test_each_spelling_in_each_place(golden: Golden) -> None:
    lines = []
    for place, (old, new) in PLACES.items():
        for spelling in SPELLINGS:
            files = {**INSIDE_THEIRS, BASE: THEIRS.replace(old, new % spelling)}
            _, problems = compiled(files)
            lines.append(f"{place}: {spelling}")
            for problem in problems:
                at = problem.at
                where = f"{at.span.line}:{at.span.column} {pointer_text(at.pointer)}"
                lines.append(f"  {where} [{problem.subject}] {problem.message}; {problem.help}")
    golden.check(GOLDEN, "".join(f"{line}\n" for line in lines))
