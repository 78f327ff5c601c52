"""Causes that cannot wait for days: space that runs out, lost writes, and alert delivery.

Ewaschuk, "My Philosophy on Alerting": a cause may page before an imminent cliff, and if the
symptom cannot be seen. Without a working Alertmanager no symptom can be seen.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from reliability.convert.prometheus_rules.kinds import words_of
from reliability.onboarding.triage.impact_words import LIMITED
from reliability.onboarding.triage.words import pattern
from reliability.promql.impossible import constant
from reliability.promql.tree import Binary, Call, Node, VectorSelector, read, walk
from reliability.scalars import duration_text

SOON: Final = timedelta(hours=24)
LITTLE: Final = 0.05
"""The share of free space below which a ticket is too slow."""

SPACE: Final = frozenset(("disk", "filesystem", "volume", "space", "inodes", "filling", "storage"))
NOTIFYING: Final = re.compile(r"^alertmanager|^prometheus(?!.*(?:agent|target))", re.IGNORECASE)
SENDING: Final = frozenset(
    words_of("down absent missing disappeared crashlooping sending send connected notifications")
    + words_of("reload inconsistent unreachable")
)
"""Words of alerts about what Prometheus and Alertmanager need to deliver notifications."""

SILENCE: Final = pattern("silence")
"""Sentences by which monitoring cannot notify, among them a missing heartbeat of monitoring."""

BLIND: Final = pattern("blind")
"""No data from anywhere: no symptom can be seen."""

UNWRITABLE: Final = pattern("unwritable")
"""A data store without a primary, or whose writes fail."""

COPIES: Final = pattern("copies")
DELIVERY: Final = "while it fires, other alerts may not be delivered"
GONE: Final = re.compile(r"(?:down|absent|gone|disappeared|missing)$", re.IGNORECASE)
PLANE: Final = re.compile(
    r"^(?:kube.?api|kube(?:let|scheduler|controller|proxy)|etcd|apiserver)(?!.*member(?!s))",
    re.IGNORECASE,
)
ALL_DOWN: Final = "no instance of a cluster component is up"
SOON_OR_PAST: Final = pattern("soon_or_past")


def why_urgent(name: str, expr: str, body: str = "") -> str | None:
    """Return why a cause cannot wait, or None; messages without an expression go by their words."""
    words = words_of(name)
    if NOTIFYING.match(name) and SENDING.intersection(words):
        return DELIVERY

    tree = read(expr) if expr else None
    if tree is None:
        return _of_words(name, body)
    if PLANE.match(name) and GONE.search(name):
        return ALL_DOWN

    nodes = tuple(walk(tree))
    if (ahead := next(filter(None, map(_predicted, nodes)), None)) is not None:
        return f"it runs out within {duration_text(ahead)}"
    if SPACE.intersection(words) and (left := next(filter(None, map(_unused_space, nodes)), None)):
        return f"less than {left:.3g} % of the space is free"

    return None


def _of_words(name: str, body: str) -> str | None:
    if PLANE.match(name) and GONE.search(name):
        return ALL_DOWN
    text = f"{name}\n{body}"
    if LIMITED.search(text):
        return None
    if SILENCE.search(text):
        return DELIVERY
    if BLIND.search(text):
        return "no data arrives, so no symptom can be seen"
    lost = UNWRITABLE.search(text)
    if lost is not None and COPIES.search(text[: lost.end()]):
        lost = None
    match = SOON_OR_PAST.search(text) or lost
    return f"it says {' '.join(match[0].split())}" if match else None


def _predicted(node: Node) -> timedelta | None:
    """Return how far ahead `predict_linear` looks, if it is soon."""
    if not isinstance(node, Call) or node.function != "predict_linear":
        return None
    seconds = constant(node.arguments[1])
    if seconds is None or not 60 <= seconds <= SOON.total_seconds():
        return None
    return timedelta(seconds=int(seconds))


def _unused_space(node: Node) -> float | None:
    """Return the percentage of free space below which a comparison holds, if it is small."""
    if not isinstance(node, Binary) or node.operator not in ("<", "<="):
        return None
    limit = constant(node.right)
    metrics = [inner.metric for inner in walk(node.left) if isinstance(inner, VectorSelector)]
    if limit is None or not any(re.search(r"avail|free", metric) for metric in metrics):
        return None

    is_percent = any(constant(inner) == 100 for inner in walk(node.left))
    share = limit / 100 if is_percent else limit
    is_share = any(isinstance(inner, Binary) and inner.operator == "/" for inner in walk(node.left))
    return share * 100 if is_share and 0 < share <= LITTLE else None
