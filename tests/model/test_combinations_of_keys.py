"""Keys that are valid alone and not together, at both sides of each limit."""

import copy
import json
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

from reliability.load.loader import load
from reliability.model.corrections import Correction
from reliability.model.environments import Environment
from reliability.model.notification import Tickets, TierPolicy
from reliability.model.openslo.metadata import Review
from reliability.model.openslo.slo import Slo
from reliability.model.openslo.window import parse_window
from reliability.model.rule_options import OPTIONS
from reliability.model.targets import AmazonPrometheusTarget
from tests.model.test_whole_documents import DOCUMENTS, at, name_of

BY_NAME = {name_of(document): document for document in DOCUMENTS}
SLO, TARGETS = "slo-shop-checkout", "synctargets-targets"
INLINE = BY_NAME[SLO]["spec"]["indicator"]
SEVERAL = [{"displayName": "a", "target": 0.9, "indicatorRef": "raw"}, {"target": 0.99}]


def problems(name: str, *changes: tuple[str, Any]) -> list[str]:
    """What is found in a document with other values; a route is written with dots."""
    document = copy.deepcopy(BY_NAME[name])
    for route, value in changes:
        *above, key = (int(step) if step.isdigit() else step for step in route.split("."))
        at(document, tuple(above))[key] = value
    _, findings = load([(PurePosixPath("services/shop/a.yaml"), json.dumps(document).encode())])
    return [str(finding.problem.message) for finding in findings]


@pytest.mark.parametrize(
    ("name", "changes", "messages"),
    [
        (SLO, {"spec.objectives.0.targetPercent": 99}, ["an objective needs exactly one of"]),
        (SLO, {"spec.objectives.0.indicatorRef": "latency"}, ["both the SLO and its objectives"]),
        (
            SLO,
            {"spec.objectives.0.indicatorRef": "latency", "spec.objectives.0.indicator": INLINE},
            ["an objective may not have both indicator and indicatorRef"],
        ),
        (SLO, {"spec.indicatorRef": "latency"}, ["an SLO needs exactly one of indicator and"]),
        (
            SLO,
            {"spec.budgetingMethod": "Occurrences", "spec.objectives": SEVERAL},
            ["both the SLO and its objectives have an indicator"],
        ),
        (
            SLO,
            {
                "spec.budgetingMethod": "Occurrences",
                "spec.objectives": SEVERAL,
                "spec.indicator": None,
            },
            [],
        ),
        (SLO, {"spec.timeWindow.0.isRolling": True}, ["a time window needs either"]),
        (SLO, {"spec.budgetingMethod": "RatioTimeslices"}, []),
        (SLO, {"spec.objectives.0.timeSliceWindow": None}, ["budgetingMethod Timeslices requires"]),
        (
            SLO,
            {
                "spec.budgetingMethod": "RatioTimeslices",
                "spec.objectives.0.timeSliceWindow": None,
            },
            ["budgetingMethod RatioTimeslices requires timeSliceWindow"],
        ),
        (
            SLO,
            {"spec.objectives.0.timeSliceTarget": None},
            ["budgetingMethod Timeslices requires timeSliceTarget"],
        ),
        (
            SLO,
            {"spec.budgetingMethod": "Occurrences", "spec.objectives.0.timeSliceTarget": None},
            [],
        ),
        (SLO, {"spec.objectives.0.op": "lt"}, ["op and value are for thresholds"]),
        (SLO, {"spec.objectives.0.value": 1}, ["op and value are for thresholds"]),
        (SLO, {"spec.alertPolicies.0.kind": "AlertPolicy"}, ["expected either alertPolicyRef"]),
        (SLO, {"spec.alertPolicies.1.alertPolicyRef": "a"}, ["expected either alertPolicyRef"]),
        (TARGETS, {"spec.targets.14.folders": "service"}, ["folderUid names one folder"]),
        (
            TARGETS,
            {"spec.targets.14.folders": "service", "spec.targets.14.folderUid": None},
            [],
        ),
        (
            "errorbudgetpolicy-budgets",
            {"spec.scopes.0.services": ["shop"]},
            ["a scope needs either criticality or services"],
        ),
        (
            "errorbudgetpolicy-budgets",
            {"spec.states.0.escalateTo": ["@pat"]},
            ["escalate and escalateTo are only valid together"],
        ),
        ("errorbudgetpolicy-budgets", {"spec.states.0.remaining": 1}, []),
        ("historysources-history", {"spec.keep": "90d"}, []),
        ("historysources-history", {"spec.keep": "89d"}, ["keep is shorter than span"]),
        (
            "historysources-history",
            {"spec.store": "data"},
            ["the store 'data' is not below .reliability/"],
        ),
        ("incidents-shop", {"spec.incidents.0.end": "2026-01-01T09:00:01Z"}, []),
        ("incidents-shop", {"spec.incidents.0.end": "2026-01-01T09:00:00Z"}, ["the incident does"]),
        ("corrections-shop", {"spec.corrections.0.end": "2026-01-04T02:01:00Z"}, []),
        (
            "corrections-shop",
            {"spec.corrections.0.end": "2026-01-04T02:00:59Z"},
            ["the correction is shorter than 1 minute"],
        ),
        ("burnratewindows-short", {"spec.fast.0.short": "59m"}, []),
        ("burnratewindows-short", {"spec.fast.0.short": "1h"}, ["the short window must be"]),
        ("burnratewindows-short", {"spec.fast.0.short": "0s"}, ["the short window must be"]),
        ("environments-environments", {"spec.environments.0.highestTier": "log"}, []),
        (
            "environments-environments",
            {"spec.environments.0.highestTier": "alert"},
            ["approvals: none requires a highestTier below alert"],
        ),
        ("team-shop", {"spec.onCall.mention": None}, []),
        (
            "team-shop",
            {"spec.onCall": {}},
            ["onCall needs pagerduty, mention or both"],
        ),
        ("team-shop", {"spec.channels.alert": {}}, ["a channel needs at least one of slack"]),
    ],
)
def test_keys_together(name: str, changes: dict[str, Any], messages: list[str]) -> None:
    found = problems(name, *changes.items())
    assert len(found) == len(messages), found
    for text, message in zip(found, messages, strict=True):
        assert message in text


