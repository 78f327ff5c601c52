"""`SlothSlo`: one SLO of any Sloth format, with its service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reliability.convert.converter import OriginalLocation
from reliability.convert.fields import Fields

PROMETHEUS: Final = "prometheus/v1"
KUBERNETES: Final = "sloth.slok.dev/v1"
ALPHA: Final = "openslo/v1alpha"
UNKNOWN_KEY: Final = "is ignored by Sloth and is not imported"
"""Reason why a key unknown to Sloth is not imported; the message begins with the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlothSlo:
    """One SLO with its service.

    `percent` and `labels` are as written. `camel`: the format has camel-case keys. `chains` are
    the fields that list SLO plugins: the service's and its own. `events` are the queries of an
    alpha SLO by role, with their locations; `days` is its time window.
    """

    spec: str
    service: str
    name: str
    percent: Any
    fields: Fields
    sli: Fields
    service_at: OriginalLocation
    labels: tuple[Fields, ...] = ()
    chains: tuple[Fields, ...] = ()
    alerting: Fields | None = None
    camel: bool = False
    events: Mapping[str, tuple[str, OriginalLocation]] = field(default_factory=dict)
    days: int | None = None

    def key(self, snake: str) -> str:
        """Return a key in the spelling of this format: `page_alert` or `pageAlert`."""
        return camel_case(snake) if self.camel else snake


def camel_case(snake: str) -> str:
    """Return `page_alert` as `pageAlert`."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), snake)
