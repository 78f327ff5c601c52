"""The text of a digest: its headline, its trend, long lists that are folded, and loose ends."""

from datetime import date, timedelta
from typing import Any

import pytest

from reliability.forge.marker import Marker
from reliability.model.rule_policy import Waiver
from reliability.render.words import words_in
from reliability.review.digest.counts import DigestCounts
from reliability.review.digest.issue import Digest, DigestIssueWriter, DriftedTarget
from reliability.review.digest.period import before
from reliability.review.digest.signals import DigestSignals, SignalEpisodes, SilentSignal
from reliability.review.tickets.groups import SignalGroup
from reliability.timespan import TimeSpan
from tests.review.issues.office import NOW

PERIOD = before(date(2026, 11, 25), "week")
WRITER = DigestIssueWriter(words_in("en"))
MINUTE = timedelta(minutes=1)
QUIET = DigestSignals((), ())


def digest(**more: Any) -> Digest:
    """A digest of a week in which nothing fired."""
    nothing: dict[str, Any] = {
        "period": PERIOD,
        "signals": QUIET,
        "counts": DigestCounts(pages=0, with_impact=0, tickets=0, logs=0),
        "earlier": (),
        "budgets": (),
        "is_made_up": False,
        "drift": (),
        "waivers": (),
        "due": (),
        "silent_for": timedelta(days=90),
    }
    return Digest(**{**nothing, **more})


def lines(**more: Any) -> list[str]:
    return WRITER.issue(digest(**more)).text.split("\n")


def below(heading: str, **more: Any) -> list[str]:
    """The lines of a section, without its heading."""
    found = lines(**more)
    begin = found.index(f"### {heading}") + 1
    ends = [number for number in range(begin, len(found)) if found[number].startswith("### ")]
    return found[begin : ends[0] - 1 if ends else None]


def counted(tier: str, number: int) -> SignalEpisodes:
    """A signal that fired for so many minutes in all, once."""
    span = TimeSpan(NOW, NOW + number * MINUTE)
    return SignalEpisodes(SignalGroup("shop", f"{tier}{number}"), tier, (span,))


def row(tier: str, number: int) -> str:
    unit = "minute" if number == 1 else "minutes"
    return f"| shop\\: {tier}{number} | {tier} | 1 | {number} {unit} |"


def test_a_week_in_which_nothing_fired_says_so() -> None:
    draft = WRITER.issue(digest())
    assert draft.text.split("\n") == [
        "<!-- notified 0 pages 0 impact 0 tickets 0 logs -->",
        "**0 pages, 0 tickets, 0 logs**",
        "",
        "2026-11-16 to 2026-11-22, for the retrospective.",
        "",
        "### What fired",
        "",
        "Nothing fired.",
    ]
    assert (draft.marker, draft.title) == (
        Marker("digest", "2026-W47"),
        "Reliability digest: 2026-W47",
    )
    assert (draft.labels, draft.on_reopening) == (
        ("reliability-digest",),
        "This is the latest digest again.",
    )


@pytest.mark.parametrize(
    ("counts", "signals", "headline"),
    [
        (None, None, "What fired is not known: no server was queried."),
        (
            DigestCounts(pages=1, with_impact=1, tickets=1, logs=1),
            QUIET,
            "1 page (1 with user impact), 1 ticket, 1 log",
        ),
        (
            DigestCounts(pages=4, with_impact=0, tickets=2, logs=0),
            QUIET,
            "4 pages (0 with user impact), 2 tickets, 0 logs",
        ),
        (
            DigestCounts(pages=4, with_impact=1, tickets=0, logs=0, unknown=2),
            QUIET,
            "4 pages (1 with user impact, 2 not known), 0 tickets, 0 logs",
        ),
        (
            DigestCounts(pages=4, with_impact=0, tickets=0, logs=0, unknown=4),
            QUIET,
            "4 pages (user impact not known), 0 tickets, 0 logs",
        ),
        (
            DigestCounts(pages=4, with_impact=1, tickets=2, logs=9),
            None,
            "Replayed from history, not measured: 4 pages (1 with user impact), 2 tickets",
        ),
        (
            DigestCounts(pages=0, with_impact=0, tickets=1, logs=9),
            None,
            "Replayed from history, not measured: 0 pages, 1 ticket",
        ),
    ],
)
def test_the_headline_sums_up_what_fired(
    counts: DigestCounts | None, signals: DigestSignals | None, headline: str
) -> None:
    found = lines(counts=counts, signals=signals)
    memory = [str(counts)] if counts and signals else []
    assert found[: len(memory) + 1] == [*memory, f"**{headline}**"]


EARLIER = (
    ("2026-W45", DigestCounts(pages=4, with_impact=1, tickets=3, logs=5)),
    ("2026-W46", DigestCounts(pages=0, with_impact=0, tickets=1, logs=0)),
)


def test_the_trend_of_what_was_counted_has_logs_and_ends_with_this_week() -> None:
    now = DigestCounts(pages=4, with_impact=1, tickets=0, logs=7, unknown=2)
    assert below("Notifications by period", counts=now, earlier=EARLIER) == [
        "",
        "| period | pages | with user impact | tickets | logs |",
        "|---|--:|--:|--:|--:|",
        "| 2026-W45 | 4 | 1 (25 %) | 3 | 5 |",
        "| 2026-W46 | 0 | - | 1 | 0 |",
        "| 2026-W47 | 4 | 1 with user impact, 2 not known | 0 | 7 |",
    ]


