"""Annotations of alerts: user journey, failures, error budget, runbook and owner.

Prometheus expands the templates at each evaluation in which the alert is active, with the numbers
of that time. A resolved alert keeps the texts of its last evaluation, so each is in the past tense.
"""

from __future__ import annotations

from reliability.burnrate import BurnRateAlert
from reliability.compile.prometheus import burn_text
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.names import Labels, SeriesNames
from reliability.compile.prometheus.text_queries import TextScope
from reliability.compile.prometheus.words import escaped, title_of, words
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import AnySli


def burn_annotations(
    objective: Objective, sli: AnySli, alert: BurnRateAlert, directory: Directory
) -> Labels:
    """Build the annotations of a burn-rate alert; each figure that needs a query has its own."""
    scope = TextScope(SeriesNames.of(objective), objective.group_by)
    failing = burn_text.failing(objective, sli, alert)
    figures = {
        "events": burn_text.events(objective, sli, alert, scope),
        "budget": burn_text.budget(objective, scope),
    }
    return {
        "summary": f"{objective.placement.place}{title_of(objective)}: {failing}",
        "description": burn_text.allowed(objective, sli),
        **{name: text for name, text in figures.items() if text},
        **_runbook_and_owner(objective.runbook, objective.team, directory),
    }


def no_data_annotations(objective: Objective, directory: Directory) -> Labels:
    """Build the annotations of an alert on missing data; its value tells (`condition.no_data`)."""
    title = f"{objective.placement.place}{title_of(objective)}"
    return {
        "summary": f"{title}: no data for {words(objective.no_data.after)}",
        "description": (
            "The SLI's total has no series{{ if gt $value 1.0 }}, but had some within a day."
            "{{ else }}, and had none for a day: is it deployed?{{ end }} Burn-rate alerts cannot "
            "begin."
        ),
        **_runbook_and_owner(objective.runbook, objective.team, directory),
    }


def signal_annotations(
    texts: tuple[str, str | None, str | None], team: str, directory: Directory
) -> Labels:
    """Build the annotations of a signal from its own summary, description and runbook."""
    summary, description, runbook = texts
    own: Labels = {"summary": summary}
    if description is not None:
        own["description"] = description
    return own | _runbook_and_owner(runbook, team, directory)


def _runbook_and_owner(runbook: str | None, team: str, directory: Directory) -> Labels:
    annotations: Labels = {}
    if runbook is not None:
        annotations["runbook_url"] = escaped(directory.runbook_url(runbook))
    if team:
        annotations["owner"] = escaped(directory.owner(team))
    return annotations
