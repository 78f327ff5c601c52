"""Conversion of a ServiceLevelObjective to an SLO with its alert-policy entry and windows."""

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
from reliability.convert.documents import alert_policy, burn_rate_windows, ownership, undocumented
from reliability.convert.documents import slo as slo_draft
from reliability.convert.fields import Fields
from reliability.convert.names import UniqueNames, indicator_name, slug
from reliability.convert.pyrra.indicator import NO_FIELD, PyrraSli, read_indicator
from reliability.convert.pyrra.windows import pyrra_windows, shortest
from reliability.convert.sloth.slo import LABEL_KEY, as_text
from reliability.convert.writing import Block
from reliability.model.kind import parse_duration
from reliability.resolve.alerts import NO_DATA
from reliability.resource import Json
from reliability.scalars import duration_text

PREFIX: Final = "pyrra.dev/"
JOB: Final = re.compile(r'\bjob="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class PyrraObjective:
    """The values of one objective."""

    name: str
    service: str
    percent: float | int
    period: timedelta
    sli: PyrraSli
    labels: dict[str, str]
    origin: OriginalLocation
    named_at: OriginalLocation


def read_objective(
    top: Fields, options: ConversionOptions, names: UniqueNames
) -> Iterator[Converted]:
    """Yield the drafts of one resource, and a diagnostic for each key that is not imported."""
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
        yield from fields.diagnostics(NO_FIELD)
    if sli is None or percent is None or period is None:
        return

    service = _service(written, labels, sli, options=options)
    name = names.fresh(slug(written) or "unnamed")
    if name != written:
        message = (
            f"the SLO {written} is named {name}: names may only contain a-z, 0-9 and -, "
            "and must be unique"
        )
        yield changed(metadata.at("name"), message)

    made = PyrraObjective(
        name=name,
        service=service,
        percent=percent,
        period=period,
        sli=sli,
        labels=labels,
        origin=top.origin,
        named_at=metadata.at("name"),
    )

    yield _slo(made, description)
    yield from _alerts(made, alerting)
    yield from _owner(made, options)
    yield decide(made.named_at, *undocumented(name))


def _percent(name: str, spec: Fields) -> Generator[Converted, None, float | int | None]:
    text = spec.text("target") or ""
    try:
        percent = Decimal(text)
    except InvalidOperation:
        percent = Decimal("nan")

    at = spec.at("target")
    if not percent.is_finite() or not 0 < percent < 100:
        message = f"{name}: target {text or 'is missing'}; expected more than 0 and less than 100"
        help_text = "set a target that leaves an error budget, such as 99.9"
        yield left_out(at, f"{message}; the SLO is not imported", help_text)
        return None

    if percent < 1:
        message = f"{name}: target {text} means {text} % in Pyrra and is imported as {text} %"
        yield decide(at, message, "if a ratio was meant, set targetPercent to a value such as 99.9")

    return int(percent) if percent == int(percent) else float(percent)


def _period(name: str, spec: Fields) -> Generator[Converted, None, timedelta | None]:
    text = spec.text("window")
    try:
        period = parse_duration(text)
    except PydanticCustomError:
        period = timedelta(0)

    if not period or period % timedelta(minutes=1):
        yield left_out(
            spec.at("window"), f"{name}: not a valid window: {text}; the SLO is not imported"
        )
        return None

    if shortest(period) < 1:
        message = (
            f"{name}: for {text}, Pyrra's shortest window is less than a minute; it becomes 1m"
        )
        yield changed(spec.at("window"), message, "check the BurnRateWindows")

    return period


def _labels(metadata: Fields) -> Generator[Converted, None, dict[str, str]]:
    """Return the labels that Pyrra copies to alerts, without their prefix `pyrra.dev/`."""
    kept: dict[str, str] = {}
    labels = metadata.inner("labels")
    for key in list(labels.values):
        name = str(key).removeprefix(PREFIX)
        if str(key).startswith(PREFIX) and LABEL_KEY.fullmatch(name):
            kept[name] = as_text(labels.take(key))

    if labels.rest():
        message = f"labels without the prefix {PREFIX}: {', '.join(map(str, labels.rest()))}"
        help_text = f"add the prefix {PREFIX} to a label to import it"
        yield left_out(metadata.at("labels"), message, help_text)

    return kept


def _service(name: str, labels: dict[str, str], sli: PyrraSli, options: ConversionOptions) -> str:
    """Return `--service`, the label `service`, the job of the metric, or the SLO's name."""
    job = JOB.search(sli.total)
    named = (options.service, labels.get("service"), job[1] if job else None, name)
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
        made.service,
        made.name,
        spec,
        metadata={**metadata, "annotations": annotations},
        origin=made.origin,
    )


def _alerts(made: PyrraObjective, alerting: Fields) -> Iterator[Converted]:
    off = alerting.flag("disabled") is True or alerting.flag("burnrates") is False
    absent = alerting.flag("absent") is not False
    yield from alerting.diagnostics("of alerting is not imported: the new alerts are generated")

    if off:
        message = f"{made.name}: burn-rate alerts are off, so there is no missing-data alert either"
        help_text = "to get alerts, add the SLO to the alert policy"
        yield changed(alerting.origin, message, help_text)
        return

    windows = pyrra_windows(made.period)
    if windows.spec is not None:
        yield burn_rate_windows(windows.name, windows.spec, made.origin)

    tiers = Block(
        {"fast": "ticket", "slow": "ticket"},
        {"fast": "it was critical; set to alert once the SLO is agreed"},
    )
    body: dict[str, Json | Block] = {"slo": made.name, "windows": windows.name, "tiers": tiers}
    if not absent:
        body["noData"] = Block({"tier": "log"}, {"tier": "alerting.absent was off"})

    yield alert_policy(made.service, made.origin, objectives=[Block(body)])
    message = (
        f"{made.name}: Pyrra's four alerts, each with a `for`, become two alerts without one, "
        f"fast and slow; SLOMetricAbsent becomes {NO_DATA}"
    )
    yield changed(made.named_at, message, f"the window set {windows.name} equals Pyrra's windows")
    message = f"{made.name}: no runbook in Pyrra; a ticket requires a runbook"
    yield decide(made.named_at, message, "set runbook in the alert policy")


def _owner(made: PyrraObjective, options: ConversionOptions) -> Iterator[Converted]:
    team = slug(made.labels.get("team", ""))
    if team and made.service not in options.services and not options.team:
        comments = {"team": "from the team label of its alerts"}
        yield ownership(made.service, made.origin, team, comments=comments)
