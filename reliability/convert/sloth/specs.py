"""Parsing of Sloth's three formats into `SlothSlo`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reliability.convert.converter import Diagnostic, left_out, mapping, sequence
from reliability.convert.fields import Fields
from reliability.convert.sloth.alpha import alpha_slos
from reliability.convert.sloth.sloth_slo import ALPHA, KUBERNETES, PROMETHEUS, UNKNOWN_KEY, SlothSlo


def is_sloth(values: Any) -> bool:
    """Return whether a document contains SLOs that Sloth reads."""
    document = mapping(values)
    if document.get("version") == PROMETHEUS:
        return True
    kind = document.get("apiVersion"), document.get("kind")
    return kind in ((KUBERNETES, "PrometheusServiceLevel"), (ALPHA, "SLO"))


def is_windows(values: Any) -> bool:
    """Return whether a document is a Sloth `AlertWindows`."""
    document = mapping(values)
    return (document.get("apiVersion"), document.get("kind")) == (KUBERNETES, "AlertWindows")


def slos_in(top: Fields) -> Iterator[SlothSlo | Diagnostic]:
    """Yield the SLOs of a resource, and a diagnostic for each other key."""
    version = top.take("version") or top.take("apiVersion")
    top.take("kind")
    if version == ALPHA:
        yield from alpha_slos(top)
        return

    body = top
    if version == KUBERNETES:
        metadata = top.inner("metadata")
        metadata.take("name")
        yield from metadata.diagnostics(
            "of the resource is not imported", "files are named after the service"
        )
        body = top.inner("spec")
        top.take("status")
        yield from top.diagnostics("of the resource is not imported")

    yield from _prometheus(body, str(version))


def _prometheus(body: Fields, version: str) -> Iterator[SlothSlo | Diagnostic]:
    camel = version == KUBERNETES
    service = body.text("service")
    labels = body.inner("labels")
    chain = body.inner("sloPlugins" if camel else "slo_plugins")
    listed = sequence(body.take("slos"))
    yield from body.diagnostics(UNKNOWN_KEY)

    for index, values in enumerate(listed):
        fields = Fields(values, body.origin.inside("slos", index))
        name = fields.text("name")
        if service is None or name is None:
            yield left_out(fields.origin, "an SLO without a service or a name is not imported")
            continue
        yield SlothSlo(
            spec=version,
            service=service,
            name=name,
            percent=fields.take("objective"),
            fields=fields,
            sli=fields.inner("sli"),
            service_at=body.at("service"),
            labels=(labels, fields.inner("labels")),
            chains=(chain, fields.inner("plugins")),
            alerting=fields.inner("alerting"),
            camel=camel,
        )

    if not listed:
        yield left_out(body.origin, f"{service} has no SLOs")
