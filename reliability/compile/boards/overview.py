"""Board of all services: what needs attention first, and sums by team and criticality."""

from __future__ import annotations

from typing import Final

from reliability.compile.boards import measures, queries
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
from reliability.compile.boards.links import OVERVIEW, SERVICE, TITLES, web_links
from reliability.compile.boards.places import place_columns, place_matchers, place_variables
from reliability.compile.boards.queries import SloQueries
from reliability.compile.prometheus.names import SHORTEST, TOTAL

MOST_ROWS: Final = 20
MOST_LINES: Final = 10
OF_TEAM: Final = 'team=~"$team"'
TO_SERVICE: Final = BoardLink(SERVICE, "service")


def overview_board(facts: BoardFacts) -> PanelBoard:
    """Return the board of all services."""
    team = BoardVariable(
        name="team", title="Team", selector=queries.INFO, label="team", multiple=True
    )
    return PanelBoard(
        name=OVERVIEW,
        title=TITLES[OVERVIEW],
        description="Which SLOs need attention first, and the state of each team.",
        variables=(team, *place_variables(facts)),
        rows=(
            PanelRow("Now", tuple(_numbers(facts))),
            PanelRow("Attention first", (_lowest(facts), _fastest(facts))),
            PanelRow(
                "By owner", (_by("team", "Team", facts), _by("criticality", "Criticality", facts))
            ),
        ),
        links=web_links(facts, "index.html"),
    )


def _series(facts: BoardFacts) -> SloQueries:
    """Return the queries of all SLOs of the chosen environments."""
    return SloQueries(", ".join(place_matchers(facts)), facts.places)


def _numbers(facts: BoardFacts) -> tuple[StatPanel, ...]:
    series = _series(facts)
    targets = series.among(series.target, OF_TEAM)
    remaining = series.among(series.remaining, OF_TEAM)
    burning = series.among(series.burning, OF_TEAM)
    names = facts.alert_labels
    matchers = (f'{names.team}=~"$team"', f'{names.tier}="%s"', *place_matchers(facts))
    firing = f'ALERTS{{alertstate="firing", {", ".join(matchers)}}}'
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
            queries.counted(f"{targets} unless on ({series.keys}) {TOTAL}"),
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


def _lowest(facts: BoardFacts) -> TablePanel:
    """Return the table of the SLOs with the least budget remaining."""
    factor = next(window.factor for window in facts.windows if window.length == SHORTEST)
    series = _series(facts)
    lowest = f"bottomk({MOST_ROWS}, {series.among(series.remaining, OF_TEAM)})"

    def of_them(values: str) -> str:
        return f"{values} and on ({series.keys}) {lowest}"

    return TablePanel(
        title="Lowest error budget",
        description=f"The {MOST_ROWS} SLOs with the least of their error budget remaining. "
        "The name of a service leads to its dashboard. "
        f"{measures.RECORDED.title}: {measures.RECORDED.meaning}",
        keys=(
            KeyColumn("sloth_service", "Service", TO_SERVICE),
            KeyColumn("sloth_slo", "SLO"),
            *place_columns(facts),
        ),
        columns=(
            measures.REMAINING.column(lowest, queries.BUDGET_COLORS),
            measures.RECORDED.column(of_them(series.recorded), queries.RECORDED_COLORS),
            measures.BURN_RATE.column(
                of_them(series.burning), queries.burn_colors(factor), window="5m"
            ),
            measures.ATTAINMENT.column(of_them(series.attainment)),
            measures.TARGET.column(of_them(series.target)),
        ),
        sort=measures.REMAINING.title,
        height=12,
    )


def _fastest(facts: BoardFacts) -> LinesPanel:
    factor = next(window.factor for window in facts.windows if window.length == SHORTEST)
    series = _series(facts)
    return LinesPanel(
        title=f"Highest {measures.BURN_RATE.name}, 5m",
        description=f"At each moment the {MOST_LINES} SLOs that spend their error budget fastest.",
        unit=measures.BURN_RATE.unit,
        queries=(
            PanelQuery(
                f"topk({MOST_LINES}, {series.among(series.burning, OF_TEAM)})",
                " ".join(
                    f"{{{{{label}}}}}" for label in ("sloth_service", "sloth_slo", *facts.places)
                ),
            ),
        ),
        thresholds=queries.burn_colors(factor),
    )


def _by(label: str, title: str, facts: BoardFacts) -> BoardPanel:
    """Return the table of sums by a label of the SLOs' metadata."""
    series = _series(facts)
    remaining = series.with_info(series.remaining, label, OF_TEAM)
    targets = series.with_info(series.target, label, OF_TEAM)
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
