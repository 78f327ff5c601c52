"""Objects of Datadog and PagerDuty in one form, whatever the servers fill in, trim or leave out."""

from typing import Any, Final

import pytest

from reliability.plan.held import Owner
from reliability.providers.datadog import forms as datadog
from reliability.providers.description_mark import with_mark
from reliability.providers.pagerduty import forms as pagerduty
from reliability.resource import Resource, ResourceId

DIGEST: Final = "0123456789abcdef" * 4
OWNER: Final = Owner("0a1b2c3d4e5f6a7b", "acme/slos")
RULE: Final[dict[str, Any]] = {
    "id": "1",
    "label": None,
    "conditions": [{"expression": "a"}, {"expression": "b"}],
    "actions": {"severity": "warning", "suppress": False, "variables": [], "note": None},
}


def pager_service(*, path: dict[str, Any] | None = None, **raw: Any) -> pagerduty.PagerDutyService:
    """A service as PagerDuty returns it."""
    whole = {
        "id": "P1",
        "name": "shop",
        "description": " Sells. \n",
        "escalation_policy": {"id": "E1"},
        "incident_urgency_rule": {"type": "constant", "urgency": "severity_based"},
        **raw,
    }
    return pagerduty.PagerDutyService(raw=whole, path=path or {"sets": []}, active=True)


PAGER_BODY: Final[dict[str, Any]] = {
    "name": "shop",
    "description": "Sells.",
    "escalation_policy": "E1",
    "urgency": "severity_based",
    "active": True,
    "rules": [],
}


@pytest.mark.parametrize(
    ("service", "differs"),
    [
        (pager_service(), {}),
        (pager_service(description=None), {"description": ""}),
        (pager_service(description=with_mark("Sells.", "shop", DIGEST, OWNER)), {}),
        (
            pager_service(incident_urgency_rule={"type": "use_support_hours"}),
            {"urgency": "use_support_hours"},
        ),
        (
            pager_service(path={"sets": [{"id": "start", "rules": [RULE, {"disabled": True}]}]}),
            {
                "rules": [
                    {"label": "", "condition": "a or b", "actions": {"severity": "warning"}},
                    {"label": "", "condition": "", "actions": {}, "disabled": True},
                ]
            },
        ),
        (
            pager_service(path={"sets": [{"id": "other", "rules": [RULE]}], "catch_all": {}}),
            {
                "sets": {
                    "other": [
                        {"label": "", "condition": "a or b", "actions": {"severity": "warning"}}
                    ]
                }
            },
        ),
        (
            pager_service(path={"sets": [], "catch_all": {"actions": {"suppress": True, "x": []}}}),
            {"catch_all": {"suppress": True}},
        ),
    ],
)
def test_a_service_of_pagerduty_is_read_in_one_form(
    service: pagerduty.PagerDutyService, differs: dict[str, Any]
) -> None:
    assert pagerduty.body_of(service) == {**PAGER_BODY, **differs}


def test_a_service_is_written_with_what_others_set() -> None:
    rules: list[Any] = [{"label": "L", "condition": "C", "actions": {"suppress": True}}]
    resource = Resource(ResourceId("pagerduty", "service", "shop"), {**PAGER_BODY, "rules": rules})
    current = {"id": "P1", "auto_resolve_timeout": None, "alert_creation": "x", "status": "active"}
    written = pagerduty.service_request(resource, DIGEST, OWNER, current)["service"]
    text = written.pop("description")
    assert text.startswith("Sells.\n\n")
    assert DIGEST in text
    assert written == {
        "auto_resolve_timeout": None,
        "alert_creation": "x",
        "type": "service",
        "name": "shop",
        "escalation_policy": {"id": "E1", "type": "escalation_policy_reference"},
        "incident_urgency_rule": {"type": "constant", "urgency": "severity_based"},
    }
    new = pagerduty.service_request(resource, DIGEST, None, None)["service"]
    assert sorted(new) == sorted(
        {*written, "description"} - {"auto_resolve_timeout", "alert_creation"}
    )
    assert pagerduty.orchestration_request(resource, "P1") == {
        "orchestration_path": {
            "type": "service",
            "parent": {"id": "P1", "type": "service_reference"},
            "sets": [
                {
                    "id": "start",
                    "rules": [
                        {
                            "label": "L",
                            "conditions": [{"expression": "C"}],
                            "actions": {"suppress": True},
                        }
                    ],
                }
            ],
            "catch_all": {"actions": {}},
        }
    }


