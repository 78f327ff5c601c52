"""`sloth`: converts SLOs of Sloth, and the window sets of a Sloth run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.compile.sloth.words import VALIDATION
from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    Diagnostic,
    Original,
    OriginalLocation,
    changed,
    decide,
    left_out,
    mapping,
    sequence,
)
from reliability.convert.documents import alert_policy, ownership
from reliability.convert.fields import Fields
from reliability.convert.names import slug
from reliability.convert.sloth.alerting import read_alerting
from reliability.convert.sloth.slo import SlothNames, names_of, read_slo
from reliability.convert.sloth.sloth_slo import ALPHA, UNKNOWN_KEY, SlothSlo
from reliability.convert.sloth.specs import is_sloth, is_windows, slos_in
from reliability.convert.sloth.windows import SlothPeriod, period_of, read_windows

TEAM_LABELS: Final = ("team", "owner")
KEEP_ONE: Final = "keep one of them and import again"

ASSUMED: Final = (
    "the SLO period is 30d, the default of Sloth: no spec contains the period",
    "set timeWindow in each SLO if Sloth runs with another --default-slo-period",
)

CORE: Final = "sloth.dev/core/"
WRITES: Final = ("sli_rules", "metadata_rules", "alert_rules")
VICTORIA: Final = "sloth.dev/contrib/validate_victoria_metrics/v1"


class Sloth:
    """Converter of each SLO to an OpenSLO document and an entry of the alert policy.

    Fields that OpenSLO does not have become annotations, which `build --compatible sloth` reads.
    """

    name = "sloth"

    def recognizes(self, original: Original) -> bool:
        """Return whether it is a Sloth spec, one of its resources, or OpenSLO v1alpha."""
        return is_sloth(original.values) or is_windows(original.values)

    def convert(
        self, originals: Sequence[Original], options: ConversionOptions
    ) -> Iterator[Converted]:
        """Yield SLOs, alert policies and window sets, and a diagnostic for each other key."""
        held = [Fields(original.values, OriginalLocation(original)) for original in originals]
        sets: list[SlothPeriod] = []
        for top in held:
            if is_windows(top.values):
                read = yield from read_windows(top)
                sets += [read] if read else []

        period = period_of(sets)
        slos: list[SlothSlo] = []
        for top in held:
            if is_sloth(top.values):
                for slo in slos_in(top):
                    if isinstance(slo, Diagnostic):
                        yield slo
                    else:
                        slos.append(slo)

        assumed = next((slo for slo in slos if slo.days is None and slo.spec != ALPHA), None)
        if assumed is not None and not sets:
            yield decide(assumed.fields.origin, *ASSUMED)
        yield from _all(slos, period, options)


def _all(
    slos: Sequence[SlothSlo], period: SlothPeriod, options: ConversionOptions
) -> Iterator[Converted]:
    names = names_of(slos, options.service)
    first: set[tuple[str, str]] = set()
    for slo, made in zip(slos, names, strict=True):
        identity = (slo.service, slo.name)
        if identity in first:
            message = f"{slo.service} already has an SLO {slo.name}"
            yield left_out(slo.fields.at("name"), message, KEEP_ONE)
            continue
        first.add(identity)
        yield from _one(slo, made, period)

    yield from _owners(slos, names, options)


def _owners(
    slos: Sequence[SlothSlo], names: Sequence[SlothNames], options: ConversionOptions
) -> Iterator[Converted]:
    """Yield ownership for each service whose SLOs all name the same team in their labels."""
    teams: dict[str, dict[str, tuple[str, OriginalLocation]]] = {}
    for slo, made in zip(slos, names, strict=True):
        for label, text, at in _team_labels(slo):
            teams.setdefault(made.service, {}).setdefault(slug(text), (label, at))

    for service, named in teams.items():
        if len(named) == 1 and service not in options.services and not options.team:
            [(team, (label, at))] = named.items()
            yield ownership(service, at, team, comments={"team": f"from its label {label}"})


def _team_labels(slo: SlothSlo) -> Iterator[tuple[str, str, OriginalLocation]]:
    """Yield the label that names a team, of the SLO or its service: name, value and location."""
    for label in TEAM_LABELS:
        for fields in slo.labels:
            text = fields.values.get(label)
            if isinstance(text, str) and slug(text):
                yield label, text, fields.at(label)
                return


def _one(slo: SlothSlo, made: SlothNames, period: SlothPeriod) -> Iterator[Converted]:
    annotations: dict[str, str] = {}
    yield from read_plugins(slo, annotations)
    entry = yield from read_alerting(slo, made, period, annotations=annotations)
    is_made = yield from read_slo(slo, made, period, annotations=annotations)
    if is_made and entry is not None:
        yield alert_policy(made.service, slo.fields.origin, objectives=[entry])
    for fields in (slo.sli, slo.fields):
        yield from fields.diagnostics(UNKNOWN_KEY)


def read_plugins(slo: SlothSlo, annotations: dict[str, str]) -> Iterator[Diagnostic]:
    """Read the plugin chains of service and SLO; yield a diagnostic for each unsupported plugin."""
    for fields in slo.chains:
        listed = [mapping(values) for values in sequence(fields.take("chain"))]
        overrides = fields.flag("overridePrevious") is True
        ids = [str(plugin.get("id")) for plugin in listed]

        for index, plugin in enumerate(listed):
            origin = fields.origin.inside("chain", index)
            name = ids[index]
            if name == VICTORIA:
                annotations[VALIDATION] = "none"
                message = f"{slo.name}: queries may be MetricsQL, but check only accepts PromQL"
                help_text = (
                    "rewrite them as PromQL; only build --compatible sloth accepts MetricsQL"
                )
                yield changed(origin, message, help_text)
            elif not name.startswith(CORE):
                config = " with its config" if plugin.get("config") else ""
                message = f"{slo.name}: the plugin {name}{config} is not imported"
                yield left_out(origin, message, "check what the plugin changes in the rules")
            elif plugin.get("config") or plugin.get("priority"):
                message = f"{slo.name}: config and priority of {name} are not imported"
                yield left_out(origin, message)

        lost = [stage for stage in WRITES if f"{CORE}{stage}/v1" not in ids]
        if overrides and lost:
            message = (
                f"{slo.name}: the chain omits {', '.join(lost)}, but reliability writes these rules"
            )
            yield changed(fields.at("overridePrevious"), message)

        yield from fields.diagnostics(UNKNOWN_KEY)
