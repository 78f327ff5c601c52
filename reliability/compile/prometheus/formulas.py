"""The formula of each SLI kind, in PromQL; what each holds against is in docs/slis.md."""

from __future__ import annotations

from datetime import timedelta

from reliability.resolve.query import rate
from reliability.resolve.sli import RatioSli

Kept = tuple[str, ...]
"""The labels that each get a budget of their own."""


def error_ratio(sli: RatioSli, window: timedelta, by: Kept) -> str:
    """Failed over all events, 0..1; no value where there were none.

    Good or bad series that do not exist (yet) count as zero as long as there is a total: the
    naive `1 - good / total` is empty in the very outage in which nothing succeeds.
    """
    total = rate(sli.total, window, by)
    counted = f"({rate(sli.events, window, by)} or {total} * 0) / ({total} > 0)"
    if sli.counts == "good":
        return f"clamp_min(1 - {counted}, 0)"
    return f"clamp_max({counted}, 1)"


def failures(sli: RatioSli, window: timedelta, by: Kept) -> str:
    """How many events failed within a window."""
    seconds = int(window.total_seconds())
    events = rate(sli.events, window, by)
    if sli.counts == "bad":
        return f"{events} * {seconds}"
    total = rate(sli.total, window, by)
    return f"clamp_min({total} - ({events} or {total} * 0), 0) * {seconds}"
