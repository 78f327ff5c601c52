"""Six reviews that differ, as GitHub would show them: pages of a browser in two widths."""

import re
from collections.abc import Callable
from typing import Final

from markdown_it import MarkdownIt

from reliability.forge.marker import ROOM
from reliability.review.pull_request.report import short_report
from reliability.review.pull_request.shown import ReportView
from tests.review.pull_request.scene import LOOSER, Edit, Scene

WIDTHS: Final = {"phone": 390, "desktop": 768}
"""CSS pixels of the page."""
STYLE: Final = """
body { margin: 0; padding: 16px; overflow-wrap: break-word; color: #1f2328;
  font: 14px/1.5 "Segoe UI", "Noto Sans", "Noto Sans CJK JP", Helvetica, Arial, sans-serif }
h3 { font-size: 1.25em; line-height: 1.25; margin: 0 0 16px }
h4 { font-size: 1em; line-height: 1.25; margin: 24px 0 16px }
p, ul, table, pre, details { margin: 0 0 16px } ul { padding-left: 2em }
code, pre { font: 85%/1.45 monospace } code { background: #818b981f; padding: .2em .4em }
pre { padding: 16px; overflow: auto; background: #f6f8fa } pre code { background: none; padding: 0 }
table { display: block; width: max-content; max-width: 100%; overflow: auto;
  border-collapse: collapse } th, td { padding: 6px 13px; border: 1px solid #d1d9e0 }
"""
"""What matters for sizes in GitHub's style (https://github.com/sindresorhus/github-markdown-css)."""

OWNERSHIP: Final = "services/attendance/ownership.yaml"
BLIND: Final = """\
route: {receiver: nobody}
receivers: [{name: nobody}]
inhibit_rules: [{source_matchers: [tier=ticket], target_matchers: [service=attendance]}]
"""
SOLO: Final[Edit] = ("policies/notification.yaml", "approvals: team", "approvals: solo")
OWNER: Final[Edit] = (OWNERSHIP, 'product: "@product-attendance"', 'product: "@carol"')
TEAM: Final[Edit] = (OWNERSHIP, "team: workforce", "team: payroll")


def page(view: ReportView) -> str:
    """The summary comment as HTML."""
    text = MarkdownIt("gfm-like", {"linkify": False}).render(short_report(view, ROOM))
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{text}"


def _copied(of: Scene, name: str) -> None:
    for path in (of.root / "services/exports").glob("*.yaml"):
        of.write(f"services/{name}/{path.name}", re.sub(r"\bexports\b", name, path.read_text()))


def inhibited(of: Scene) -> str:
    of.write("policies/alertmanager.base.yml", BLIND)
    of.commit()
    return of.base


def added(of: Scene) -> str:
    _copied(of, "reports")
    of.commit()
    return of.base


def many(of: Scene) -> str:
    names = [f"exports-{number:02}" for number in range(60)]
    for name in names:
        _copied(of, name)
    base = of.commit()
    of.change(*((f"services/{name}/slo.yaml", "target: 0.99", "target: 0.98") for name in names))
    return base


def alone(of: Scene) -> str:
    base = of.change(SOLO)
    of.change(LOOSER)
    return base


def edited(*edits: Edit) -> Callable[[Scene], str]:
    def change(of: Scene) -> str:
        of.change(*edits)
        return of.base

    return change


CHANGES: Final[dict[str, Callable[[Scene], str]]] = {
    "loosened": edited(LOOSER),
    "inhibited": inhibited,
    "moved": edited(TEAM, OWNER),
    "added": added,
    "many": many,
    "solo": alone,
}
"""Each returns the base."""
