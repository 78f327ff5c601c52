"""Whether the series of one selector are a subset of another's; None if unknown."""

from __future__ import annotations

import re
from typing import Final

from reliability.promql.metric_kinds import histogram
from reliability.promql.tree import Matcher, VectorSelector
from reliability.regex import RegexRefusedError, matches_whole

NAME: Final = "__name__"
BUCKET: Final = "_bucket"
CHOICE: Final = re.compile(r"\(?([^.+*?()\[\]{}^$\\]+)\)?")
"""A pattern that only lists values: `a|b`, `(a|b)`."""


def is_part(part: VectorSelector, whole: VectorSelector) -> bool | None:
    """Return whether `whole` also counts every event that `part` counts, or None if unknown.

    True and False are certain as far as metric names follow the conventions. The buckets of a
    histogram are a part of its count.
    """
    if part.alternatives or whole.alternatives or not part.metric or not whole.metric:
        return None
    same = _same_events(part.metric, whole.metric)
    if not same:
        return same

    answers = [
        _implied(matcher, part) for matcher in whole.matchers if not _names_bucket(matcher, whole)
    ]
    if False in answers:
        return False

    return None if None in answers else True


def _same_events(part: str, whole: str) -> bool | None:
    if part == whole:
        return True
    if histogram(part) is not None and histogram(part) == histogram(whole):
        return True
    return None if _related(part, whole) else False


def _related(part: str, whole: str) -> bool:
    """Return whether two metrics may be a part and its whole, counted separately."""
    first, second = part.split("_"), whole.split("_")
    # Names say what they count: `http_errors_total` and `http_requests_total` may be counted by the
    # same service, so the answer is open and not a certain no.
    return first[:2] == second[:2] or set(second) <= set(first)


def _names_bucket(matcher: Matcher, selector: VectorSelector) -> bool:
    is_bucket = selector.metric.endswith(BUCKET)
    return matcher.label == NAME or (matcher.label == "le" and is_bucket)


def _implied(wanted: Matcher, part: VectorSelector) -> bool | None:
    """Return whether a selector admits only values that `wanted` matches, or None if unknown."""
    on_label = [matcher for matcher in part.matchers if matcher.label == wanted.label]
    if wanted in on_label:
        return True
    # Without a matcher on the label, the part also has series that the whole does not count.
    if not on_label:
        return False

    values = next(
        (listed for matcher in on_label if (listed := _values(matcher)) is not None), None
    )
    if values is None:
        return None

    answers = [takes(wanted, value) for value in values]
    return None if None in answers else all(answers)


def _values(matcher: Matcher) -> tuple[str, ...] | None:
    """Return the values that a matcher accepts, or None if they cannot be listed."""
    match matcher.sign:
        case "=":
            return (matcher.value,)
        case "=~":
            return choices(matcher.value) or None
        case _:
            return None


def choices(pattern: str) -> tuple[str, ...]:
    """Return the values of a pattern that only lists values, or an empty tuple for any other."""
    listed = CHOICE.fullmatch(pattern)
    return tuple(listed[1].split("|")) if listed else ()


def takes(matcher: Matcher, value: str) -> bool | None:
    """Return whether a matcher accepts a value, or None if its pattern cannot be read."""
    match matcher.sign:
        case "=":
            return matcher.value == value
        case "!=":
            return matcher.value != value
        case _:
            return _matches(matcher, value)


def _matches(matcher: Matcher, value: str) -> bool | None:
    try:
        return matches_whole(matcher.value, value) is (matcher.sign == "=~")
    except RegexRefusedError:
        return None
