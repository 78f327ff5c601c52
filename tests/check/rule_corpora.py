"""Rule files of other projects, read as the signals of one service each and checked."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from reliability.finding import Finding
from reliability.load.loader import load

TODAY = date(2026, 11, 25)
TIERS = {"critical": "alert", "page": "alert"}


def findings_of(folder: Path) -> tuple[list[Finding], int]:
    """What the rules on expressions and signals find, and how many alerts there were."""
    files, alerts = [], 0
    for path in sorted(folder.rglob("*.y*ml")):
        service = re.sub(r"[^a-z0-9]+", "-", str(path.relative_to(folder)).lower()).strip("-")[-60:]
        signals = list(_signals(path))
        alerts += len(signals)
        if signals:
            text = json.dumps(_policy(service.strip("-"), signals)).encode()
            files.append((PurePosixPath(f"services/{service}/alert-policy.json"), text))
    catalog, unread = load(files)
    assert unread == []
    chosen = [each for each in RULES if _is_about_expressions(each.id)]
    return list(run(chosen, Context(today=TODAY, catalog=catalog))), alerts


def _is_about_expressions(rule: str) -> bool:
    named = ("query-", "absence-", "for-never-", "template-", "signal-", "alert-on-")
    return rule.startswith(named) and rule not in ("signal-deleted", "signal-tier-missing")


def _policy(service: str, signals: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "apiVersion": "reliability/v1",
        "kind": "AlertPolicy",
        "metadata": {"name": service},
        "spec": {"service": service, "signals": signals},
    }


def _signals(path: Path) -> Iterator[dict[str, Any]]:
    for document in yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
        spec = document.get("spec", document) if isinstance(document, dict) else {}
        for group in spec.get("groups") or ():
            for rule in group.get("rules") or ():
                if "alert" in rule:
                    yield _signal(rule)


def _signal(rule: dict[str, Any]) -> dict[str, Any]:
    annotations, labels = rule.get("annotations") or {}, dict(rule.get("labels") or {})
    severity = labels.pop("severity", "")
    found = {
        "name": re.sub(r"\W", "_", rule["alert"]),
        "kind": "heartbeat" if rule["expr"] == "vector(1)" else "cause",
        "tier": TIERS.get(severity, "ticket"),
        "expr": rule["expr"],
        "for": re.sub(r"^0m$", "0s", str(rule.get("for", "0s"))),
        "summary": annotations.get("summary"),
        "description": annotations.get("description"),
        "labels": labels,
    }
    return {key: value for key, value in found.items() if value}
