"""One ServiceLevelObjective -> an SLO, an entry of the alert policy and its windows."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from pydantic_core import PydanticCustomError

from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    OriginalLocation,
    changed,
    decide,
    left_out,
)
from reliability.convert.documents import alert_policy, burn_rate_windows, ownership
from reliability.convert.documents import slo as slo_draft
from reliability.convert.fields import Fields
from reliability.convert.names import UniqueNames, indicator_name, slug
from reliability.convert.pyrra.indicator import NO_WORD, PyrraSli, read_indicator
from reliability.convert.pyrra.windows import pyrra_windows, shortest
from reliability.convert.sloth.slo import LABEL_KEY, as_text
from reliability.convert.writing import Block
from reliability.model.kind import parse_duration
from reliability.resource import Json
from reliability.scalars import duration_text

PREFIX: Final = "pyrra.dev/"
JOB: Final = re.compile(r'\bjob="([^"]+)"')


@dataclass(frozen=True, slots=True)
class PyrraObjective:
    """What was read of one objective."""

    name: str
    service: str
    percent: float | int
    period: timedelta
    sli: PyrraSli
    labels: dict[str, str]
    origin: OriginalLocation
    named_at: OriginalLocation


def read_objective(
    top: Fields, wishes: ConversionOptions, names: UniqueNames
) -> Iterator[Converted]:
    """All of one resource: its drafts, and a remark for what is in none of them."""
    metadata, spec = top.inner("metadata"), top.inner("spec")
    written = metadata.text("name") or "unnamed"
    sli = yield from read_indicator(written, spec.inner("indicator"))
    percent = yield from _percent(written, spec)
    period = yield from _period(written, spec)
    labels = yield from _labels(metadata)
    description = spec.text("description")
    alerting = spec.inner("alerting")
    for key in ("apiVersion", "kind", "status"):
        top.take(key)
    for fields in (metadata, spec, top):
        yield from fields.remarks(NO_WORD)
    if sli is None or percent is None or period is None:
        return
    service = _service(written, labels, sli, wishes)
    name = names.fresh(slug(written) or "unnamed")
    if name != written:
        yield changed(metadata.at("name"), f"the SLO {written} is {name}: a-z, 0-9 and -")
    made = PyrraObjective(
        name, service, percent, period, sli, labels, top.origin, metadata.at("name")
    )
    yield _slo(made, description)
    yield from _alerts(made, alerting)
    yield from _owner(made, wishes)
    message = f"nobody is on record for the promise {name}, nor the journey behind it"
    help_text = "write reliability/journey and reliability/agreed-by in its annotations"
    yield decide(made.named_at, message, help_text)


def _percent(name: str, spec: Fields) -> Generator[Converted, None, float | int | None]:
    text = spec.text("target") or ""
    try:
        percent = Decimal(text)
    except InvalidOperation:
        percent = Decimal(-1)
    at = spec.at("target")
    if not 0 < percent < 100:
        message = f"{name}: a target of {text or 'nothing'} leaves no error budget or is none"
        yield left_out(at, f"{message}, and the SLO is not carried over", "promise less: 99.9")
        return None
    if percent < 1:
        message = f"{name}: a target of {text} is {text} % in Pyrra, and is carried over as such"
        yield decide(at, message, "write targetPercent: 99.9 if a ratio was meant")
    return int(percent) if percent == int(percent) else float(percent)


def _period(name: str, spec: Fields) -> Generator[Converted, None, timedelta | None]:
    text = spec.text("window")
    try:
        period = parse_duration(text)
    except PydanticCustomError:
        period = timedelta(0)
    if not period or period % timedelta(minutes=1):
        yield left_out(
            spec.at("window"), f"{name}: {text} is no window, and nothing is carried over"
        )
        return None
    if shortest(period) < 1:
        message = (
            f"{name}: for {text} Pyrra's shortest window is less than a minute; here it is one"
        )
        yield changed(spec.at("window"), message, "look at the BurnRateWindows")
    return period


def _labels(metadata: Fields) -> Generator[Converted, None, dict[str, str]]:
    """The labels that Pyrra puts on alerts, without its prefix; the others are for operators."""
    kept: dict[str, str] = {}
    labels = metadata.inner("labels")
    for key in list(labels.values):
        name = str(key).removeprefix(PREFIX)
        if str(key).startswith(PREFIX) and LABEL_KEY.fullmatch(name):
            kept[name] = as_text(labels.take(key))
    if labels.rest():
        message = f"the labels {', '.join(map(str, labels.rest()))} are not carried over"
        yield left_out(metadata.at("labels"), message, "write pyrra.dev/ labels to have them")
    return kept


def _service(name: str, labels: dict[str, str], sli: PyrraSli, wishes: ConversionOptions) -> str:
    """`--service`, the label `service`, the job of the metric, or the SLO's own name."""
    job = JOB.search(sli.total)
    named = (wishes.service, labels.get("service"), job[1] if job else None, name)
    return next(
        (slug(candidate) for candidate in named if candidate and slug(candidate)), "imported"
    )


