"""Findings as reports get them: a plain one, and one with all that a stranger may write."""

from pathlib import PurePosixPath
from typing import Final

from reliability.check.report.checked import Checked
from reliability.check.report.forms import Form, report
from reliability.check.rules import RULES
from reliability.finding import Edit, Finding, Fix, Label, Problem, Severity
from reliability.location import Location, SourceSpan

PATH: Final = PurePosixPath("services/attendance/slo.yaml")
HOSTILE: Final = (
    "\x1b[31m\x07\r\n::error::x\n::set-env name=A::b ##[add-mask]c ##vso[task.x]d --> "
    "<!-- reliability --> </details><script>x</script> ``` ```` | `a` @everyone #1 GH-2 closes #3 "
    "https://x.test www.x.test [x](https://x.test) "
    "![x](y) \u202e\u2066 \u200b \udcff %0A %25 {0} a,b:c $x$"
)


def at(line: int = 1, column: int = 1, end: int = 2, path: PurePosixPath = PATH) -> Location:
    return Location(path, SourceSpan(line, column, line, end), ("spec", "objectives", 0))


def found(
    problem: Problem, severity: Severity = Severity.ERROR, rule: str = "name-differs"
) -> Finding:
    return Finding(rule=rule, severity=severity, problem=problem)


def hostile() -> Checked:
    """Every text of a finding is hostile: path, message, help, related place, fix and waiver."""
    path = PurePosixPath("services") / HOSTILE
    fix = Fix(HOSTILE, (Edit(SourceSpan(1, 1, 1, 2), HOSTILE),))
    place = Location(path, SourceSpan(1, 1, 1, 3), ("spec", HOSTILE))
    problem = Problem(place, HOSTILE, HOSTILE, related=(Label(place, HOSTILE),), fix=fix)
    findings = [
        Finding(rule="name-differs", severity=severity, problem=problem, waiver=waiver)
        for severity in Severity
        for waiver in (None, HOSTILE)
    ]
    return Checked(findings=findings, texts={path: HOSTILE}, services=1, documents=1, rules=RULES)


def lines(form: Form, checked: Checked) -> list[str]:
    """The lines as a terminal or a runner reads them."""
    return "\n".join(report(form, checked)).split("\n")
