"""The plans of a review: the changes in each target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.plan.render.detail import PlanDetail
from reliability.plan.render.markdown import as_markdown
from reliability.plan.report import Unsafe
from reliability.review.pull_request.phrases import message_text
from reliability.review.pull_request.reviewed import TargetPlan
from reliability.review.pull_request.shown import ReportView, folded

SHORT: Final = PlanDetail(most_objects=10, most_lines=20, longest=80)
"""At most some 20,000 of the 65,536 characters of a comment; `plan --full` shows all lines."""
LONG: Final = PlanDetail(most_lines=40)
"""In a full report."""


def plan_lines(shown: ReportView) -> Iterator[str]:
    """Yield the changes in each target."""
    words = shown.words
    if not shown.reviewed.plans:
        yield words("No plan: some files cannot be read.")
        yield ""

    changing = [plan for plan in shown.reviewed.plans if plan.report.plan.changes]
    if not changing:
        return

    title = words.many(
        "Plan: {count} change in {targets}",
        "Plan: {count} changes in {targets}",
        sum(len(plan.report.plan.changes) for plan in changing),
        targets=", ".join(f"<code>{plan.report.plan.target}</code>" for plan in changing),
    )
    for plan in changing:
        if isinstance(plan.report, Unsafe):
            why = message_text(plan.report.why, words)
            yield "⚠ " + words("`reliability sync` refuses this plan: {why}.", why=why)
            yield ""

    groups: dict[tuple[bool, str], list[TargetPlan]] = {}
    for plan in changing:
        groups.setdefault((plan.is_live, plan.why), []).append(plan)
    yield from folded(title, [line for plans in groups.values() for line in _plans(plans, shown)])


def _plans(plans: Sequence[TargetPlan], shown: ReportView) -> Iterator[str]:
    """Yield the plans of targets that were read alike; equal changes are shown once."""
    words, detail = shown.words, LONG if shown.rows is None else SHORT
    yield as_markdown([plan.report for plan in plans], detail, words)
    yield ""
    plan = plans[0]

    if plan.is_live:
        yield words("Compared with the current state of the target.")
    elif plan.why:
        why = message_text(plan.why, words)
        yield words(
            "Compared with the compiled base branch, because the sync target could not be read: "
            "{why}.",
            why=why,
        )
    else:
        yield words("Compared with the compiled base branch; no sync target was read.")

    yield ""
