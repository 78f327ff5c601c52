"""Which annotations of an alerting rule a signal takes, and what is said of the others."""

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests.convert.imported import document, imported, said


def signal(annotations: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What the signal has of the annotations, and the diagnostics that name one."""
    rule = {"alert": "QueueFull", "expr": "queue > 9", "annotations": dict(annotations)}
    rule["labels"] = {"service": "shop", "severity": "warning"}
    text = yaml.safe_dump({"groups": [{"name": "a", "rules": [rule]}]}, sort_keys=False)
    gathered = imported({"rules.yml": text})
    [found] = document(gathered, "services/shop/alert-policy.yaml")["spec"]["signals"]
    texts = {key: found[key] for key in ("summary", "description", "runbook") if key in found}
    lines = [line.partition(": ")[2] for line in said(gathered)]
    words = ("annotation", "runbook is")
    return texts, [line for line in lines if any(word in line for word in words)]


@pytest.mark.parametrize(
    ("annotations", "texts", "diagnostics"),
    [
        ({"summary": "a", "description": "b"}, {"summary": "a", "description": "b"}, []),
        (
            {"title": "a"},
            {"summary": "a"},
            ["changed: annotation title becomes the signal's summary"],
        ),
        (
            {"message": "a"},
            {"summary": "a"},
            ["changed: annotation message becomes the signal's summary"],
        ),
        (
            {"summary": "a", "message": "b"},
            {"summary": "a", "description": "b"},
            ["changed: annotation message becomes the signal's description"],
        ),
        (
            {"summary": "a", "details": "b"},
            {"summary": "a", "description": "b"},
            ["changed: annotation details becomes the signal's description"],
        ),
        ({"summary": "", "title": 7}, {"summary": "7"}, None),
        (
            {"summary": "a", "dashboard": "x"},
            {"summary": "a"},
            ["left out: dashboard is not imported: a signal has no such annotation"],
        ),
        ({"runbook_url": "https://wiki/q"}, {"runbook": "https://wiki/q"}, []),
        ({"runbook": "docs/q.md"}, {"runbook": "docs/q.md"}, []),
        ({"runbookUrl": "https://wiki/q"}, {"runbook": "https://wiki/q"}, []),
        ({"runbook_link": "ftp://wiki/q"}, {}, None),
    ],
)
def test_an_annotation_is_taken_renamed_or_named(
    annotations: dict[str, Any], texts: dict[str, str], diagnostics: list[str] | None
) -> None:
    found, lines = signal(annotations)
    assert found == texts
    if diagnostics is None:
        assert lines != []
    else:
        assert lines == diagnostics
