"""Provider of a Thanos ruler: one rule file per service, reloaded and verified.

It has Prometheus's API of rules and `POST /-/reload` (always enabled, cmd/thanos/rule.go). Its
metrics have another prefix, and it has no endpoint that formats a query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from reliability.errors import ProviderError
from reliability.plan.change import Change
from reliability.providers.loaded_rules import is_same_expression
from reliability.providers.prometheus import PrometheusProvider
from reliability.providers.prometheus_runner import PrometheusRunner
from reliability.providers.reload import ensure_reloadable, reload, reload_state

METRICS: Final = "thanos_rule"


@dataclass(frozen=True, slots=True)
class ThanosRunner(PrometheusRunner):
    """A `Runner` of a Thanos ruler."""

    @property
    def names_files(self) -> str:
        """See `PrometheusRunner`."""
        return "--rule-file"

    def ensure_ready(self) -> None:
        """See `Runner`."""
        ensure_reloadable(self.server, "check that the URL is that of a Thanos ruler")

    def reload(self) -> str | None:
        """See `Runner`."""
        return reload(self.server, METRICS)

    def last_reload(self) -> datetime:
        """See `PrometheusRunner`; the runtime information of Thanos has no time of it."""
        return datetime.fromtimestamp(reload_state(self.server, METRICS).last_success, UTC)

    def is_same(self, ours: str, theirs: str) -> bool:
        """See `PrometheusRunner`."""
        return is_same_expression(ours, theirs)

    def explain(self, change: Change) -> str:  # noqa: ARG002
        """See `Runner`; the response to the reload already has the reason."""
        return ""


@dataclass(slots=True, kw_only=True)
class ThanosRulerProvider(PrometheusProvider):
    """A `Provider` of the rule files in `folder`, which `--rule-file` of the ruler has to name."""

    def _runner(self) -> PrometheusRunner:
        return ThanosRunner(self.server, self.place, self.stored, tell=self.tell)

    def alertmanagers(self) -> frozenset[str]:
        """Raise, because a Thanos ruler does not report whom it notifies.

        Raises:
            ProviderError: always.
        """
        raise ProviderError(f"{self.target}: a Thanos ruler does not report its Alertmanagers")
