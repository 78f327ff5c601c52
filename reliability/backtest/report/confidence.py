"""The confidence in a result, in lines that all reports share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reliability.backtest.outcome import AlertFirings, Backtest, Confidence, OutcomeRow
from reliability.render.durations import seconds_text


def confidence_lines(result: Backtest) -> Iterator[str]:
    """Evaluations near a threshold, and episodes at other offsets; nothing if not measured."""
    confidences = [(row, row.new) for row in result.rows if isinstance(row.new, AlertFirings)]
    every = [fired.confidence for _, fired in confidences if fired.confidence is not None]
    if not every:
        return

    whole = sum(every, Confidence())
    exact = result.mode == "sample"
    yield (
        f"near a threshold: {whole.near_threshold:,} of {whole.evaluations:,} evaluations would "
        "change with one failure more or less"
        f"{', or with values a billionth larger or smaller' if exact else ''}"
    )
    steps = "" if exact else ", as far as one-minute steps tell"
    yield _phases(
        [confidence for confidence in confidences if confidence[1].confidence is not None], steps
    )


def _phases(confidences: list[tuple[OutcomeRow, AlertFirings]], steps: str) -> str:
    other = [text for row, fired in confidences for text in _other(row, fired)]
    if other:
        return f"with shifted evaluations: {'; '.join(other)}"
    return f"with shifted evaluations: the same number of episodes{steps}"


def _other(row: OutcomeRow, fired: AlertFirings) -> Iterator[str]:
    """Alerts with another number of episodes at some offset."""
    counted = dict(fired.confidence.phases) if fired.confidence else {}
    times = len(fired.episodes)
    differing = {late: count for late, count in counted.items() if count != times}
    for late, count in differing.items():
        yield f"{row.slo} {row.tier} {times} -> {count} episodes, {_later(late)} later"


def _later(late: timedelta) -> str:
    """Whole minutes as such, anything else in seconds: phases are quarters of minutes."""
    minutes, rest = divmod(late, timedelta(minutes=1))
    return seconds_text(late) if rest else f"{minutes} min"