def test_the_trend_of_a_replay_has_no_logs() -> None:
    assert below(
        "Notifications by period",
        counts=DigestCounts(pages=2, with_impact=2, tickets=1, logs=0),
        earlier=EARLIER[:1],
        signals=None,
    ) == [
        "",
        "| period | pages | with user impact | tickets |",
        "|---|--:|--:|--:|",
        "| 2026-W45 | 4 | 1 (25 %) | 3 |",
        "| 2026-W47 | 2 | 2 (100 %) | 1 |",
    ]


@pytest.mark.parametrize("more", [{"counts": None, "earlier": EARLIER}, {"earlier": ()}])
def test_without_a_week_to_compare_there_is_no_trend(more: dict[str, Any]) -> None:
    assert "### Notifications by period" not in lines(**more)


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (
            "",
            "declare a Prometheus in `policies/history.yaml`, or pass `--prometheus`.",
        ),
        ("down", "down"),
    ],
)
def test_without_a_server_it_says_why_no_signal_is_known(why: str, said: str) -> None:
    assert below("What fired", signals=None, counts=None, why=why) == [
        "",
        f"What fired is not known: {said}",
    ]


def test_pages_come_before_what_is_quiet() -> None:
    signals = DigestSignals((counted("ticket", 2), counted("alert", 1), counted("log", 3)), ())
    assert below("What fired", signals=signals) == [
        "",
        "| pages | tier | count | total time |",
        "|---|---|--:|--:|",
        row("alert", 1),
        "",
        "| tickets and logs, most frequent first | tier | count | total time |",
        "|---|---|--:|--:|",
        row("ticket", 2),
        row("log", 3),
    ]


@pytest.mark.parametrize(("pages", "logs"), [(10, 10), (11, 10), (10, 12), (12, 120)])
def test_more_than_ten_of_a_kind_are_folded_and_a_hundred_of_them_shown(
    pages: int, logs: int
) -> None:
    of_alerts = [counted("alert", number) for number in range(1, pages + 1)]
    of_logs = [counted("log", number) for number in range(1, logs + 1)]
    found = below("What fired", signals=DigestSignals((*of_alerts, *of_logs), ()))
    rows = [line.split(" | ")[0].removeprefix("| shop\\: ") for line in found if "| shop" in line]
    names = [each.group.signal for each in (*of_alerts, *of_logs)]
    shown = [*names[:10], *names[pages : pages + 10]]
    rest = [*names[10:pages], *names[pages + 10 :]]
    assert rows == [*shown, *rest[:100]]
    folds = [line for line in found if line.startswith("<details>")]
    assert folds == ([f"<details><summary>{len(rest)} more</summary>"] if rest else [])


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 signal did not fire"), (101, "101 signals did not fire")]
)
def test_a_hundred_signals_that_never_fired_are_listed(count: int, said: str) -> None:
    silent = tuple(SilentSignal("shop", f"Signal{number}") for number in range(count))
    assert below("What fired", signals=DigestSignals((), silent))[2:] == [
        "",
        f"<details><summary>{said} in 90 days, within the retention of the server</summary>",
        "",
        *(f"- `shop: Signal{number}`" for number in range(min(count, 100))),
        "",
        "</details>",
    ]


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({"signals": None}, True),
        ({}, False),
        ({"signals": None, "is_made_up": False}, False),
    ],
)
def test_figures_that_are_made_up_are_called_so_at_the_top(
    more: dict[str, Any], note: bool
) -> None:
    found = lines(**{"is_made_up": True, **more})
    assert ("**These figures are synthetic**, not measured." in found) == note


def waiver(rule: str, until: date) -> Waiver:
    return Waiver(rule=rule, service="shop", reason="soon", approver="@mori", until=until)


def test_loose_ends_are_drift_and_waivers() -> None:
    objects = tuple(f"rules {number}" for number in range(11))
    drift = (
        DriftedTarget("p1", objects[:1]),
        DriftedTarget("p2", objects[:10]),
        DriftedTarget("p3", objects),
        DriftedTarget("p4", ()),
        DriftedTarget("p5", objects, "no answer"),
    )
    ends = PERIOD.until
    waivers = (waiver("a", ends - timedelta(days=1)), waiver("b", ends))
    ten = ", ".join(f"`{each}`" for each in objects[:10])
    assert below("Open items", drift=drift, waivers=waivers) == [
        "",
        "- Changed outside the repository in `p1`: `rules 0`",
        f"- Changed outside the repository in `p2`: {ten}",
        f"- Changed outside the repository in `p3`: {ten}, …",
        "- `p5` could not be read, so drift is not known: `no answer`",
        "- The waiver of `a` for `shop` expired on 2026-11-22.",
        "- The waiver of `b` for `shop` expires on 2026-11-23.",
    ]


def test_without_loose_ends_there_is_no_such_section() -> None:
    assert "### Open items" not in lines(drift=(DriftedTarget("p4", ()),))
