"""The rules as SARIF describes them: their pages, and the severity that they have by themselves."""

from __future__ import annotations

from typing import Any, Final

from reliability.check.report.checked import Checked
from reliability.check.rule import Custom, Rule
from reliability.documentation import ADDRESS, rule_page_url
from reliability.finding import Severity

LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def descriptors(checked: Checked, documentation: str = ADDRESS) -> list[dict[str, Any]]:
    """Every rule that was there, so that readers can tell a clean one from none; then others.

    Others are rules without a page of ours that found something: custom ones, a crash.
    """
    known = {rule.id for rule in checked.rules}
    others = dict.fromkeys(each.rule for each in checked.findings if each.rule not in known)
    described = [_described(rule, documentation) for rule in checked.rules]
    return [*described, *({"id": name} for name in others)]


def _described(rule: Rule, documentation: str) -> dict[str, Any]:
    page = rule.page
    shipped = not isinstance(rule.visit, Custom)
    url = rule_page_url(rule.id, documentation) if shipped else None
    return {
        "id": rule.id,
        "shortDescription": {"text": f"{rule.title}."},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        **({"helpUri": url} if url else {}),
    }
