"""`SlothSlo`: one SLO of Sloth's with its service, of whichever format."""

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


@dataclass(frozen=True, slots=True)
class SlothSlo:
    """One SLO with its service. `percent` and `labels` are as written; `camel` is how keys are.

    `chains` are the fields that list SLO plugins: the service's and its own.
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
        """A key as this format spells it: `page_alert` or `pageAlert`."""
        return camel_case(snake) if self.camel else snake


def camel_case(snake: str) -> str:
    """`page_alert` as `pageAlert`."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), snake)
