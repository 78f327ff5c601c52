"""Board of one service, which is a variable: its SLOs, budgets, burn rates and firing alerts."""

from __future__ import annotations

from typing import Final

from reliability.compile.boards import queries
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
from reliability.compile.boards.links import web_links
from reliability.compile.prometheus.names import (
    BUDGET_REMAINING,
    ERRORS,
    SHORTEST,
    TARGET,
    TOTAL,
    ratio_record,
)
from reliability.scalars import duration_text

NAME: Final = "service"
SERVICE: Final = 'sloth_service="$service"'
CHOSEN: Final = f'{SERVICE}, sloth_slo=~"$slo"'
SLO_COLUMN: Final = KeyColumn("sloth_slo", "SLO")
VARIABLES: Final = (
    BoardVariable(
        name="service", title="Service", selector=TARGET, label="sloth_service", multiple=False
    ),
    BoardVariable(
        name="slo",
        title="SLO",
        selector=f"{TARGET}{{{SERVICE}}}",
        label="sloth_slo",
        multiple=True,
    ),
)


def service_board(facts: BoardFacts) -> PanelBoard:
    """Return the board of a service."""
    return PanelBoard(
        name=NAME,
        title="SLOs of a service",
        description="Error budgets, burn rates, alerts and SLIs of one service.",
        variables=VARIABLES,
        rows=(
            PanelRow("Now", (_slos(facts), _firing(facts))),
            PanelRow("Error budget", (_remaining(facts), _burn(facts), _windows(facts))),
            PanelRow("SLI", (_ratio(facts), _events(facts), _failures(facts))),
        ),
        links=web_links(facts),
    )


def _slos(facts: BoardFacts) -> TablePanel:
    """Return the table of the SLOs with target, attainment, budget and burn rate."""
    factor = next(window.factor for window in facts.windows if window.length == SHORTEST)
    columns = (
        ValueColumn(title="Target", query=PanelQuery(queries.target(CHOSEN)), unit="ratio"),
        ValueColumn(
            title="Attainment",
            query=PanelQuery(queries.attainment(CHOSEN)),
            unit="ratio",
            decimals=3,
        ),
        ValueColumn(
            title="Budget remaining",
            query=PanelQuery(queries.remaining(CHOSEN)),
            unit="ratio",
            decimals=1,
            thresholds=queries.BUDGET_COLORS,
        ),
        ValueColumn(
            title="Burn rate, 5m",
            query=PanelQuery(queries.burning(CHOSEN)),
            unit="burn",
            decimals=2,
            thresholds=queries.burn_colors(factor),
        ),
        ValueColumn(
            title="Period",
            query=PanelQuery(queries.of_each("max", f"{queries.PERIOD_DAYS}{{{CHOSEN}}}")),
            unit="days",
        ),
    )
    return TablePanel(
        title="SLOs",
        description="Attainment and budget are of the SLO period so far. An SLO with groups shows "
        "its worst group. Without traffic there is no burn rate.",
        keys=(SLO_COLUMN,),
        columns=columns,
        sort="Budget remaining",
        hidden=("sloth_service",),
        addresses=facts.runbooks,
        height=8,
    )


def _firing(facts: BoardFacts) -> TablePanel:
    """Return the table of the service's firing alerts."""
    names = facts.alert_labels
    labels = ("alertname", names.tier, names.slo, names.objective)
    alerts = f'ALERTS{{alertstate="firing", {names.service}="$service", {names.tier}!=""}}'
    return TablePanel(
        title="Firing alerts",
        description="Alerts of all tiers. Empty if nothing fires.",
        keys=tuple(
            KeyColumn(label, title)
            for label, title in zip(labels, ("Alert", "Tier", "SLO", "Objective"), strict=True)
        ),
        columns=(
            ValueColumn(
                title="Series",
                query=PanelQuery(f"count by ({', '.join(labels)}) ({alerts})"),
                unit="count",
            ),
        ),
        sort="Tier",
        height=6,
    )


def _legend(facts: BoardFacts) -> str:
    """Return the legend of series of SLOs, which have more labels if the SLO has groups."""
    return " ".join(f"{{{{{label}}}}}" for label in ("sloth_slo", *facts.group_labels))


def _remaining(facts: BoardFacts) -> LinesPanel:
    return LinesPanel(
        title="Budget remaining",
        description="Share of the error budget of the SLO period that is left. Below 0 the budget "
        "is exhausted. It rises in a rolling period when old failures leave the period.",
        unit="ratio",
        queries=(PanelQuery(f"{BUDGET_REMAINING}{{{CHOSEN}}}", _legend(facts)),),
        thresholds=queries.BUDGET_COLORS,
        highest=1,
        width=12,
    )


def _burn(facts: BoardFacts) -> LinesPanel:
    """Return the chart of the current burn rate; the upper line is that of the fastest alert."""
    factor = next(window.factor for window in facts.windows if window.length == SHORTEST)
    return LinesPanel(
        title="Burn rate, 5m",
        description="How fast the error budget is spent: at 1 it lasts exactly as long as the SLO "
        "period. An alert also compares a longer window; see the table below.",
        unit="burn",
        queries=(PanelQuery(f"{queries.CURRENT_BURN}{{{CHOSEN}}}", _legend(facts)),),
        thresholds=queries.burn_colors(factor),
        width=12,
    )


def _windows(facts: BoardFacts) -> TablePanel:
    """Return the table of burn rates over each window that alerts compare."""
    columns = tuple(
        ValueColumn(
            title=duration_text(window.length),
            query=PanelQuery(
                queries.of_each(
                    "max",
                    queries.over_budget(f"{ratio_record(window.length)}{{{CHOSEN}}}", CHOSEN),
                )
            ),
            unit="burn",
            decimals=2,
            thresholds=queries.burn_colors(window.factor),
        )
        for window in facts.windows
    )
    hour = next((column.title for column in columns if column.title == "1h"), columns[0].title)
    return TablePanel(
        title="Burn rate by window",
        description="An alert fires while the burn rate of its long and of its short window is "
        "above its factor. A cell is red from the lowest factor of the alert tier on its window.",
        keys=(SLO_COLUMN,),
        columns=columns,
        sort=hour,
        descending=True,
        hidden=("sloth_service",),
        height=7,
    )


def _ratio(facts: BoardFacts) -> LinesPanel:
    return LinesPanel(
        title="Error ratio, 5m",
        description="Share of events, samples or slices that failed, and the share that the target "
        "allows. For an SLO on latency, a slow request counts as failed.",
        unit="ratio",
        queries=(
            PanelQuery(f"{ratio_record(SHORTEST)}{{{CHOSEN}}}", _legend(facts)),
            PanelQuery(
                queries.of_each("max", f"{queries.BUDGET}{{{CHOSEN}}}"), "{{sloth_slo}} allowed"
            ),
        ),
    )


def _events(facts: BoardFacts) -> LinesPanel:
    return LinesPanel(
        title="Events",
        description="Events, samples or slices that the SLI counts. No line is missing data, which "
        "has an alert of its own (SLINoData).",
        unit="rate",
        queries=(PanelQuery(f"{TOTAL}{{{CHOSEN}}}", _legend(facts)),),
        width=12,
    )


def _failures(facts: BoardFacts) -> LinesPanel:
    return LinesPanel(
        title="Failed events",
        description="Events, samples or slices that failed: what spends the error budget.",
        unit="rate",
        queries=(PanelQuery(f"{ERRORS}{{{CHOSEN}}}", _legend(facts)),),
        width=12,
    )