def remote(kind: str, identity: str = "7", **raw: Any) -> datadog.DatadogObject:
    """An object as Datadog returns it."""
    return datadog.DatadogObject(kind=kind, name="shop/a", id=identity, raw=raw, mark=None)


def reference(identity: str) -> str:
    return f"metric-slo {identity}"


MONITOR: Final[dict[str, Any]] = {"name": " M ", "message": None, "tags": ["team:sales"]}
MONITOR_BODY: Final[dict[str, Any]] = {"name": "M", "message": "", "tags": ["team:sales"]}
SLO: Final[dict[str, Any]] = {
    "name": " S ",
    "description": None,
    "tags": ["team:sales"],
    "thresholds": [
        {"timeframe": "30d", "target": 99, "warning": None, "target_display": "99."},
        {"timeframe": "7d", "target": 99, "warning": 99.5},
    ],
}
SLO_BODY: Final[dict[str, Any]] = {
    "name": "S",
    "description": "",
    "tags": ["team:sales"],
    "thresholds": [
        {"timeframe": "30d", "target": 99.0},
        {"timeframe": "7d", "target": 99.0, "warning": 99.5},
    ],
}
SLICE: Final[dict[str, Any]] = {
    "query": {
        "formulas": [{"formula": "a / b", "limit": None}],
        "queries": [
            {"data_source": "metrics", "name": "b", "query": " y "},
            {"data_source": "metrics", "name": "a", "query": "x", "semantic_mode": "combined"},
        ],
    },
    "comparator": ">",
    "threshold": 1,
}


@pytest.mark.parametrize(
    ("object_", "body"),
    [
        (
            remote(
                "metric-slo", type="metric", query={"numerator": " a ", "denominator": "b"}, **SLO
            ),
            {**SLO_BODY, "query": {"numerator": "a", "denominator": "b"}},
        ),
        (
            remote(
                "time-slice-slo", type="time_slice", sli_specification={"time_slice": SLICE}, **SLO
            ),
            {
                **SLO_BODY,
                "sli_specification": {
                    "time_slice": {
                        "query": {
                            "formulas": [{"formula": "a / b"}],
                            "queries": [
                                {"data_source": "metrics", "name": "a", "query": "x"},
                                {"data_source": "metrics", "name": "b", "query": "y"},
                            ],
                        },
                        "comparator": ">",
                        "threshold": 1.0,
                        "query_interval_seconds": 300,
                    }
                },
            },
        ),
        (
            remote(
                "burn-monitor",
                query=' burn_rate("abc").over("30d") > 14.4 ',
                options={"thresholds": {"critical": 14, "warning": None, "other": 1}, "x": 1},
                **MONITOR,
            ),
            {
                **MONITOR_BODY,
                "slo": "metric-slo abc",
                "query": 'burn_rate("{slo}").over("30d") > 14.4',
                "options": {"thresholds": {"critical": 14.0}},
            },
        ),
        (
            remote(
                "no-data-monitor",
                query="avg(last_5m):x < 0",
                options={"notify_no_data": True, "no_data_timeframe": 10, "silenced": {}},
                **MONITOR,
            ),
            {
                **MONITOR_BODY,
                "query": "avg(last_5m):x < 0",
                "options": {"thresholds": {}, "notify_no_data": True, "no_data_timeframe": 10},
            },
        ),
        (
            remote("no-data-monitor", query="x", options=None, **MONITOR),
            {
                **MONITOR_BODY,
                "query": "x",
                "options": {"thresholds": {}, "notify_no_data": None, "no_data_timeframe": None},
            },
        ),
        (
            remote("composite-monitor", query=" 12 || 7 ", **MONITOR),
            {
                **MONITOR_BODY,
                "query": "{0} || {1}",
                "monitors": ["metric-slo 12", "metric-slo 7"],
            },
        ),
        *(
            (
                remote(
                    "correction",
                    attributes={
                        "slo_id": "abc",
                        "category": "Other",
                        "start": 10,
                        "end": 20,
                        "description": " Night ",
                        "duration": 5,
                        **more,
                    },
                ),
                {
                    "slo": "metric-slo abc",
                    "category": "Other",
                    "start": 10,
                    "timezone": zone,
                    "description": "Night",
                    **times,
                },
            )
            for more, zone, times in (
                ({"timezone": None}, "UTC", {"end": 20}),
                ({"timezone": "Asia/Tokyo", "rrule": ""}, "Asia/Tokyo", {"end": 20}),
                ({"rrule": "FREQ=DAILY"}, "UTC", {"rrule": "FREQ=DAILY", "duration": 5}),
                ({"rrule": "FREQ=DAILY", "duration": None}, "UTC", {"rrule": "FREQ=DAILY"}),
                ({"end": None}, "UTC", {}),
            )
        ),
    ],
)
def test_an_object_of_datadog_is_read_in_one_form(
    object_: datadog.DatadogObject, body: dict[str, Any]
) -> None:
    assert datadog.body_of(object_, reference) == body