def _slo(made: PyrraObjective, description: str | None) -> Converted:
    annotations: dict[str, Json] = {"reliability/status": "provisional"}
    if made.sli.by:
        annotations["reliability/group-by"] = ", ".join(made.sli.by)
    indicator: dict[str, Json] = {"metadata": {"name": indicator_name(made.name)}}
    body: dict[str, Json | Block | Sequence[Block]] = {
        "service": made.service,
        "indicator": Block({**indicator, "spec": Block({"ratioMetric": made.sli.ratio})}),
        "timeWindow": (Block({"duration": duration_text(made.period), "isRolling": True}),),
        "budgetingMethod": "Occurrences",
        "objectives": (Block({"targetPercent": made.percent}),),
    }
    spec = Block({"description": description, **body} if description else body)
    metadata: dict[str, Json] = {"labels": dict(made.labels)} if made.labels else {}
    return slo_draft(
        made.service, made.name, spec, {**metadata, "annotations": annotations}, made.origin
    )


def _alerts(made: PyrraObjective, alerting: Fields) -> Iterator[Converted]:
    off = alerting.flag("disabled") is True or alerting.flag("burnrates") is False
    absent = alerting.flag("absent") is not False
    yield from alerting.remarks("of alerting is not carried over: alerts have words of ours")
    if off:
        message = f"{made.name}: burn-rate alerts are off, so nothing tells a missing metric either"
        yield changed(alerting.origin, message, "name the SLO in the alert policy")
        return
    windows = pyrra_windows(made.period)
    if windows.spec is not None:
        yield burn_rate_windows(windows.name, windows.spec, made.origin)
    tiers = Block(
        {"fast": "ticket", "slow": "ticket"},
        {"fast": "it was critical; alert, once the promise is agreed on"},
    )
    body: dict[str, Json | Block] = {"slo": made.name, "windows": windows.name, "tiers": tiers}
    if not absent:
        body["noData"] = Block({"tier": "log"}, {"tier": "alerting.absent was off"})
    yield alert_policy(made.service, made.origin, objectives=[Block(body)])
    message = (
        f"{made.name}: four alerts by severity, each with a wait, are two by tier without one; "
        "SLOMetricAbsent is SLINoData"
    )
    yield changed(made.named_at, message, f"the windows {windows.name} are Pyrra's")
    message = f"{made.name}: Pyrra knows no runbook, and a ticket needs one"
    yield decide(made.named_at, message, "write runbook in the alert policy")


def _owner(made: PyrraObjective, wishes: ConversionOptions) -> Iterator[Converted]:
    team = slug(made.labels.get("team", ""))
    if team and made.service not in wishes.services and not wishes.team:
        comments = {"team": "by the label of its alerts"}
        yield ownership(made.service, made.origin, team, comments=comments)
