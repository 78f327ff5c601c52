"""Board of one service, which is a variable: its SLOs, budgets, burn rates and firing alerts."""

from __future__ import annotations

from typing import Final

from reliability.compile.boards import measures, queries
from reliability.compile.boards.board import (
    BoardVariable,
    KeyColumn,
    LinesPanel,
    PanelBoard,
    PanelQuery,
    PanelRow,
    TablePanel,
    ValueColumn,
)
from reliability.compile.boards.facts import BoardFacts
from reliability.compile.boards.links import SERVICE, TITLES, web_links
from reliability.compile.boards.places import place_columns, place_matchers, place_variables
from reliability.compile.boards.queries import SloQueries
from reliability.compile.prometheus.names import ERRORS, SHORTEST, TARGET, TOTAL, ratio_record
from reliability.scalars import duration_text

SERVICE_VARIABLE: Final = BoardVariable(
    name="service", title="Service", selector=TARGET, label="sloth_service", multiple=False
)


def service_board(facts: BoardFacts) -> PanelBoard:
    """Return the board of a service that is chosen on it, or of the service of the facts."""
    one = facts.service
    return PanelBoard(
        name=f"of_{one}" if one else SERVICE,
        title=f"SLOs of {one}" if one else TITLES[SERVICE],
        description="Error budgets, burn rates, alerts and SLIs of one service.",
        variables=(*_variables(facts), *place_variables(facts)),
        rows=(
            PanelRow("Now", (_slos(facts), _firing(facts))),
            PanelRow("Error budget", (_remaining(facts), _burn(facts), _windows(facts))),
            PanelRow("SLI", (_ratio(facts), _events(facts), _failures(facts))),
        ),
        links=web_links(facts, f"services/{one or '${service}'}.html"),
    )


def _variables(facts: BoardFacts) -> tuple[BoardVariable, ...]:
    slo = BoardVariable(
        name="slo",
        title="SLO",
        selector=f"{TARGET}{{{_of_service(facts)}}}",
        label="sloth_slo",
        multiple=True,
    )
    return (slo,) if facts.service else (SERVICE_VARIABLE, slo)


def _of_service(facts: BoardFacts) -> str:
    return f'sloth_service="{facts.service or "$service"}"'


def _series(facts: BoardFacts) -> SloQueries:
    """Return the queries of the chosen SLOs of the service."""
    matchers = (_of_service(facts), 'sloth_slo=~"$slo"', *place_matchers(facts))
    return SloQueries(", ".join(matchers), facts.places)


def _keys(facts: BoardFacts) -> tuple[KeyColumn, ...]:
    return (KeyColumn("sloth_slo", "SLO"), *place_columns(facts))


def _slos(facts: BoardFacts) -> TablePanel:
    """Return the table of the SLOs with target, attainment, budget and burn rate."""
    factor = next(window.factor for window in facts.windows if window.length == SHORTEST)
    series = _series(facts)
    columns = (
        measures.TARGET.column(series.target),
        measures.ATTAINMENT.column(series.attainment),
        measures.REMAINING.column(series.remaining, queries.BUDGET_COLORS),
        measures.RECORDED.column(series.recorded, queries.RECORDED_COLORS),
        measures.BURN_RATE.column(series.burning, queries.burn_colors(factor), window="5m"),
        ValueColumn(
            title="Period, days",
            query=PanelQuery(series.of_each("max", series.select(queries.PERIOD_DAYS))),
            unit="count",
        ),
    )
    return TablePanel(
        title="SLOs",
        description="An SLO with groups shows its worst group. Without traffic there is no burn "
        f"rate. {measures.RECORDED.title}: {measures.RECORDED.meaning}",
        keys=_keys(facts),
        columns=columns,
        sort=measures.REMAINING.title,
        hidden=("sloth_service",),
        addresses=facts.runbooks,
        height=8,
    )


