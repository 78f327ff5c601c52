"""Conversion of a Sloth SLO to an OpenSLO document with a valid name."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reliability.compile.sloth.words import NAME, SERVICE, SPEC
from reliability.convert.converter import Converted, OriginalLocation, changed, decide, left_out
from reliability.convert.documents import slo as slo_draft
from reliability.convert.documents import undocumented
from reliability.convert.fields import Fields
from reliability.convert.names import LONGEST, UniqueNames, indicator_name, slug
from reliability.convert.sloth.sloth_slo import ALPHA, UNKNOWN_KEY, SlothSlo
from reliability.convert.sloth.windows import SlothPeriod, period_of_days
from reliability.convert.writing import Block
from reliability.promql.query import INCREASE, RATE, QueryFault
from reliability.promql.sampled_query import read_as
from reliability.resource import Json
from reliability.scalars import duration_text

LABEL_KEY: Final = re.compile(r"[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?")
"""A valid label key in OpenSLO, or the last part of an annotation key."""
UNNAMED: Final = "imported"
"""The service of an SLO whose service has no letter and no digit."""


@dataclass(frozen=True, slots=True)
class SlothNames:
    """Valid and unique names of an SLO and its service."""

    service: str
    name: str


def names_of(slos: Sequence[SlothSlo], service_option: str | None) -> list[SlothNames]:
    """Return a name for each SLO, prefixed by its service if another SLO has the name."""
    names: dict[tuple[str, str], SlothNames] = {}
    given = UniqueNames()
    for slo in slos:
        service = slug(service_option or slo.service) or UNNAMED
        name = slug(slo.name) or "unnamed"
        if (slo.service, slo.name) not in names:
            if name in given.given:
                name = f"{service}-{name}"[:LONGEST].strip("-")
            names[slo.service, slo.name] = SlothNames(service, given.fresh(name))

    return [names[slo.service, slo.name] for slo in slos]


def read_slo(
    slo: SlothSlo, made: SlothNames, period: SlothPeriod, annotations: dict[str, str]
) -> Generator[Converted, None, bool]:
    """Yield the draft of an SLO and diagnostics; return whether there is a draft."""
    indicator = yield from _indicator(slo)
    percent = slo.percent
    is_number = isinstance(percent, int | float) and not isinstance(percent, bool)
    at = slo.fields.at("objective")

    if not is_number or not 0 < percent < 100:
        message = f"{slo.name}: an objective of {percent} leaves no error budget"
        help_text = "set a target below 100, such as 99.9"
        yield left_out(at, f"{message}; the SLO is not imported", help_text)
        return False

    if indicator is None:
        return False
    labels = yield from _labels(slo)
    yield from _renamed(slo, made, annotations)
    if slo.days is not None:
        period = period_of_days(slo.days)

    metadata: dict[str, Json] = {"labels": dict(labels)} if labels else {}
    merged = {"reliability/status": "provisional", SPEC: slo.spec, **annotations}
    metadata["annotations"] = {key: merged[key] for key in merged}
    target = {"target": percent / 100} if slo.spec == ALPHA else {"targetPercent": percent}
    body: dict[str, Json | Block | Sequence[Block]] = {
        "service": made.service,
        "indicator": Block({"metadata": {"name": indicator_name(made.name)}, "spec": indicator}),
        "timeWindow": (Block({"duration": duration_text(period.length), "isRolling": True}),),
        "budgetingMethod": "Occurrences",
        "objectives": (Block(target),),
    }

    description = slo.fields.text("description")
    spec = Block({"description": description, **body} if description else body)
    yield slo_draft(made.service, made.name, spec, metadata=metadata, origin=slo.fields.origin)
    name_at = slo.fields.at("name") if slo.spec != ALPHA else at
    yield decide(name_at, *undocumented(made.name))

    return True


def _renamed(slo: SlothSlo, made: SlothNames, annotations: dict[str, str]) -> Iterator[Converted]:
    if made.service != slo.service:
        annotations[SERVICE] = slo.service
        is_given = made.service != (slug(slo.service) or UNNAMED)
        why = "--service" if is_given else "names may only contain a-z, 0-9 and -"
        yield changed(slo.service_at, f"the service {slo.service} is named {made.service}: {why}")
    if made.name != slo.name:
        annotations[NAME] = slo.name
        message = (
            f"the SLO {slo.name} is named {made.name}: names may only contain a-z, 0-9 and -, "
            "and must be unique"
        )
        yield changed(slo.fields.at("name"), message)


def _labels(slo: SlothSlo) -> Generator[Converted, None, Mapping[str, str]]:
    kept: dict[str, str] = {}
    for fields in slo.labels:
        for key in list(fields.values):
            value = fields.take(key)
            if LABEL_KEY.fullmatch(key) and not isinstance(value, dict | list):
                kept[key] = as_text(value)
            else:
                message = f"{slo.name}: {key} is not a valid label key in OpenSLO"
                yield left_out(fields.at(key), message)
    return kept


def as_text(value: Any) -> str:
    """Return a value as the text that Go's YAML parser makes of it: `true`, `0.2`, or empty."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _indicator(slo: SlothSlo) -> Generator[Converted, None, Block | None]:
    """Return the SLI's spec; None with a diagnostic if only a Sloth plugin knows its queries."""
    if slo.spec == ALPHA:
        return (yield from _events(slo, slo.events, slo.fields.origin))
    events, raw, plugin = slo.sli.inner("events"), slo.sli.inner("raw"), slo.sli.inner("plugin")
    if plugin.values:
        name = plugin.text("id")
        message = f"{slo.name}: its queries come from the plugin {name}, not from a file"
        help_text = "run sloth generate and import the rules that it writes"
        yield decide(plugin.origin, message, help_text)
        return None

    if raw.values:
        return (yield from _raw(slo, raw))
    queries: dict[str, tuple[str, OriginalLocation]] = {}
    for role, snake in (("bad", "error_query"), ("total", "total_query")):
        query = events.text(slo.key(snake))
        if query is not None:
            queries[role] = (query, events.at(slo.key(snake)))

    yield from events.diagnostics(UNKNOWN_KEY)
    return (yield from _events(slo, queries, slo.sli.origin))