def test_options_of_rules_have_defaults() -> None:
    defaults = {rule: options().model_dump(mode="json") for rule, options in OPTIONS.items()}
    assert defaults == {
        "slo-low-traffic": {"tiers": ["alert"]},
        "page-budget-exceeded": {"shift": "PT12H", "max_shifts_over": "0"},
        "alert-precision-low": {
            "min_precision": "9/10",
            "broken_below": "1/2",
            "min_episodes": 3,
        },
        "alert-flapping": {"shorter_than": "PT10M", "max_share": "3/10", "min_episodes": 3},
        "cardinality-high": {"max_series": 10_000},
    }


def test_a_tier_and_tickets_have_defaults() -> None:
    assert TierPolicy().model_dump() == {
        "mention": False,
        "page": False,
        "ticket": False,
        "requires": (),
        "grouping": None,
    }
    assert Tickets().close_after == timedelta(hours=24)
    assert Tickets().max_open == 20


def test_targets_of_an_environment_are_named_once_in_their_order() -> None:
    spec = copy.deepcopy(BY_NAME["environments-environments"]["spec"]["environments"][0])
    spec["targets"] = ["grafana", "prometheus-eu"]
    environment = Environment.model_validate(spec)
    assert environment.all_targets == ("prometheus-eu", "prometheus-eu-b", "mimir", "grafana")
    assert [server.target for server in environment.rule_servers] == ["prometheus-eu", "mimir"]
    assert Environment.model_validate({"name": "a"}).all_targets == ()


def test_endpoints_of_a_workspace_are_those_of_its_region_or_as_written() -> None:
    target = {"name": "a", "provider": "amazon-prometheus", "region": "eu-west-1", "workspace": "w"}
    own = AmazonPrometheusTarget.model_validate(target)
    assert own.endpoint == "https://aps.eu-west-1.amazonaws.com"
    assert own.prometheus == "https://aps-workspaces.eu-west-1.amazonaws.com"
    written = AmazonPrometheusTarget.model_validate({**target, "url": "https://a.example.com"})
    assert written.endpoint == "https://a.example.com"


@pytest.mark.parametrize(
    ("notes", "due"),
    [
        ({}, None),
        ({"reviewed": "2026-01-31"}, date(2026, 5, 1)),
        ({"reviewed": "2026-01-31", "review-every": "30d"}, date(2026, 3, 2)),
        ({"reviewed": "2199-12-31", "review-every": "3660d"}, date(2210, 1, 8)),
    ],
)
def test_a_review_is_due_after_its_own_or_the_usual_time(
    notes: dict[str, str], due: date | None
) -> None:
    review = Review.model_validate({f"reliability/{key}": text for key, text in notes.items()})
    assert review.due(timedelta(days=90)) == due


def test_handles_and_labels_of_a_review_are_split_at_commas() -> None:
    notes = {"reliability/agreed-by": " @pat,, @kim ,", "reliability/group-by": "zone , region"}
    review = Review.model_validate(notes)
    assert review.agreed == ("@pat", "@kim")
    assert review.group_labels == ("zone", "region")
    assert (Review().agreed, Review().group_labels) == ((), ())


PREFIX = "a." * 126 + "b"
"""As long as Kubernetes allows: 253 characters."""


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (f"{PREFIX}/{'x' * 63}", None),
        (f"{PREFIX}/{'x' * 64}", "317 characters"),
        (f"{PREFIX}b/{'x' * 63}", "317 characters"),
        (f"{PREFIX}b/{'x' * 62}", "is longer than 253 characters"),
        (f"a/{'x' * 64}", "a text that matches"),
        ("x" * 63, None),
        ("x" * 64, "a text that matches"),
    ],
)
def test_keys_of_annotations_have_the_lengths_of_kubernetes(key: str, message: str | None) -> None:
    found = problems(SLO, ("metadata.annotations", {key: "a"}))
    assert [message in text for text in found if message] == [True] * bool(message)
    assert len(found) == bool(message)


@pytest.mark.parametrize(("size", "is_valid"), [(1050, True), (1051, False)])
def test_descriptions_have_at_most_1050_characters(size: int, is_valid: bool) -> None:
    text = "x" * size
    for name, route in (
        (SLO, "spec.description"),
        (SLO, "spec.indicator.spec.description"),
        (SLO, "spec.alertPolicies.1.spec.description"),
        ("service-shop", "spec.description"),
        ("datasource-prometheus", "spec.description"),
        ("alertcondition-slow", "spec.description"),
        ("alertnotificationtarget-shop", "spec.description"),
    ):
        assert (problems(name, (route, text)) == []) is is_valid, route


def test_the_last_end_of_a_correction_is_that_of_its_last_occurrence() -> None:
    spec = BY_NAME["corrections-shop"]["spec"]["corrections"][0]
    correction = Correction.model_validate(spec)
    assert len(correction.times) == 4
    assert correction.last_end.isoformat() == "2026-01-25T03:00:00+00:00"
    single = Correction.model_validate({**spec, "rrule": None})
    assert single.times == ((single.start, single.end),)
    assert single.last_end == single.end


@pytest.mark.parametrize(
    ("rrule", "message"),
    [
        ("FREQ=DAILY;UNTIL=12345678901234567890", "UNTIL is 12345678901234567890"),
        ("FREQ=DAILY;UNTIL=123456789012345678901", "UNTIL is 12345678901234567890"),
        ("FREQ=WEEKLY;COUNT=2;BYDAY=ABCDEFGHIJKLMNOPQRSTU", "BYDAY has ABCDEFGHIJKLMNOPQRST"),
    ],
)
def test_long_parts_of_a_recurrence_are_cut(rrule: str, message: str) -> None:
    [found] = problems("corrections-shop", ("spec.corrections.0.rrule", rrule))
    assert found.endswith(message)


@pytest.mark.parametrize(
    ("objectives", "is_composite"),
    [
        ([{"target": 0.9, "indicatorRef": "raw"}, {"target": 0.99, "displayName": "b"}], True),
        ([{"target": 0.9, "displayName": "b"}, {"target": 0.99, "indicator": INLINE}], True),
        ([{"target": 0.9}], False),
    ],
)
def test_an_slo_is_composite_if_an_objective_has_an_sli(
    objectives: list[dict[str, Any]], is_composite: bool
) -> None:
    document = copy.deepcopy(BY_NAME[SLO])
    document["spec"] |= {"objectives": objectives, "budgetingMethod": "Occurrences"}
    if is_composite:
        del document["spec"]["indicator"]
    assert Slo.model_validate(document).is_composite is is_composite


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("5m", timedelta(minutes=5)),
        ("2h", timedelta(hours=2)),
        ("3d", timedelta(days=3)),
        ("2w", timedelta(days=14)),
        ("2M", timedelta(days=60)),
        ("1Q", timedelta(days=90)),
        ("1Y", timedelta(days=365)),
        (" +07 d  or so", timedelta(days=7)),
    ],
)
def test_lengths_of_periods_are_those_of_openslo(text: str, length: timedelta) -> None:
    window = parse_window(text)
    assert (window, window.written) == (length, text)


def test_texts_of_one_character_are_enough_and_true_is_not_a_time() -> None:
    assert problems("waivers-waivers", ("spec.waivers.0.reason", "x")) == []
    [message] = problems("incidents-shop", ("spec.incidents.0.start", True))
    assert message == "spec.incidents[0].start is true; expected a time"
