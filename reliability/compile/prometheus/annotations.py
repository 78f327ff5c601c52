"""What the on-call engineer reads: what users notice, how much failed, the budget, what to do.

Prometheus fills the templates in at each evaluation in which the alert is active, with the
numbers of that moment; a resolved alert keeps those of the last one, so each text says when.
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
from reliability.compile.prometheus.words import title_of, words
from reliability.promql.sampled_query import SampledQuery
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import AnySli, ThresholdSli


def burn_annotations(
    objective: Objective, sli: AnySli, alert: BurnRateAlert, directory: Directory
) -> Labels:
    """The annotations of a burn-rate alert."""
    scope = TextScope(SeriesNames.of(objective), objective.group_by)
    text = BurnText(objective, sli, alert, scope)
    summary = f"{title_of(objective)}: {_failing(text)}"
    return {
        "summary": defined(f"{scope.opening}{summary}"),
        "description": defined(f"{scope.opening}{text.allowed}{text.budget}"),
        **_for_people(objective.runbook, objective.team, directory),
    }


def _failing(text: BurnText) -> str:
    """What fails: a value beyond its limit, or a number of events."""
    own = scoped(text.sli, text.scope)
    match own:
        case ThresholdSli(query=SampledQuery(query)) if isinstance(text.sli, ThresholdSli):
            unit = unit_of(text.objective.slo.value.review.unit, text.threshold_query)
            samples = f"({query} >= -Inf)"
            return ThresholdText(text.sli, samples, unit, text.windows, text.scope).failing
        case _:
            return text.failing


def no_data_annotations(objective: Objective, directory: Directory) -> Labels:
    """The annotations of the alert that nothing is measured."""
    return {
        "summary": f"{title_of(objective)}: no data for {words(objective.no_data.after)}",
        "description": (
            "The SLI's total has no series: nothing is exported or scraped, or the query finds "
            "nothing. Until there is data, no burn-rate alert of this objective can fire."
        ),
        **_for_people(objective.runbook, objective.team, directory),
    }


def signal_annotations(
    texts: tuple[str, str | None, str | None], team: str, directory: Directory
) -> Labels:
    """The annotations of a signal: its own summary, description and runbook."""
    summary, description, runbook = texts
    own: Labels = {"summary": summary}
    if description is not None:
        own["description"] = description
    return own | _for_people(runbook, team, directory)


def _for_people(runbook: str | None, team: str, directory: Directory) -> Labels:
    found: Labels = {}
    if runbook is not None:
        found["runbook_url"] = directory.runbook_url(runbook)
    if team:
        found["owner"] = directory.owner(team)
    return found
