"""Dashboards made for Sloth find our series: the same names and labels as Sloth's own output."""

from pathlib import Path
from typing import Any

import yaml

from tests.compile.repositories import GOOGLE_30D, catalog_of, ours, rules_of, slo

ERRORS = 'http_request_duration_seconds_count{job="myservice",code=~"(5..|429)"}'
ALL = 'http_request_duration_seconds_count{job="myservice"}'
OWN_WORDS = {"sloth_version", "sloth_mode", "sloth_spec"}

Records = dict[str, dict[str, str]]


def records(groups: list[dict[str, Any]]) -> Records:
    """The labels of Sloth's own of each recorded series."""
    return {
        rule["record"]: {
            key: value
            for key, value in rule["labels"].items()
            if key.startswith("sloth_") and key not in OWN_WORDS
        }
        for group in groups
        for rule in group["rules"]
        if "record" in rule
    }


def our_records() -> Records:
    promise = slo(name="requests-availability", bad=ERRORS, total=ALL)
    promise["spec"]["service"] = "myservice"
    alerts = ours(
        "AlertPolicy",
        "myservice",
        service="myservice",
        objectives=[{"slo": "requests-availability"}],
    )
    return records(rules_of(catalog_of(GOOGLE_30D, promise, alerts))["groups"])


def test_every_series_that_sloth_records_is_there_with_its_labels(corpora: Path) -> None:
    generated = corpora / "sloth" / "examples" / "_gen" / "getting-started.yml"
    theirs = records(yaml.safe_load(generated.read_text(encoding="utf-8"))["groups"])
    assert len(theirs) == 15
    mine = our_records()
    assert {name: mine.get(name) for name in theirs} == theirs
    assert set(mine) - set(theirs) == {
        "slo:sli_total:rate5m",
        "slo:sli_errors:rate5m",
        "slo:sli_events:increase1h",
        "slo:period_recorded:ratio",
    }
