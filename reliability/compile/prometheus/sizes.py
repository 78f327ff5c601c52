"""Sizes of compiled rules, and the split of those that are too large for one PrometheusRule."""

from __future__ import annotations

import json
from typing import Any, Final

SPLIT_ABOVE: Final = 400_000
"""Bytes of rules, as compact JSON, from which one PrometheusRule becomes several.

The operator skips a PrometheusRule of more than 524,288 bytes as YAML (`ValidateRule` in
pkg/operator/rules.go of prometheus-operator 0.93). YAML of compiled rules has about the length of
their JSON, and the rest is a reserve.
"""


def json_size(value: object) -> int:
    """Return the bytes of a value as compact JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def split_groups(groups: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return groups in parts of at most SPLIT_ABOVE bytes; a group is never split.

    Groups are independent: Prometheus reads all of them, in whichever file they are. A group that
    is larger than the limit has a part of its own, which a plan blocks.
    """
    if json_size(groups) <= SPLIT_ABOVE:
        return [groups]

    parts: list[list[dict[str, Any]]] = [[]]
    used = 0
    for group in groups:
        size = json_size(group)
        if parts[-1] and used + size > SPLIT_ABOVE:
            parts.append([])
            used = 0
        parts[-1].append(group)
        used += size
    return parts
