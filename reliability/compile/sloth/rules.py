"""Rules that Sloth v0.16 generates for one SLO, with its names, labels, numbers and line breaks.

Source: slok/sloth 0e395d8, plugins core/sli_rules, core/metadata_rules and core/alert_rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability import __version__
from reliability.burnrate import WindowPair
from reliability.compile.prometheus.names import SHORTEST, Rule, number
from reliability.compile.sloth.objective import SlothObjective
from reliability.compile.sloth.words import ALERT, Severity
from reliability.promql.query import WINDOW
from reliability.resource import Json
from reliability.timespan import DAY

UNITS: Final = (("w", 7 * DAY), ("d", DAY), ("h", DAY / 24), ("m", DAY / 1440), ("s", DAY / 86400))
RATIO: Final = "slo:sli_error:ratio_rate"
BUDGET: Final = "slo:error_budget:ratio"
PERIOD_BURN: Final = "slo:period_burn_rate:ratio"
DEFAULT_ALERT: Final = "SLOBurnRate"
SEVERITIES: Final[tuple[Severity, ...]] = ("page", "ticket")


def sloth_groups(slo: SlothObjective) -> Iterator[dict[str, Json]]:
    """Yield the groups of an SLO: SLI recordings, metadata, and alerts if it has any."""
    yield _group("sli-recordings", slo, sli_rules(slo))
    yield _group("meta-recordings", slo, metadata_rules(slo))
    alerts = list(alert_rules(slo))
    if alerts:
        yield _group("alerts", slo, iter(alerts))


def _group(what: str, slo: SlothObjective, rules: Iterator[Rule]) -> dict[str, Json]:
    return {"name": f"sloth-slo-{what}-{slo.id}", "rules": list(rules)}


def sli_rules(slo: SlothObjective) -> Iterator[Rule]:
    """Yield the error ratio over each window; over the period, the mean of five-minute ratios."""
    for window in slo.windows:
        text = prometheus_duration(window)
        expr = WINDOW.sub(text, _error_ratio(slo))
        labels = {**_labels(slo), "sloth_window": text}
        yield {"record": f"{RATIO}{text}", "expr": expr, "labels": _sorted(labels)}

    if slo.period in slo.windows:
        return
    text = prometheus_duration(slo.period)
    five = _select(slo, f"{RATIO}{prometheus_duration(SHORTEST)}")
    over, under = f"sum_over_time({five}[{text}])", f"count_over_time({five}[{text}])"
    expr = f"{over}\n/ ignoring (sloth_window)\n{under}\n"
    labels = {**_labels(slo), "sloth_window": text}
    yield {"record": f"{RATIO}{text}", "expr": expr, "labels": _sorted(labels)}


def _error_ratio(slo: SlothObjective) -> str:
    match slo.queries:
        case {"bad": bad, "total": total}:
            return f"({bad})\n/\n({total})\n"
        case {"good": good, "total": total}:
            sides = f"    (\n      {good}\n    )\n    /\n    (\n      {total}\n    )\n"
            return f"(\n  1 - (\n{sides}  )\n)"
        case {"failure": ratio}:
            return f"({ratio})"
        case {"success": ratio}:
            return f"(1 - (\n{ratio}\n))"
        case _:
            raise ValueError(sorted(slo.queries))


def metadata_rules(slo: SlothObjective) -> Iterator[Rule]:
    """Yield target, budget, days, current and period burn rate, budget remaining, and info."""
    objective = number(slo.percent / 100)
    budget, burn = _select(slo, BUDGET), _select(slo, PERIOD_BURN)
    now = _select(slo, f"{RATIO}{prometheus_duration(SHORTEST)}")
    period = _select(slo, f"{RATIO}{prometheus_duration(slo.period)}")
    over = "/ on(sloth_id, sloth_slo, sloth_service) group_left"
    values = (
        ("slo:objective:ratio", f"vector({objective})"),
        (BUDGET, f"vector(1-{objective})"),
        ("slo:time_period:days", f"vector({number(slo.period / DAY)})"),
        ("slo:current_burn_rate:ratio", f"{now}\n{over}\n{budget}\n"),
        (PERIOD_BURN, f"{period}\n{over}\n{budget}\n"),
        ("slo:period_error_budget_remaining:ratio", f"1 - {burn}"),
    )
    for record, expr in values:
        yield {"record": record, "expr": expr, "labels": _sorted(_labels(slo))}
    info = {
        "sloth_version": f"reliability-{__version__}",
        "sloth_mode": slo.words.mode,
        "sloth_spec": slo.words.spec,
        "sloth_objective": slo.percent_text,
    }

    labels = _sorted({**_labels(slo), **info})
    yield {"record": "sloth_slo_info", "expr": "vector(1)", "labels": labels}


def alert_rules(slo: SlothObjective) -> Iterator[Rule]:
    """Yield the page and the ticket alert, which share one name, unless they are disabled."""
    for severity in SEVERITIES:
        pairs = slo.pairs[severity]
        if not (slo.alerts and pairs and slo.words.is_on(severity)):
            continue

        who = "{{$labels.sloth_service}} {{$labels.sloth_slo}}"
        annotations = {
            "title": f"({severity}) {who} SLO error budget burn rate is too fast.",
            "summary": f"{who} SLO error budget burn rate is over expected.",
            **slo.words.given(severity, "annotations"),
        }
        labels = {
            **slo.words.given(severity, "labels"),
            **slo.placement.written,
            "sloth_severity": severity,
        }
        yield {
            "alert": slo.words.value(ALERT, DEFAULT_ALERT),
            "expr": "or\n".join(_pair(slo, pair) for pair in pairs),
            "labels": _sorted(labels),
            "annotations": _sorted(annotations),
        }


def _pair(slo: SlothObjective, pair: WindowPair) -> str:
    threshold = f"({number(_factor(pair, slo.period))} * {number(slo.budget)})"
    sides = [
        # The two windows differ in this label, and `and` matches only equal label sets.
        f"    max({_select(slo, RATIO + prometheus_duration(window))} > {threshold}) "
        "without (sloth_window)\n"
        for window in (pair.short, pair.long)
    ]
    both = "    and\n".join(sides)
    return f"(\n{both})\n"


def _factor(pair: WindowPair, period: timedelta) -> float:
    """Return the burn factor as Sloth's doubles: 5% of 28 days in 6 h is 5.6000000000000005."""
    hour = timedelta(hours=1)
    return float(pair.share * 100) * (period / hour) / 100 / (pair.long / hour)


def _labels(slo: SlothObjective) -> dict[str, str]:
    ids = {"sloth_id": slo.id, "sloth_service": slo.service, "sloth_slo": slo.name}
    return {**slo.labels, **ids, **slo.placement.written}


def _select(slo: SlothObjective, record: str) -> str:
    matchers = f'sloth_id="{slo.id}", sloth_service="{slo.service}", sloth_slo="{slo.name}"'
    for label, value in slo.placement.series:
        matchers += f', {label}="{value}"'
    return f"{record}{{{matchers}}}"


def _sorted(values: dict[str, str]) -> dict[str, Json]:
    return {key: values[key] for key in sorted(values)}


def prometheus_duration(duration: timedelta) -> str:
    """Format a duration as Prometheus does: 28 days are `4w`, 25 hours `1d1h`."""
    if duration % UNITS[0][1] == timedelta(0):
        return f"{duration // UNITS[0][1]}w"
    parts: list[str] = []
    for unit, length in UNITS[1:]:
        amount, duration = divmod(duration, length)
        parts += [f"{amount}{unit}"] if amount else []
    return "".join(parts)
