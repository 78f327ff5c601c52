"""Conversion of a Sloth SLO's `alerting` to an alert-policy entry and annotations of the SLO."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any, Final, Literal

from reliability.check.masking.secrets import secret_address
from reliability.compile.sloth.words import ALERT, Severity, prefix, switch, wrapped
from reliability.convert.converter import Converted, changed, decide, left_out
from reliability.convert.fields import Fields
from reliability.convert.prometheus_rules.annotations import read_annotations
from reliability.convert.sloth.slo import LABEL_KEY, SlothNames, as_text
from reliability.convert.sloth.sloth_slo import UNKNOWN_KEY, SlothSlo
from reliability.convert.sloth.windows import SlothPeriod, period_of_days
from reliability.convert.writing import Block
from reliability.resolve.alerts import BURN
from reliability.resource import Json

SEVERITIES: Final[tuple[Severity, ...]] = ("page", "ticket")
KINDS: Final[tuple[Literal["labels", "annotations"], ...]] = ("labels", "annotations")


def read_alerting(
    slo: SlothSlo, made: SlothNames, period: SlothPeriod, annotations: dict[str, str]
) -> Generator[Converted, None, Block | None]:
    """Return the entry of the alert policy; None if both alerts are disabled."""
    if slo.alerting is None:
        message = f"{slo.name}: no alerts, since Sloth generates none for OpenSLO"
        yield changed(slo.fields.origin, message, "to get alerts, add the SLO to the alert policy")
        return None

    if name := slo.alerting.text("name"):
        annotations[ALERT] = name
    words: dict[str, str] = {}
    notes = Fields(slo.alerting.values.get("annotations"), slo.alerting.at("annotations"))
    list(read_annotations(notes, words))
    yield from _given(slo, slo.alerting, "alert", annotations=annotations)
    disabled = yield from _disabled(slo, annotations)

    if name and disabled != frozenset(SEVERITIES):
        message = f"{slo.name}: its alerts are named {BURN} and get the generated labels"
        help_text = f"build --compatible sloth still uses {name}, its labels and its annotations"
        yield changed(slo.alerting.at("name"), message, help_text)

    yield from slo.alerting.diagnostics(UNKNOWN_KEY)
    if disabled == frozenset(SEVERITIES):
        return None
    if "runbook" not in words:
        message = f"{slo.name}: no runbook annotation; a ticket requires a runbook"
        yield decide(slo.alerting.origin, message, "set runbook in the alert policy")

    return _entry(slo, made, period, runbook=words.get("runbook"), disabled=disabled)


def _entry(
    slo: SlothSlo,
    made: SlothNames,
    period: SlothPeriod,
    runbook: str | None,
    disabled: frozenset[Severity],
) -> Block:
    windows = period_of_days(slo.days).windows if slo.days is not None else period.windows
    tiers: dict[str, Json] = {
        "fast": "log" if "page" in disabled else "ticket",
        "slow": "log" if "ticket" in disabled else "ticket",
    }
    paged = "it paged; set to alert once the SLO is agreed"
    comments = {"fast": "its page was disabled" if "page" in disabled else paged}
    if "ticket" in disabled:
        comments["slow"] = "its ticket was disabled"

    body: dict[str, Json | Block] = {
        "slo": made.name,
        "windows": windows,
        "tiers": Block(tiers, comments),
    }
    if runbook:
        body["runbook"] = runbook

    return Block(body)


def _disabled(
    slo: SlothSlo, annotations: dict[str, str]
) -> Generator[Converted, None, frozenset[Severity]]:
    """Read both alerts, and return those that are disabled."""
    page = yield from _alert(slo, "page", annotations)
    ticket = yield from _alert(slo, "ticket", annotations)
    off = {"page": page, "ticket": ticket}
    return frozenset(severity for severity in SEVERITIES if off[severity])


def _alert(
    slo: SlothSlo, severity: Severity, annotations: dict[str, str]
) -> Generator[Converted, None, bool]:
    """Read one of the two alerts, and return whether it is disabled."""
    assert slo.alerting is not None  # noqa: S101 - the caller looked
    fields = slo.alerting.inner(slo.key(f"{severity}_alert"))
    yield from _given(slo, fields, severity, annotations=annotations)
    disabled = fields.flag("disable")
    yield from fields.diagnostics(UNKNOWN_KEY)
    if disabled is not True:
        return False

    annotations[switch(severity)] = "disabled"
    message = f"{slo.name}: the {severity} alert is disabled; its tier becomes log"
    yield changed(fields.at("disable"), message)
    return True


def _given(
    slo: SlothSlo,
    fields: Fields,
    whose: Literal["alert", "page", "ticket"],
    annotations: dict[str, str],
) -> Iterator[Converted]:
    for kind in KINDS:
        given = fields.inner(kind)
        values: Mapping[str, Any] = given.values
        for key, value in values.items():
            text, at, name = as_text(value), given.at(key), wrapped(key)
            if not LABEL_KEY.fullmatch(name) or isinstance(value, dict | list):
                message = f"{slo.name}: {key} is not a valid key of an OpenSLO annotation"
                yield left_out(at, message)
            elif secret := secret_address(text) if "://" in text else None:
                message = f"{slo.name}: {key} contains a secret ({secret}) and is not imported"
                yield left_out(at, message, "let Alertmanager read the secret from a file")
            else:
                annotations[prefix(whose, kind) + name] = text
