"""The series of a Prometheus that belong to a service, by a label or by the metric's name."""

from __future__ import annotations

import re
from typing import Final

from reliability.onboarding.new.metrics import PrometheusMetrics
from reliability.promql.selector import SelectorMatcher

OWNERS: Final = ("service", "app", "service_name", "container", "deployment", "job", "namespace")
"""Labels that may name the service of a series, the most explicit first."""

MAX_SCOPES: Final = 4


def own_metrics(metrics: PrometheusMetrics, service: str, names: tuple[str, ...]) -> frozenset[str]:
    """Return the metrics of a service, by a label of their series or by their own name."""
    own = {name for name in names if names_service(name, service)}
    for label in OWNERS:
        values = [value for value in metrics.values("", label) if names_service(value, service)]
        for value in values[:MAX_SCOPES]:
            selector = f"{{{SelectorMatcher(label, '=', value).text}}}"
            own.update(metrics.values(selector, "__name__"))
    return frozenset(own)


def names_service(text: str, service: str) -> bool:
    """Return whether a text contains the words of a service, one after another.

    The text is a label's value or a metric's name: `team/shop-api` and `shop_api_requests_total`
    name shop-api, and `research` does not name search. An s at the end of a word makes no
    difference: `invoice_requests_total` names invoices.
    """
    words, wanted = _words(text), _words(service)
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words)))


def _words(text: str) -> list[str]:
    return [word.removesuffix("s") for word in re.findall(r"[a-z0-9]+", text.lower())]
