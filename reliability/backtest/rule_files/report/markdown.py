"""A backtest of rule files as Markdown: the comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reliability.backtest.headline import both, headline
from reliability.backtest.report.figures import verdict_cells
from reliability.backtest.report.markdown import EVENT_HEADS, markdown_table
from reliability.backtest.report.notified import (
    COUNTED,
    RECEIVER_HEADS,
    receiver_cells,
    receivers_of,
)
from reliability.backtest.rule_files.report.figures import (
    HEADS,
    cells,
    differences,
    facts,
    replayed_rows,
    rules_line,
    span_line,
    unknown_reasons,
)
from reliability.backtest.rule_files.result import RuleBacktest
from reliability.render.markdown import code, plain

ROOM: Final = 60_000
"""Characters; a comment of GitHub holds 65,536."""

LISTED: Final = 10
"""Alerts, rules or series that a list names."""

LONGEST: Final = 300
"""Characters of a name, a reason or a message."""

LONGEST_LINE: Final = 3_000
"""Characters of a line about the whole backtest, such as the selectors that are stored."""

LEGEND: Final = (
    "Before → after. Fired: episodes. Notifications: what Alertmanager would have sent after "
    f"grouping, inhibition, repeats and mute times. {COUNTED}"
)


def text(result: RuleBacktest, report: str = "", *, verbose: bool = False) -> str:
    """The whole report; `report` is the address of the run that has all of it, if there is one.

    `verbose` says how alerts were evaluated.

    A report that a comment cannot hold loses rows of its tables, and says how many.
    """
    most = max(len(result.rows), len(result.verdicts), len(result.problems), 1)
    while len(written := "\n".join(_lines(result, most, report, verbose))) > ROOM and most > 1:
        most //= 2
    return written


def _lines(result: RuleBacktest, most: int, report: str, verbose: bool) -> Iterator[str]:
    title = headline(result)
    yield f"### {_arrows(title[0].upper() + title[1:])}"
    yield ""
    about = "Backtest of this change over" if result.compares else "Backtest over"
    if result.rows:
        yield f"{about} {plain(span_line(result))}. {plain(rules_line(result).capitalize())}."
    else:
        yield (
            f"No alert changes its meaning or its route ({plain(rules_line(result))}), "
            "so nothing was replayed."
        )
    yield from _missed(result)
    yield from _alerts(result, most, verbose)
    yield from _receivers(result, most)
    yield from _incidents(result, most)
    yield from _unknown(result)
    yield from _details(result, most, report, verbose)


def _missed(result: RuleBacktest) -> Iterator[str]:
    """Yield the incidents that no alert would page for any more."""
    missed = [verdict for verdict in result.verdicts if verdict.is_newly_missed]
    if result.compares and missed:
        names = ", ".join(_code(verdict.event.name) for verdict in missed[:LISTED])
        yield ""
        yield f"❌ **Paged before and would not page now:** {names}{_more(len(missed))}"


def _alerts(result: RuleBacktest, most: int, verbose: bool) -> Iterator[str]:
    replayed = replayed_rows(result)
    if not replayed:
        return
    rows = []
    for row in replayed[:most]:
        first, *others = cells(row, result, verbose=verbose)
        receivers = [
            f"{_code(name)} {_arrows(both(result, f'{old:,}', f'{new:,}'))}"
            for name, old, new in receivers_of(row.key, result)
        ]
        notified = "<br>".join(receivers) or "no one"
        rows.append([_code(first), *map(_shown, others), notified])
    yield ""
    yield from markdown_table([*(HEADS if verbose else HEADS[:-1]), "notified"], rows)
    if len(replayed) > most:
        yield ""
        yield f"and {len(replayed) - most:,} more alerts"
    if result.compares:
        yield ""
        yield f"<sub>{LEGEND}</sub>"


def _receivers(result: RuleBacktest, most: int) -> Iterator[str]:
    rows = [[_code(name), *map(_shown, others)] for name, *others in receiver_cells(result)]
    if rows:
        yield ""
        yield "**Who gets notified**"
        yield ""
        yield from markdown_table(RECEIVER_HEADS, rows[:most])


def _incidents(result: RuleBacktest, most: int) -> Iterator[str]:
    if result.verdicts:
        rows = [list(map(_shown, verdict_cells(one, result))) for one in result.verdicts]
        yield ""
        yield from markdown_table(EVENT_HEADS, rows[:most])


def _unknown(result: RuleBacktest) -> Iterator[str]:
    """Why alerts were not replayed: these are not quiet, nothing is known of them."""
    reasons = list(unknown_reasons(result).items())
    if reasons:
        yield ""
        yield "**Not replayed** (nothing is known of them)"
        yield ""
    for reason, rows in reasons[:LISTED]:
        names = ", ".join(_code(row.slo) for row in rows[:LISTED])
        yield f"- {names}{_more(len(rows))}: {plain(_short(reason))}"
    if len(reasons) > LISTED:
        yield f"- and {len(reasons) - LISTED} more reasons"


def _details(result: RuleBacktest, most: int, report: str, verbose: bool) -> Iterator[str]:
    yield ""
    yield "<details><summary>How this was measured</summary>"
    yield ""
    for line in (*facts(result, verbose=verbose), *differences(result, verbose=verbose)):
        yield f"- {plain(line[: ROOM // 20])}"
    for problem in result.problems[:most]:
        yield f"- not read: {_code(problem.at.text)}: {plain(_short(str(problem.message)))}"
    if len(result.problems) > most:
        yield f"- and {len(result.problems) - most:,} more that cannot be read"
    if report:
        yield f"- timelines and every episode: [the run]({report}), artifact `reliability-backtest`"
    yield ""
    yield "</details>"


def _code(text: str) -> str:
    return code(_short(text))


def _short(text: str) -> str:
    """A text that cannot fill the comment alone."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _more(count: int) -> str:
    return f" and {count - LISTED} more" if count > LISTED else ""


def _arrows(words: str) -> str:
    return words.replace(" -> ", " → ")


def _shown(cell: str) -> str:
    return plain(_short(_arrows(cell)))
