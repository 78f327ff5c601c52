"""Small parts of a review in words: tiers, recipients, thresholds, durations.

Values come from files of the pull request's author, so each is escaped and shortened here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final, assert_never

from reliability.approval import Role, roles_text
from reliability.finding import Severity
from reliability.render.markdown import code, plain
from reliability.render.numbers import exact_percent, number_text, significant_percent
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

MAX_NAMES: Final = 5
"""Names that are listed if several services, alerts or files change in the same way."""
COMMAND: Final = re.compile(r"`([^`\n]+)`")
LONGEST: Final = 160
"""Characters of one value from a file."""

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
    """Return a value from a file as inline code, shortened to `LONGEST` characters."""
    return code(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def roles(every: Iterable[Role], words: Words) -> str:
    """Return who has to approve: every role, by any one of its people."""
    return words.text(roles_text([tuple(map(value, role)) for role in every]))


def some(texts: Sequence[str], words: Words, joint: str = "<br>") -> str:
    """Return a few of several texts, and how many more there are; each is already escaped."""
    shown, left = texts[:MAX_NAMES], len(texts) - MAX_NAMES
    more = [words.many("and {count} more", "and {count} more", left)] if left > 0 else []
    return joint.join([*shown, *more])


def message_text(text: str, words: Words) -> str:
    """Return a message in a language, shortened to 4 * `LONGEST` characters.

    The only markup is code between backticks, such as a command to run.
    """
    text = words.text(text)
    text = text if len(text) <= LONGEST * 4 else f"{text[: LONGEST * 4 - 1]}…"
    parts = COMMAND.split(text)
    return "".join(code(part) if n % 2 else plain(part) for n, part in enumerate(parts))


def severity_word(severity: Severity, words: Words) -> str:
    """Return the name of a severity."""
    return words(SEVERITIES[severity])


def tier(word: str, words: Words) -> str:
    """Return the name of a tier."""
    return words(TIERS[word]) if word in TIERS else value(word)


def alert_source(source: AlertSource, words: Words) -> str:
    """Return the name of an alert, and which burn rate it is."""
    return words(SPEEDS[source.speed], name=value(source.name))


def delivery_path(path: DeliveryPath | None, words: Words) -> str:
    """Return a tier and all recipients."""
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
    """Return how one recipient is notified."""
    return words(RECIPIENTS[recipient.how], whom=value(recipient.whom))


def when(condition: FiringCondition, words: Words) -> str:
    """Return the condition under which an alert fires."""
    match condition:
        case BurnRateCondition(pairs):
            parts = [
                words(
                    "error ratio above {share} over {window}",
                    share=significant_percent(share, 4),
                    window=duration_text(window),
                )
                for share, window in pairs
            ]
            return words.listed(parts, "or")
        case AbsenceCondition(after):
            return words("no data for {time}", time=duration_text(after))
        case ExpressionCondition(expression, held):
            shown = value(expression)
            if not held:
                return shown
            return words("{shown} for {time}", shown=shown, time=duration_text(held))
    assert_never(condition)


def target(slo_target: Target | None, words: Words) -> str:
    """Return a target with its error budget: `99.9 % over 30d (error budget 43.2 min)`."""
    if slo_target is None:
        return words("none")
    minutes = slo_target.budget / timedelta(minutes=1)
    budget = (
        words("{count} min", count=number_text(minutes))
        if minutes < 120
        else words("{count} h", count=f"{minutes / 60:.1f}")
    )
    ratio = exact_percent(slo_target.ratio)

    return words(
        "{ratio} over {period} (error budget {budget})",
        ratio=ratio,
        period=duration_text(slo_target.period),
        budget=budget,
    )


def change_word(difference: ObjectiveDifference, words: Words) -> str:
    """Return how an objective changed, in a word or two."""
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
