"""The figures that every report of rule files shows: sides, rates and names."""

from __future__ import annotations

from collections.abc import Iterator

from reliability.backtest.outcome import AlertFirings, NoAlert
from reliability.backtest.rule_files.reach import RANKED, Reach
from reliability.backtest.rule_files.replaying import COMPUTED, SAMPLES, SERVER, Firings
from reliability.backtest.rule_files.result import AlertRow, Received, RuleBacktest, RuleVerdict
from reliability.render.times import utc_minute

NAMES: dict[Reach, str] = {
    "page": "pages",
    "mention": "mentions",
    "ticket": "tickets",
    "unknown": "webhook messages",
    "chat": "chat messages",
    "mail": "mails",
    "nobody": "messages that reach nobody",
}
ALWAYS: tuple[Reach, ...] = ("page",)
NONE: Received = Received()


def rules_line(result: RuleBacktest) -> str:
    """How many alerts changed, are new, were removed and are unchanged."""
    changed, new, removed, unchanged = result.rules
    if not result.compares:
        return f"alerts: {unchanged}"
    parts = [f"{changed} changed", f"{new} new"]
    if removed:
        parts.append(f"{removed} removed")
    return f"alerts: {', '.join(parts)}, {unchanged} unchanged"


def headline(result: RuleBacktest) -> str:
    """Pages, tickets and other messages, old and new, and the incidents caught."""
    parts = [_figure(result, reach) for reach in RANKED if _is_shown(result, reach)]
    parts += _incidents(result)
    unknown = sum(1 for _ in result.unknown)
    if unknown:
        parts.append(f"not replayed: {unknown} of {len(result.rows)} alerts")
    return " · ".join(parts)


def _is_shown(result: RuleBacktest, reach: Reach) -> bool:
    if reach == "nobody":
        return False
    return reach in ALWAYS or any(reach in side.reaches for side in result.received)


def _figure(result: RuleBacktest, reach: Reach) -> str:
    old, new = (side.reaches.get(reach, NONE).counted for side in result.received)
    name = f"{NAMES[reach]} a week" if result.is_weekly else NAMES[reach]
    return f"{name} {sides(result, rate(result, old), rate(result, new))}"


def rate(result: RuleBacktest, count: int) -> str:
    """A number a week, if a week or more is known; else the number itself."""
    if not result.is_weekly:
        return f"{count:,}"
    weekly = count / result.known.weeks
    return "under 0.1" if 0 < weekly < 0.05 else f"{weekly:.1f}"


def sides(result: RuleBacktest, old: str, new: str) -> str:
    """Old and new, or new alone without a base."""
    return f"{old} -> {new}" if result.compares else new


def _incidents(result: RuleBacktest) -> Iterator[str]:
    if result.verdicts is None:
        return
    matched = [verdict for verdict in result.verdicts if verdict.is_matched]
    others = [verdict for verdict in result.verdicts if not verdict.is_matched]
    if matched:
        yield f"incidents caught {_caught(result, matched)}"
    if others:
        yield f"incidents during which a page fired {_caught(result, others)}"
    if not result.verdicts:
        yield "no incident in this span"


def _caught(result: RuleBacktest, verdicts: list[RuleVerdict]) -> str:
    old, new = (
        f"{sum(bool(name) for name in side)} of {len(verdicts)}"
        for side in (
            [verdict.old for verdict in verdicts],
            [verdict.new for verdict in verdicts],
        )
    )
    return sides(result, old, new)


def episodes(outcome: Firings) -> str:
    """How often an alert fired; a dash where the side has none, a question mark if unknown."""
    match outcome:
        case AlertFirings():
            return f"{len(outcome.episodes):,}"
        case NoAlert():
            return "-"
        case _:
            return "?"


def what_changed(row: AlertRow) -> str:
    """The aspects of a change, in words."""
    aspects = [*row.change.aspects, *(["route"] if row.is_routed_otherwise else [])]
    return ", ".join(aspects) or "unchanged"


def name_of(row: AlertRow) -> str:
    """The alert's name, with its severity if it has one."""
    rule = row.change.newest.rule
    severity = rule.labels.get("severity")
    return f"{rule.name} ({severity})" if severity else rule.name


def reach_of(row: AlertRow) -> str:
    """What the alert's messages do to people, old and new if they differ."""
    old, new = row.reach
    if row.change.old is None or old == new:
        return new
    return f"{old} -> {new}" if row.change.new is not None else old


def span_line(result: RuleBacktest) -> str:
    """What was replayed, from where, and how much of it is known."""
    until = utc_minute(result.span.end)
    days = result.span.length.days
    length = "1 day" if days == 1 else f"{days} days"
    line = f"{length} to {until}, {result.source}"
    if result.known.start > result.span.start:
        line += f"; samples since {utc_minute(result.known.start)}"
    return line


def ways(result: RuleBacktest) -> str:
    """How many alerts were replayed in which way."""
    words = {
        SAMPLES: "from raw samples",
        COMPUTED: "from raw samples with recording rules",
        SERVER: "by the server",
    }
    counts = {way: sum(row.way == way for row in result.rows) for way in words}
    parts = [f"{count} {words[way]}" for way, count in counts.items() if count]
    return f"evaluated: {', '.join(parts)}" if parts else ""


def routes_line(result: RuleBacktest) -> str:
    """Where the routes are from, and what pages by them."""
    if result.routes:
        return f"routes of {result.routes}"
    return (
        "no Alertmanager configuration: severity page or critical pages, ticket or warning opens "
        "a ticket, one group an alert name"
    )
