"""`label_replace` and `label_join`.

Source: evalLabelReplace and evalLabelJoin in promql/functions.go of v2.53.5 and v3.5.0, and
Regexp.expand in Go's package regexp.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from reliability.message import Message
from reliability.promql.evaluate.annotations import quoted
from reliability.promql.evaluate.lines import NAME, EvaluatedSeries, Vector, gathered, labels_of
from reliability.promql.evaluate.readable import ASCII, NO_UTF8
from reliability.promql.evaluate.refused import CannotReplay, WouldFail
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.work import LONGEST_LABEL
from reliability.regex import RegexRefusedError, compiled

LABEL_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
REFERENCE: Final = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")
DIGITS: Final = 9


def is_label_name(name: str, how: Semantics) -> bool:
    """Return whether a label name is valid: any nonempty UTF-8 text in Prometheus 3."""
    if how.is_left_open:
        return bool(name) and not any(_stands_for_a_byte(character) for character in name)
    return LABEL_NAME.fullmatch(name) is not None


def _stands_for_a_byte(character: str) -> bool:
    """Return whether a character represents a byte that is not UTF-8 (see `readable`)."""
    return chr(NO_UTF8 + ASCII) <= character <= chr(NO_UTF8 + 255)


def replaced(lines: Vector, texts: Sequence[str], how: Semantics) -> Vector:
    """Return `label_replace`; `texts` has destination, replacement, source and pattern.

    Raises:
        WouldFail: the pattern or the destination is not valid.
        CannotReplay: a label becomes too long.
    """
    target, template, source, pattern = texts
    flags = "s" if how.is_left_open else ""
    try:
        expression = compiled(f"^(?{flags}:{pattern})$")
    except RegexRefusedError:
        raise WouldFail(f"invalid regular expression in label_replace(): {pattern}") from None
    if not is_label_name(target, how):
        raise WouldFail(f"invalid destination label name in label_replace(): {target}")

    return gathered(
        _replaced(series, target, template, source=source, expression=expression)
        for series in lines
    )


def _replaced(
    series: EvaluatedSeries, target: str, template: str, source: str, expression: Any
) -> EvaluatedSeries:
    match = expression.match(dict(series.labels).get(source, ""))
    return series if match is None else _set(series, target, _expanded(template, match))


def _expanded(template: str, match: Any) -> str:
    """Expand `$1`, `${1}`, `$name` and `$$` in a template; an unknown group is empty."""
    length = len(template)

    def group(reference: re.Match[str]) -> str:
        nonlocal length
        value = _group(reference[1] or reference[2], match)
        length += len(value)
        _ensure_short(length)
        return value

    return REFERENCE.sub(group, template)


def _group(name: str | None, match: Any) -> str:
    if name is None:
        return "$"
    if name.isdigit():
        # Python refuses to convert more digits than 4,300; no pattern has so many groups.
        number = int(name[:DIGITS])
        return (match.group(number) or "") if number <= match.re.groups else ""
    return (match.group(name) or "") if name in match.re.groupindex else ""


def _ensure_short(length: int) -> None:
    if length > LONGEST_LABEL:
        raise CannotReplay(
            Message(
                "it makes a label of {count} characters, and the limit is {limit}",
                count=f"{length:,}",
                limit=f"{LONGEST_LABEL:,}",
            )
        )


def joined(lines: Vector, texts: Sequence[str], how: Semantics) -> Vector:
    """Return `label_join`; `texts` has destination, separator and sources.

    Raises:
        WouldFail: a label name is not valid.
        CannotReplay: a label becomes too long.
    """
    target, separator, *sources = texts
    for source in sources:
        if not is_label_name(source, how):
            raise WouldFail(f"invalid source label name in label_join(): {source}")
    if not is_label_name(target, how):
        raise WouldFail(f"invalid destination label name in label_join(): {target}")

    result = []
    for series in lines:
        labels = dict(series.labels)
        values = [labels.get(source, "") for source in sources]
        _ensure_short(sum(map(len, values)) + len(separator) * (len(values) - 1))
        result.append(_set(series, target, separator.join(values)))
    return gathered(result)


def _set(series: EvaluatedSeries, target: str, value: str) -> EvaluatedSeries:
    """Set one label; a metric name that is set is not dropped later."""
    labels = labels_of({**dict(series.labels), target: value})
    return replace(series, labels=labels, drops_name=series.drops_name and target != NAME)


def check_label(name: str, how: Semantics) -> None:
    """Refuse a label name that `count_values` cannot write.

    Raises:
        WouldFail: the name is not valid.
    """
    if not is_label_name(name, how):
        written = "".join(
            f"\\x{ord(character) - NO_UTF8:02x}" if _stands_for_a_byte(character) else character
            for character in quoted(name)
        )
        raise WouldFail(f"invalid label name {written}")
