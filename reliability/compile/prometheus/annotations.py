"""Annotations of alerts: user journey, failures, error budget, runbook and owner.

Prometheus expands the templates at each evaluation in which the alert is active, with the numbers
of that time. A resolved alert keeps the texts of its last evaluation, so each text says when.
"""

from __future__ import annotations

from reliability.burnrate import BurnRateAlert
from reliability.compile.prometheus.burn_text import BurnText
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.figures import scoped
from reliability.compile.prometheus.names import Labels, SeriesNames
from reliability.compile.prometheus.text_queries import TextScope
from reliability.compile.prometheus.text_templates import defined
from reliability.compile.prometheus.threshold_text import ThresholdText
from reliability.compile.prometheus.units import unit_of
from reliability.compile.prometheus.words import escaped, title_of, words
from reliability.promql.sampled_query import SampledQuery
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import AnySli, ThresholdSli


def burn_annotations(
    objective: Objective, sli: AnySli, alert: BurnRateAlert, directory: Directory
) -> Labels:
    """Build the annotations of a burn-rate alert."""
    scope = TextScope(SeriesNames.of(objective), objective.group_by)
    text = BurnText(objective, sli, alert, scope=scope)
    summary = f"{objective.placement.place}{title_of(objective)}: {_failing(text)}"
    return {
        "summary": defined(f"{scope.opening}{summary}"),
        "description": defined(f"{scope.opening}{text.allowed}{text.budget}"),
        **_runbook_and_owner(objective.runbook, objective.team, directory),
    }


def _failing(text: BurnText) -> str:
    """Return the text on what fails: a value beyond its limit, or a share of events."""
    own = scoped(text.sli, text.scope)
    match own:
        case ThresholdSli(query=SampledQuery(query)) if isinstance(text.sli, ThresholdSli):
            unit = unit_of(text.objective.slo.value.review.unit, text.threshold_query)
            samples = f"({query} >= -Inf)"
            return ThresholdText(
                sli=text.sli, samples=samples, unit=unit, windows=text.windows, scope=text.scope
            ).failing
        case _:
            return text.failing


def no_data_annotations(objective: Objective, directory: Directory) -> Labels:
    """Build the annotations of an alert on missing data."""
    title = f"{objective.placement.place}{title_of(objective)}"
    return {
        "summary": f"{title}: no data for {words(objective.no_data.after)}",
        "description": (
            "The total query of the SLI returns no series: the metric is not exported or not "
            "scraped, or the query matches nothing. Burn-rate alerts of this SLO cannot fire until "
            "there is data again."
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
