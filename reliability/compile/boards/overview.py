"""Board of all services: what needs attention first, and sums by team and criticality."""

from __future__ import annotations

from typing import Final

from reliability.compile.boards import queries
from reliability.compile.boards.board import (
    BoardLink,
    BoardPanel,
    BoardVariable,
    KeyColumn,
    LinesPanel,
    PanelBoard,
    PanelQuery,
    PanelRow,
    PanelThreshold,
    StatPanel,
    TablePanel,
    ValueColumn,
)
from reliability.compile.boards.facts import BoardFacts
from reliability.compile.boards.links import web_links
from reliability.compile.boards.service import NAME as SERVICE_BOARD
from reliability.compile.prometheus.names import SHORTEST, TOTAL

NAME: Final = "overview"
MOST_ROWS: Final = 20
MOST_LINES: Final = 10
OF_TEAM: Final = 'team=~"$team"'
TO_SERVICE: Final = BoardLink(SERVICE_BOARD, "service")
KEYS: Final = (
    KeyColumn("sloth_service", "Service", TO_SERVICE),
    KeyColumn("sloth_slo", "SLO"),
)


def overview_board(facts: BoardFacts) -> PanelBoard:
    """Return the board of all services."""
    team = BoardVariable(
        name="team", title="Team", selector=queries.INFO, label="team", multiple=True
    )
    return PanelBoard(
        name=NAME,
        title="SLOs of all services",
        description="Which SLOs need attention first, and the state of each team.",
        variables=(team,),
        rows=(
            PanelRow("Now", tuple(_numbers(facts))),
            PanelRow("Attention first", (_lowest(), _fastest(facts))),
            PanelRow("By owner", (_by("team", "Team"), _by("criticality", "Criticality"))),
        ),
        links=web_links(facts),
    )


def _chosen(values: str) -> str:
    """Return those of the values, one for each SLO, whose SLO belongs to a chosen team."""
    return f"({values} and on ({queries.KEYS}) {queries.INFO}{{{OF_TEAM}}})"


def _numbers(facts: BoardFacts) -> tuple[StatPanel, ...]:
    targets = _chosen(queries.target(""))
    remaining, burning = _chosen(queries.remaining("")), _chosen(queries.burning(""))
    names = facts.alert_labels
    firing = f'ALERTS{{alertstate="firing", {names.team}=~"$team", {names.tier}="%s"}}'
    return (
        _number("SLOs", "Objectives that Prometheus records.", queries.counted(targets)),
        _number(
            "Budget exhausted",
            "SLOs that failed more in their period than their target allows.",
            queries.counted(f"{remaining} <= 0"),
            colors=queries.NOT_ZERO_IS_BAD,
        ),
        _number(
            "Budget burning",
            "SLOs whose budget would not last the period at the burn rate of the last 5 minutes.",
            queries.counted(f"{burning} > 1"),
            colors=queries.NOT_ZERO_IS_A_WARNING,
        ),
        _number(
            "Alert tier firing",
            "Alerts on which a human acts now.",
            queries.counted(firing % "alert"),
            colors=queries.NOT_ZERO_IS_BAD,
        ),
        _number(
            "Ticket tier firing",
            "Alerts on which a human acts within days.",
            queries.counted(firing % "ticket"),
            colors=queries.NOT_ZERO_IS_A_WARNING,
        ),
        _number(
            "Without data",
            "SLOs whose SLI returns no series now, so that no burn-rate alert of them can fire.",
            queries.counted(f"{targets} unless on ({queries.KEYS}) {TOTAL}"),
            colors=queries.NOT_ZERO_IS_A_WARNING,
        ),
    )


def _number(
    title: str, description: str, query: str, colors: tuple[PanelThreshold, ...] = ()
) -> StatPanel:
    return StatPanel(
        title=title,
        description=description,
        unit="count",
        query=PanelQuery(query),
        thresholds=colors,
    )


def _lowest() -> TablePanel:
    """Return the table of the SLOs with the least budget remaining."""
    lowest = f"bottomk({MOST_ROWS}, {_chosen(queries.remaining(''))})"

    def of_them(values: str) -> PanelQuery:
        return PanelQuery(f"{values} and on ({queries.KEYS}) {lowest}")

    return TablePanel(
        title="Lowest error budget",
        description=f"The {MOST_ROWS} SLOs with the least of their error budget remaining. The "
        "name of a service leads to its dashboard.",
        keys=KEYS,
        columns=(
            ValueColumn(
                title="Budget remaining",
                query=PanelQuery(lowest),
                unit="ratio",
                decimals=1,
                thresholds=queries.BUDGET_COLORS,
            ),
            ValueColumn(
                title="Burn rate, 5m",
                query=of_them(queries.burning("")),
                unit="burn",
                decimals=2,
                thresholds=queries.burn_colors(None),
            ),
            ValueColumn(
                title="Attainment",
                query=of_them(queries.attainment("")),
                unit="ratio",
                decimals=3,
            ),
            ValueColumn(title="Target", query=of_them(queries.target("")), unit="ratio"),
        ),
        sort="Budget remaining",
        height=12,
    )


def _fastest(facts: BoardFacts) -> LinesPanel:
    factor = next(window.factor for window in facts.windows if window.length == SHORTEST)
    return LinesPanel(
        title="Highest burn rate, 5m",
        description=f"At each moment the {MOST_LINES} SLOs that spend their error budget fastest.",
        unit="burn",
        queries=(
            PanelQuery(
                f"topk({MOST_LINES}, {_chosen(queries.burning(''))})",
                "{{sloth_service}} {{sloth_slo}}",
            ),
        ),
        thresholds=queries.burn_colors(factor),
    )


def _by(label: str, title: str) -> BoardPanel:
    """Return the table of sums by a label of the SLOs' metadata."""
    remaining = queries.with_info(queries.remaining(""), label, OF_TEAM)
    targets = queries.with_info(queries.target(""), label, OF_TEAM)
    none = f"0 * count by ({label}) ({targets})"
    return TablePanel(
        title=title,
        description="SLOs, those whose error budget is exhausted, and the lowest budget.",
        keys=(KeyColumn(label, title),),
        columns=(
            ValueColumn(
                title="SLOs", query=PanelQuery(f"count by ({label}) ({targets})"), unit="count"
            ),
            ValueColumn(
                title="Exhausted",
                query=PanelQuery(f"count by ({label}) ({remaining} <= 0) or {none}"),
                unit="count",
                thresholds=queries.NOT_ZERO_IS_BAD,
            ),
            ValueColumn(
                title="Lowest budget",
                query=PanelQuery(f"min by ({label}) ({remaining})"),
                unit="ratio",
                decimals=1,
                thresholds=queries.BUDGET_COLORS,
            ),
        ),
        sort="Lowest budget",
        width=12,
    )
