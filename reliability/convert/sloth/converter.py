"""`sloth`: all SLOs of an import together, and the window sets that Sloth was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.compile.sloth.words import VALIDATION
from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    Original,
    OriginalLocation,
    Remark,
    changed,
    left_out,
    mapping,
    sequence,
)
from reliability.convert.documents import alert_policy, ownership
from reliability.convert.names import slug
from reliability.convert.sloth.alerting import read_alerting
from reliability.convert.sloth.slo import SlothNames, names_of, read_slo
from reliability.convert.sloth.sloth_slo import SlothSlo
from reliability.convert.sloth.specs import is_sloth, is_windows, resources, slos_in
from reliability.convert.sloth.windows import SlothPeriod, period_of, read_windows
from reliability.load.document import Document

TEAM_LABELS: Final = ("team", "owner")
FIRST: Final = "keep one of the two, and import again"

CORE: Final = "sloth.dev/core/"
WRITES: Final = ("sli_rules", "metadata_rules", "alert_rules")
VICTORIA: Final = "sloth.dev/contrib/validate_victoria_metrics/v1"


class Sloth:
    """Each SLO becomes an SLO and an entry of the alert policy; what Sloth alone knows is kept.

    Words that OpenSLO has no place for go into annotations, which `build --compatible sloth`
    reads.
    """

    name = "sloth"

    def recognizes(self, original: Original) -> bool:
        """Whether it is a specification of Sloth's, one of its resources, or an alpha OpenSLO."""
        return isinstance(original, Document) and any(True for _ in resources(original))

    def convert(
        self, originals: Sequence[Original], wishes: ConversionOptions
    ) -> Iterator[Converted]:
        """SLOs, alert policies and window sets, and a remark for all that is in none."""
        held = [
            top
            for original in originals
            if isinstance(original, Document)
            for top in resources(original)
        ]
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
                    if isinstance(slo, Remark):
                        yield slo
                    else:
                        slos.append(slo)
        yield from _all(slos, period, wishes)


def _all(
    slos: Sequence[SlothSlo], period: SlothPeriod, wishes: ConversionOptions
) -> Iterator[Converted]:
    names = names_of(slos, wishes.service)
    first: set[tuple[str, str]] = set()
    for slo, made in zip(slos, names, strict=True):
        identity = (slo.service, slo.name)
        if identity in first:
            message = f"{slo.service} has an SLO {slo.name} already"
            yield left_out(slo.fields.at("name"), message, FIRST)
            continue
        first.add(identity)
        yield from _one(slo, made, period)
    yield from _owners(slos, names, wishes)


def _owners(
    slos: Sequence[SlothSlo], names: Sequence[SlothNames], wishes: ConversionOptions
) -> Iterator[Converted]:
    """Ownership where the labels of all SLOs of a service name one team."""
    teams: dict[str, dict[str, tuple[str, OriginalLocation]]] = {}
    for slo, made in zip(slos, names, strict=True):
        for label, text, at in _team_labels(slo):
            teams.setdefault(made.service, {}).setdefault(slug(text), (label, at))
    for service, named in teams.items():
        if len(named) == 1 and service not in wishes.services and not wishes.team:
            [(team, (label, at))] = named.items()
            yield ownership(service, at, team, comments={"team": f"by its label {label}"})


def _team_labels(slo: SlothSlo) -> Iterator[tuple[str, str, OriginalLocation]]:
    """The label that names a team, on the SLO or on its service: name, value and place."""
    for label in TEAM_LABELS:
        for fields in slo.labels:
            text = fields.values.get(label)
            if isinstance(text, str) and slug(text):
                yield label, text, fields.at(label)
                return


def _one(slo: SlothSlo, made: SlothNames, period: SlothPeriod) -> Iterator[Converted]:
    annotations: dict[str, str] = {}
    yield from read_plugins(slo, annotations)
    entry = yield from read_alerting(slo, made, period, annotations)
    is_made = yield from read_slo(slo, made, period, annotations)
    if is_made and entry is not None:
        yield alert_policy(made.service, slo.fields.origin, objectives=[entry])
    for fields in (slo.sli, slo.fields):
        yield from fields.remarks("is a key that Sloth does not read here")


def read_plugins(slo: SlothSlo, annotations: dict[str, str]) -> Iterator[Remark]:
    """Take the chains of the service and of the SLO; each plugin is kept or has a remark."""
    for fields in slo.chains:
        listed = [mapping(each) for each in sequence(fields.take("chain"))]
        overrides = fields.flag("overridePrevious") is True
        ids = [str(each.get("id")) for each in listed]
        for index, plugin in enumerate(listed):
            origin = fields.origin.inside("chain", index)
            name = ids[index]
            if name == VICTORIA:
                annotations[VALIDATION] = "none"
                message = f"{slo.name}: queries may hold more than PromQL, and check wants PromQL"
                help_text = "only build --compatible sloth lets them pass; write PromQL"
                yield changed(origin, message, help_text)
            elif not name.startswith(CORE):
                config = " with its config" if plugin.get("config") else ""
                message = f"{slo.name}: the plugin {name}{config} is not carried over"
                yield left_out(origin, message, "look what it does to the rules")
            elif plugin.get("config") or plugin.get("priority"):
                message = f"{slo.name}: config and priority of {name} are not carried over"
                yield left_out(origin, message)
        lost = [each for each in WRITES if f"{CORE}{each}/v1" not in ids]
        if overrides and lost:
            message = (
                f"{slo.name}: the chain is without {', '.join(lost)}, and rules are written here"
            )
            yield changed(fields.at("overridePrevious"), message)
        yield from fields.remarks("is a key that Sloth does not read here")
