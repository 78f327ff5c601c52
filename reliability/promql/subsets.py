"""Whether the series of one selector are a part of those of another; None where it is not known."""

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
    """Whether every event that `part` counts is counted by `whole` too.

    True and False are sure, as far as the names of the metrics mean what they say; a histogram's
    buckets are a part of its count.
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
    """Whether two names may be a part and a whole that are counted each for itself."""
    first, second = part.split("_"), whole.split("_")
    return first[:2] == second[:2] or set(second) <= set(first)


def _names_bucket(matcher: Matcher, selector: VectorSelector) -> bool:
    is_bucket = selector.metric.endswith(BUCKET)
    return matcher.label == NAME or (matcher.label == "le" and is_bucket)


def _implied(wanted: Matcher, part: VectorSelector) -> bool | None:
    """Whether the matchers of a selector let only values through that another matcher takes."""
    on_label = [matcher for matcher in part.matchers if matcher.label == wanted.label]
    if wanted in on_label:
        return True
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
    """The values that a matcher takes, where they can be listed."""
    match matcher.sign:
        case "=":
            return (matcher.value,)
        case "=~":
            return choices(matcher.value) or None
        case _:
            return None


def choices(pattern: str) -> tuple[str, ...]:
    """The values of a pattern that only lists them; none where it is more than that."""
    listed = CHOICE.fullmatch(pattern)
    return tuple(listed[1].split("|")) if listed else ()


def takes(matcher: Matcher, value: str) -> bool | None:
    """Whether a matcher takes a value; None if its pattern cannot be read."""
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
