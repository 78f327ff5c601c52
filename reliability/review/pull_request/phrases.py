"""Small parts of a review in words: tiers, recipients, thresholds, lengths; all harmless."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, assert_never

from reliability.approval import Role, any_of, everyone
from reliability.check.wording import number_text
from reliability.finding import Severity
from reliability.render.markdown import code, plain
from reliability.render.words import Words, worded
from reliability.review.pull_request.diff import ObjectiveDifference, Target
from reliability.review.pull_request.notified import (
    AbsenceCondition,
    AlertSource,
    BurnRateCondition,
    DeliveryPath,
    ExpressionCondition,
    FiringCondition,
    How,
    NotifiedRecipient,
)
from reliability.scalars import duration_text

LONGEST: Final = 160
"""Characters of one value of somebody's file."""

TIERS: Final = {
    "alert": worded("alert"),
    "ticket": worded("ticket"),
    "log": worded("log"),
}
SEVERITIES: Final = {
    Severity.ERROR: worded("error"),
    Severity.WARNING: worded("warning"),
    Severity.INFO: worded("info"),
}
RECIPIENTS: Final[dict[How, str]] = {
    "page": worded("pages through {whom}"),
    "channel": worded("posts to {whom}"),
    "mention": worded("mentions {whom}"),
    "webhook": worded("calls the webhook {whom}"),
    "issues": worded("opens an issue in {whom}"),
    "other": worded("notifies {whom}"),
}
SPEEDS: Final = {
    "fast": worded("{name}: fast burn"),
    "slow": worded("{name}: slow burn"),
    "no-data": worded("{name}: no data"),
    "signal": worded("{name}"),
}


def value(text: str) -> str:
    """A value of somebody's file as code, cut where it is long."""
    return code(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def roles(every: Iterable[Role], words: Words) -> str:
    """Who has to approve: everybody, and of those who may stand for each other any one."""
    return words.text(everyone([any_of(tuple(map(value, role))) for role in every]))


def said(text: str, words: Words) -> str:
    """A message as it is shown: in its language, cut where it is long, and no markup."""
    text = words.text(text)
    return plain(text if len(text) <= LONGEST * 4 else f"{text[: LONGEST * 4 - 1]}…")


def severity_word(severity: Severity, words: Words) -> str:
    """A severity in words."""
    return words(SEVERITIES[severity])


def tier(word: str, words: Words) -> str:
    """A tier in words."""
    return words(TIERS[word]) if word in TIERS else value(word)


def alert_source(source: AlertSource, words: Words) -> str:
    """What notifies."""
    return words(SPEEDS[source.speed], name=value(source.name))


def delivery_path(path: DeliveryPath | None, words: Words) -> str:
    """A tier and everybody who is notified."""
    if path is None:
        return words("none")
    if path.reached is None:
        notified = words("recipients not known")
    elif not path.reached:
        notified = words("notifies nobody")
    else:
        notified = words(", ").join(reached(one, words) for one in path.reached)
    return f"**{tier(path.tier, words)}**: {notified}"


def reached(recipient: NotifiedRecipient, words: Words) -> str:
    """One way of notifying."""
    return words(RECIPIENTS[recipient.how], whom=value(recipient.whom))


def when(condition: FiringCondition, words: Words) -> str:
    """At what it fires."""
    match condition:
        case BurnRateCondition(pairs):
            parts = [
                words(
                    "error ratio above {share} over {window}",
                    share=percent(share),
                    window=length(window),
                )
                for share, window in pairs
            ]
            return words.listed(parts, "or")
        case AbsenceCondition(after):
            return words("no data for {time}", time=length(after))
        case ExpressionCondition(expression, held):
            shown = value(expression)
            return words("{shown} for {time}", shown=shown, time=length(held)) if held else shown
    assert_never(condition)


def length(time: timedelta) -> str:
    """A length of time as people write it in YAML."""
    return duration_text(time)


def percent(ratio: float) -> str:
    """A ratio 0..1 in per cent, with what digits it needs."""
    return f"{number_text(ratio * 100)} %"


def target(each: Target | None, words: Words) -> str:
    """A target and what it leaves: `99.9 %, 43 min in 30d`."""
    if each is None:
        return words("none")
    minutes = each.budget / timedelta(minutes=1)
    budget = (
        words("{count} min", count=number_text(minutes))
        if minutes < 120
        else words("{count} h", count=f"{minutes / 60:.1f}")
    )
    ratio = f"{(each.ratio * 100).normalize():f} %"

    return words(
        "{ratio} over {period} (error budget {budget})",
        ratio=ratio,
        period=length(each.period),
        budget=budget,
    )


def promise(difference: ObjectiveDifference, words: Words) -> str:
    """What became of a promise."""
    if difference.what == "new":
        return words("new")
    if difference.what == "gone":
        return words("removed")
    if difference.what == "moved":
        return words("moved from another service")
    if difference.what == "renamed":
        return words("renamed; its history starts over")
    if difference.old and difference.new and difference.new.ratio != difference.old.ratio:
        return words("looser") if difference.new.ratio < difference.old.ratio else words("stricter")

    return words("looser") if difference.looser else words("changed")
