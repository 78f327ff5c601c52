"""`EvaluatedSeries`: a series of a result over evaluations, and what is done with its labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from reliability.arrays import BoolArray, FloatArray
from reliability.message import Message
from reliability.promql.evaluate.refused import CannotReplay

Times: TypeAlias = NDArray[np.int64]
"""Milliseconds since 1970, ascending."""

Labels: TypeAlias = tuple[tuple[str, str], ...]
"""Sorted by name; a label without a value is not there."""

NAME: Final = "__name__"


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedSeries:
    """The values of one series, an entry for each evaluation; only those that are `there` count."""

    labels: Labels
    values: FloatArray
    there: BoolArray


Vector: TypeAlias = tuple[EvaluatedSeries, ...]
Scalar: TypeAlias = FloatArray
"""A number for each evaluation."""


def labels_of(labels: Mapping[str, str]) -> Labels:
    """The labels that have a value, sorted."""
    return tuple(sorted((name, value) for name, value in labels.items() if value))


def kept(labels: Labels, names: Collection[str]) -> Labels:
    """Only these labels."""
    return tuple(label for label in labels if label[0] in names)


def dropped(labels: Labels, names: Collection[str]) -> Labels:
    """All but these labels."""
    return tuple(label for label in labels if label[0] not in names)


def have(labels: Labels, wanted: Mapping[str, str]) -> bool:
    """Whether a series has all of these labels; an empty value is a label that is not there.

    Source: "a label with an empty value is considered equivalent to a label that does not exist"
    (Prometheus, data model).
    """
    present = dict(labels)
    return all(present.get(name, "") == value for name, value in wanted.items())


def nameless(labels: Labels) -> Labels:
    """Without the metric's name, as every function and arithmetic has it."""
    return dropped(labels, (NAME,))


def gathered(lines: Iterable[EvaluatedSeries]) -> Vector:
    """Lines that have come to have the same labels as one line.

    Raises:
        CannotReplay: two of them are there at once, where Prometheus would give an error.
    """
    series: dict[Labels, EvaluatedSeries] = {}
    for line in lines:
        before = series.get(line.labels)
        series[line.labels] = line if before is None else _joined(before, line)
    return tuple(series.values())


def _joined(before: EvaluatedSeries, after: EvaluatedSeries) -> EvaluatedSeries:
    if bool(np.any(before.there & after.there)):
        shown = ", ".join(f'{name}="{value}"' for name, value in before.labels)
        raise CannotReplay(
            Message(
                "two series are {labels} at once, which Prometheus refuses", labels=f"{{{shown}}}"
            )
        )
    values = np.where(after.there, after.values, before.values)
    return EvaluatedSeries(before.labels, values, before.there | after.there)