def _firing(facts: BoardFacts) -> TablePanel:
    """Return the table of the service's firing alerts."""
    names = facts.alert_labels
    labels = ("alertname", names.tier, names.slo, names.objective)
    keys = tuple(map(KeyColumn, labels, ("Alert", "Tier", "SLO", "Objective")))
    service = f'{names.service}="{facts.service or "$service"}"'
    matchers = (service, f'{names.tier}!=""', *place_matchers(facts))
    alerts = f'ALERTS{{alertstate="firing", {", ".join(matchers)}}}'
    return TablePanel(
        title="Firing alerts",
        description="Alerts of all tiers. Empty if nothing fires.",
        keys=(*keys, *place_columns(facts)),
        columns=(
            ValueColumn(
                title="Series",
                query=PanelQuery(f"count by ({', '.join((*labels, *facts.places))}) ({alerts})"),
                unit="count",
            ),
        ),
        sort="Tier",
        height=6,
    )


def _legend(facts: BoardFacts) -> str:
    """Return the legend of series of SLOs, which have more labels if the SLO has groups."""
    return " ".join(
        f"{{{{{label}}}}}" for label in ("sloth_slo", *facts.places, *facts.group_labels)
    )


def _remaining(facts: BoardFacts) -> LinesPanel:
    return LinesPanel(
        title=measures.REMAINING.title,
        description=f"{measures.REMAINING.meaning} A line is marked `so far` while less than 98 % "
        "of the period is recorded.",
        unit=measures.REMAINING.unit,
        queries=(
            PanelQuery(_series(facts).marked_remaining, f"{_legend(facts)} {{{{{queries.PART}}}}}"),
        ),
        thresholds=queries.BUDGET_COLORS,
        highest=1,
        width=12,
    )


def _burn(facts: BoardFacts) -> LinesPanel:
    """Return the chart of the current burn rate; the upper line is that of the fastest alert."""
    factor = next(window.factor for window in facts.windows if window.length == SHORTEST)
    return LinesPanel(
        title=measures.BURN_RATE.titled("5m"),
        description=f"{measures.BURN_RATE.meaning} An alert also compares a longer window; see the "
        "table below.",
        unit=measures.BURN_RATE.unit,
        queries=(PanelQuery(_series(facts).select(queries.CURRENT_BURN), _legend(facts)),),
        thresholds=queries.burn_colors(factor),
        width=12,
    )


def _windows(facts: BoardFacts) -> TablePanel:
    """Return the table of burn rates over each window that alerts compare."""
    series = _series(facts)
    columns = tuple(
        ValueColumn(
            title=duration_text(window.length),
            query=PanelQuery(
                series.of_each(
                    "max", series.over_budget(series.select(ratio_record(window.length)))
                )
            ),
            unit=measures.BURN_RATE.unit,
            decimals=measures.BURN_RATE.decimals,
            thresholds=queries.burn_colors(window.factor),
        )
        for window in facts.windows
    )
    hour = next((column.title for column in columns if column.title == "1h"), columns[0].title)
    return TablePanel(
        title="Burn rate by window",
        description="An alert fires while the burn rate of its long and of its short window is "
        "above its factor. A cell is red from the lowest factor of the alert tier on its window.",
        keys=_keys(facts),
        columns=columns,
        sort=hour,
        descending=True,
        hidden=("sloth_service",),
        height=7,
    )


def _ratio(facts: BoardFacts) -> LinesPanel:
    series = _series(facts)
    return LinesPanel(
        title="Error ratio, 5m",
        description="Share of events, samples or slices that failed, and the share that the target "
        "allows. For an SLO on latency, a slow request counts as failed.",
        unit="ratio",
        queries=(
            PanelQuery(series.select(ratio_record(SHORTEST)), _legend(facts)),
            PanelQuery(series.allowed, "{{sloth_slo}} allowed"),
        ),
    )


def _events(facts: BoardFacts) -> LinesPanel:
    return LinesPanel(
        title="Events",
        description="Events, samples or slices that the SLI counts. No line is missing data, which "
        "has an alert of its own (SLINoData).",
        unit="rate",
        queries=(PanelQuery(_series(facts).select(TOTAL), _legend(facts)),),
        width=12,
    )


def _failures(facts: BoardFacts) -> LinesPanel:
    return LinesPanel(
        title="Failed events",
        description="Events, samples or slices that failed: what spends the error budget.",
        unit="rate",
        queries=(PanelQuery(_series(facts).select(ERRORS), _legend(facts)),),
        width=12,
    )
