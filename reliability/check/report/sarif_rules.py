"""The rules as SARIF describes them: their pages, and the severity that they have by themselves."""

from __future__ import annotations

from typing import Any, Final

from reliability.check.report.checked import Checked
from reliability.check.rule import Rule
from reliability.finding import Severity

LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def descriptors(checked: Checked) -> list[dict[str, Any]]:
    """Every rule that was there, so that readers can tell a clean one from none; then others.

    Others are rules without a page of ours that found something: custom ones, a crash.
    """
    known = {rule.id for rule in checked.rules}
    others = dict.fromkeys(each.rule for each in checked.findings if each.rule not in known)
    return [*map(_described, checked.rules), *({"id": name} for name in others)]


def _described(rule: Rule) -> dict[str, Any]:
    page = rule.page
    return {
        "id": rule.id,
        "shortDescription": {"text": f"{rule.title}."},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }
