"""Renamed services are found by what they share with one of the base, the most alike first."""

from typing import Final

import pytest

from reliability.check.context import Context
from tests.check.examples import Files
from tests.check.repository import TODAY, loaded

SLO: Final = """\
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}}}
spec:
  service: {service}
  indicator:
    metadata: {{name: {name}-sli}}
    spec:
      ratioMetric:
        counter: true
        good: {{metricSource: {{type: Prometheus, spec: {{query: 'good_total{{sli="{sli}"}}'}}}}}}
        total: {{metricSource: {{type: Prometheus, spec: {{query: 'all_total{{sli="{sli}"}}'}}}}}}
  timeWindow: [{{duration: 30d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: 0.99}}]
"""
REFERENCE: Final = """\
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}}}
spec:
  service: {service}
  indicatorRef: nowhere
  timeWindow: [{{duration: 30d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: 0.99}}]
"""
SIGNAL: Final = """\
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {{name: {service}}}
spec:
  service: {service}
  signals: [{{name: {name}, kind: cause, tier: log, expr: "{expr}"}}]
"""
INCIDENT: Final = """\
apiVersion: reliability/v1
kind: Incidents
metadata: {{name: {service}}}
spec:
  service: {service}
  incidents:
    - {{name: {name}, start: "{start}", end: "2026-11-01T12:00:00Z", impact: slow}}
"""
ONE, TWO = "2026-11-01T09:00:00Z", "2026-11-01T10:00:00Z"


def part(template: str, **values: str) -> str:
    """A document of a service that is not named yet."""
    return template.format(service="SERVICE", **values)


def repository(**services: tuple[str, ...]) -> Files:
    """Services with these documents."""
    return {
        f"services/{service}/{number}.yaml": text.replace("SERVICE", service)
        for service, texts in services.items()
        for number, text in enumerate(texts)
    }


def former(before: Files, after: Files) -> dict[str, str]:
    context = Context(today=TODAY, catalog=loaded(after)[0], base=loaded(before)[0])
    return dict(context.former_services)


A: Final = part(SLO, name="a", sli="one")
SAME_NAME: Final = part(SLO, name="a", sli="two")
SAME_SLI: Final = part(SLO, name="b", sli="one")
NEITHER: Final = part(SLO, name="b", sli="two")
DOWN: Final = part(SIGNAL, name="Down", expr="up == 0")


@pytest.mark.parametrize(
    ("before", "after", "is_found"),
    [
        (A, A, True),
        (A, SAME_NAME, True),
        (A, SAME_SLI, True),
        (A, NEITHER, False),
        (part(REFERENCE, name="a"), part(REFERENCE, name="a"), True),
        (part(REFERENCE, name="a"), part(REFERENCE, name="b"), False),
        (DOWN, part(SIGNAL, name="Down", expr="up == 1"), True),
        (DOWN, part(SIGNAL, name="Gone", expr="up == 0"), True),
        (DOWN, part(SIGNAL, name="Gone", expr="up == 1"), False),
        (part(INCIDENT, name="x", start=ONE), part(INCIDENT, name="y", start=ONE), True),
        (part(INCIDENT, name="x", start=ONE), part(INCIDENT, name="x", start=TWO), False),
        (A, DOWN, False),
    ],
)
def test_one_thing_in_common_is_enough(before: str, after: str, is_found: bool) -> None:
    names = former(repository(old=(before,)), repository(new=(after,)))
    assert names == ({"new": "old"} if is_found else {})


def test_a_service_that_is_still_there_was_not_renamed() -> None:
    assert former(repository(old=(A,)), repository(old=(A,), new=(A,))) == {}
    assert former(repository(old=(A,), new=(A,)), repository(new=(A,))) == {}
    assert former(repository(old=(A,)), repository(old=(A,))) == {}
    assert former(repository(), repository(new=(A,))) == {}


def test_the_pair_with_most_in_common_comes_first_then_the_names_decide() -> None:
    before = repository(p=(A, DOWN), q=(SAME_SLI,))
    assert former(before, repository(x=(A, DOWN), y=(A,))) == {"x": "p", "y": "q"}
    assert former(before, repository(x=(A,), y=(A, DOWN))) == {"y": "p", "x": "q"}
    assert former(before, repository(x=(A,))) == {"x": "p"}
    assert former(repository(p=(A,)), repository(x=(A, DOWN), y=(A,))) == {"x": "p"}
    assert former(repository(p=(A,), q=(A,)), repository(x=(A,), y=(A,))) == {"x": "p", "y": "q"}


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (A, SAME_SLI, "a -> b renamed"),
        (A, SAME_NAME, "a -> a same"),
        (A, NEITHER, ""),
        (part(REFERENCE, name="a"), part(REFERENCE, name="a"), "a -> a same"),
        (part(REFERENCE, name="a"), part(REFERENCE, name="b"), ""),
    ],
)
def test_an_slo_of_another_name_is_known_by_its_sli(before: str, after: str, kept: str) -> None:
    sides = (loaded(repository(shop=(text,)))[0] for text in (before, after))
    base, head = sides
    changes = Context(today=TODAY, catalog=head, base=base).slo_changes
    names = [
        f"{change.old.value.metadata.name} -> {change.new.value.metadata.name} {change.how}"
        for change in changes.kept
    ]
    assert ", ".join(names) == kept
    assert [slo.value.metadata.name for slo in changes.gone] == ([] if kept else ["a"])
