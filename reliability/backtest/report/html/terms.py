"""What the terms on a page mean, a sentence each."""

from __future__ import annotations

from typing import Final

from reliability.backtest.report.html.marks import Html, element, text
from reliability.render.words import Words, worded

ANCHOR: Final = "terms"
TERMS: Final = (
    (worded("SLO"), worded("a target for the share of good events over a period, such as 30 days")),
    (worded("error budget"), worded("the share of bad events that the target allows in a period")),
    (worded("attainment"), worded("the share of good events that was measured")),
    (worded("alert"), worded("the tier that pages the on-call engineer at any hour")),
    (worded("ticket"), worded("the tier that opens a ticket for working hours")),
    (worded("episode"), worded("the time from when an alert fires until it resolves")),
    (worded("minutes"), worded("how long all episodes of an alert lasted together")),
    (
        worded("budget spent before"),
        worded("how much of the budget a problem had spent when the alert fired"),
    ),
    (worded("weeks"), worded("the number of episodes in each week; a dot is a week without one")),
    (
        worded("incident"),
        worded("a time with user impact that people recorded in incidents.yaml"),
    ),
    (
        worded("significant event"),
        worded("2 % of the budget spent within an hour, or 5 % within six hours"),
    ),
    (worded("caught"), worded("an alert of the tier that pages fired during the event")),
    (worded("precision"), worded("the share of episodes that overlap an incident or event")),
    (worded("recall"), worded("the share of incidents and events that an episode overlaps")),
    (
        worded("detected in"),
        worded("the median time from the start of an event until the alert fired"),
    ),
    (
        worded("resolved in"),
        worded("the median time from the end of an event until the alert resolved"),
    ),
    (worded("under 10 min"), worded("the share of episodes that were shorter than 10 minutes")),
    (
        worded("at night"),
        worded("the share of episodes that began from 10 pm to 6 am in the team's time zone"),
    ),
    (worded("weekend"), worded("the share of episodes that began on a Saturday or Sunday")),
    (
        worded("spent without alert"),
        worded("the most budget spent within six hours in which the alert did not fire"),
    ),
    (worded("mention"), worded("a message that names people in chat")),
    (
        worded("near a threshold"),
        worded("evaluations that one failure more or less would change"),
    ),
)


def terms(words: Words) -> Html:
    """Return the terms, folded; `ANCHOR` leads to them and opens them."""
    shown = [
        element("div", [element("dt", text(words(term))), element("dd", text(words(meaning)))])
        for term, meaning in TERMS
    ]
    summary = element("summary", text(words("What the terms on this page mean")))
    return element("details", [summary, element("dl", shown, class_="terms", id=ANCHOR)])


def link_to_terms(words: Words) -> Html:
    """Return a link to the terms, for below a table."""
    link = element("a", text(words("What these columns mean")), href=f"#{ANCHOR}")
    return element("p", link, class_="help")