def _events(
    slo: SlothSlo, events: Mapping[str, tuple[str, OriginalLocation]], at: OriginalLocation
) -> Generator[Converted, None, Block | None]:
    if len(events) != 2:
        message = f"{slo.name} has no SLI that Sloth reads"
        yield left_out(at, message, "write an SLI with both queries, such as good and total")
        return None

    counter = any(RATE.search(text) or INCREASE.search(text) for text, _ in events.values())
    for role, (text, origin) in events.items():
        yield from _read(slo, role, counter, text=text, at=origin)
    metrics = {role: _metric(text) for role, (text, _) in events.items()}

    return Block({"ratioMetric": Block({"counter": counter, **metrics})})


def _raw(slo: SlothSlo, raw: Fields) -> Generator[Converted, None, Block | None]:
    key = next((k for k in ("error_ratio_query", "errorRatioQuery") if k in raw.values), "")
    query = raw.text(key) if key else None
    yield from raw.diagnostics(UNKNOWN_KEY)
    if query is None:
        yield left_out(raw.origin, f"{slo.name} has no error ratio query")
        return None
    yield from _read(slo, "raw", False, text=query, at=raw.at(key))
    return Block({"ratioMetric": Block({"rawType": "failure", "raw": _metric(query)})})


def _read(
    slo: SlothSlo, role: str, counter: bool, text: str, at: OriginalLocation
) -> Iterator[Converted]:
    """Yield a diagnostic if `check` cannot read a query, which is imported anyway."""
    read = read_as(role, counter, text)
    if isinstance(read, QueryFault):
        yield decide(at, f"{slo.name}: {read.message}", read.help)


def _metric(query: str) -> Block:
    return Block({"metricSource": {"type": "Prometheus", "spec": {"query": query}}})