def test_the_oldest_of_several_objects_is_known_by_its_time_and_number() -> None:
    objects = [
        remote("burn-monitor", "10"),
        remote("burn-monitor", "9"),
        remote("metric-slo", "b", created_at=5),
        remote("metric-slo", "a", created_at=5),
        remote("metric-slo", "c", created_at=4),
        remote("correction", "z", attributes={"created_at": 3}),
    ]
    ages = sorted(objects, key=lambda one: one.age)
    assert [one.id for one in ages] == ["9", "10", "z", "c", "a", "b"]


def monitor(kind: str, **body: Any) -> Resource:
    whole = {"name": "M", "message": "", "tags": ["team:sales"], **body}
    return Resource(ResourceId("datadog", kind, "shop/a"), whole)


def test_a_monitor_is_written_with_the_options_of_others() -> None:
    wanted = monitor(
        "burn-monitor", slo="metric-slo abc", query='burn_rate("{slo}")', options={"thresholds": {}}
    )
    current = remote(
        "burn-monitor",
        options={
            "thresholds": {"a": 1},
            "notify_no_data": True,
            "silenced": {"*": 1},
            "renotify": 5,
            "x": None,
        },
        priority=2,
        restricted_roles=None,
    )
    id_of = {"metric-slo abc": "id-1"}.__getitem__
    new = datadog.request_of(wanted, OWNER, id_of)
    assert (new["query"], new["type"]) == ('burn_rate("id-1")', "slo alert")
    assert new["tags"][0] == "team:sales"
    assert len(new["tags"]) > 1
    assert "slo" not in new
    assert new["options"] == {"thresholds": {}}
    assert datadog.request_of(wanted, OWNER, id_of, current) == {
        **new,
        "priority": 2,
        "options": {"renotify": 5, "thresholds": {}},
    }


def test_ids_are_put_in_for_names() -> None:
    ids = {"burn-monitor a": "12", "burn-monitor b": "7", "metric-slo s": "id"}.__getitem__
    composite = monitor(
        "composite-monitor", query="{1} || {0}", monitors=["burn-monitor a", "burn-monitor b"]
    )
    assert datadog.request_of(composite, None, ids)["query"] == "7 || 12"
    body: dict[str, Any] = {
        "slo": "metric-slo s",
        "category": "Other",
        "start": 1,
        "description": "Night",
    }
    correction = Resource(ResourceId("datadog", "correction", "shop/a"), body)
    data = datadog.request_of(correction, OWNER, ids)["data"]
    assert (data["type"], data["attributes"]["slo_id"]) == ("correction", "id")
    assert data["attributes"]["description"].startswith("Night")
    again = datadog.request_of(correction, OWNER, ids, remote("correction", attributes={}))["data"]
    assert "slo_id" not in again["attributes"]
