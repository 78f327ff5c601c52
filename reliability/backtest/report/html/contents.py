"""Table of all objectives on a page: figures of each, the ones with missed events first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from reliability.backtest.outcome import (
    ALERT_TIER,
    TICKET_TIER,
    AlertFirings,
    Backtest,
    Replayed,
    SliSummary,
)
from reliability.backtest.report.html.marks import Html, element, text
from reliability.render.numbers import significant_percent

HEADS: Final = (
    *("SLO", "service", "target", "measured", "pages a week", "tickets a week"),
    "events not caught",
)
SORTING: Final = """
for (const table of document.querySelectorAll("table.sortable")) {
  const [head, ...rows] = table.rows;
  [...head.cells].forEach((cell, column) => {
    const button = document.createElement("button"), key = (row) => row.cells[column].dataset.value;
    const isText = column < 2;
    button.textContent = cell.textContent;
    button.addEventListener("click", () => {
      const isUp = cell.ariaSort ? cell.ariaSort !== "ascending" : isText;
      for (const other of head.cells) other.ariaSort = null;
      cell.ariaSort = isUp ? "ascending" : "descending";
      rows.sort((one, other) => (isUp ? 1 : -1)
        * (isText ? key(one).localeCompare(key(other)) : key(one) - key(other)));
      rows[0].parentNode.append(...rows);
    });
    cell.replaceChildren(button);
  });
}
"""
"""Makes heads of columns sort; sorting is stable, so a sort by service groups the last order."""


def contents(result: Backtest, shown: Sequence[tuple[str, Replayed]]) -> Html:
    """Return the table; `shown` are objectives with their anchors."""
    ordered = sorted(shown, key=lambda pair: _order(pair[1]))
    head = element("tr", [element("th", text(word), scope="col") for word in HEADS])
    rows = [element("tr", _cells(result, *pair)) for pair in ordered]
    inside = element("table", [head, *rows], class_="sortable")
    return element("nav", element("div", inside, class_="scroll"), aria_label="SLOs")


def _order(replayed: Replayed) -> tuple[float, float, str, str]:
    return -_missed(replayed), -_per_week(replayed, ALERT_TIER), replayed.service, replayed.slo


def _cells(result: Backtest, anchor: str, replayed: Replayed) -> Iterator[Html]:
    name = f"{replayed.slo} {replayed.objective}".rstrip()
    link = element("a", text(name), href=f"#{quote(anchor)}")
    history = replayed.history
    share = history.attainment if isinstance(history, SliSummary) else None
    measured = "not known" if share is None else significant_percent(share, 5)
    yield _cell(0, link, name)
    yield _cell(1, text(replayed.service), replayed.service)
    yield _cell(2, text(significant_percent(float(replayed.target), 5)), replayed.target)
    yield _cell(3, text(measured), f"{-1 if share is None else share}")
    for number, tier in ((4, ALERT_TIER), (5, TICKET_TIER)):
        new = _per_week(replayed, tier)
        words = f"{new:.1f}"
        old = _per_week(replayed, tier, is_old=True)
        if result.compares and f"{old:.1f}" != words:
            words = f"{old:.1f} → {words}"
        yield _cell(number, text(words), f"{new:g}")
    yield _cell(6, text(str(_missed(replayed))), str(_missed(replayed)))


def _cell(number: int, inside: Html, value: str) -> Html:
    name = {"class_": "number"} if number > 1 else {}
    return element("td", inside, data_label=HEADS[number], data_value=value, **name)


def _per_week(replayed: Replayed, tier: str, *, is_old: bool = False) -> float:
    sides = [row.old if is_old else row.new for row in replayed.rows if row.tier == tier]
    return sum(side.per_week for side in sides if isinstance(side, AlertFirings))


def _missed(replayed: Replayed) -> int:
    return sum(verdict.known and not verdict.new.paged for verdict in replayed.verdicts)
