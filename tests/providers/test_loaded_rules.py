"""Whether a Prometheus runs a rule file: equal however it is worded, different where it matters."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from reliability.build import Output, write
from reliability.pipeline import compile_catalog, load_repository
from reliability.providers.disk import Disk
from reliability.providers.loaded_files import LoadedFiles, LookedAt, evaluation_error
from reliability.providers.loaded_rules import duration_seconds, is_same_expression, mismatch
from reliability.providers.rules_api import LoadedGroup, RulesApi
from tests.live.repository import PROJECT
from tests.providers.worlds import connect, prometheus_target
from tests.servers.generation import Generation
from tests.servers.prometheus import prometheus_config, run_prometheus

FILE: dict[str, Any] = {
    "groups": [
        {
            "name": "slo",
            "interval": "90s",
            "limit": 5,
            "labels": {"team": "a"},
            "rules": [
                {"record": "a:b", "expr": "sum(rate(x[5m]))  by (job)", "labels": {"empty": ""}},
                {
                    "alert": "Burn",
                    "expr": "a:b>1e3",
                    "for": "1h30m",
                    "keep_firing_for": "5m",
                    "labels": {"tier": "alert"},
                    "annotations": {"summary": "{{ $value }}"},
                },
            ],
        },
        {"name": "none", "rules": []},
    ]
}


def loaded(**of_alert: object) -> LoadedGroup:
    """What a Prometheus says of FILE, with some of the alert's fields otherwise."""
    record = {
        "name": "a:b",
        "type": "recording",
        "query": "sum by (job) (rate(x[5m]))",
        "labels": {"team": "a"},
    }
    alert = {
        "name": "Burn",
        "type": "alerting",
        "query": "a:b > 1000",
        "duration": 5400,
        "keepFiringFor": 300,
        "labels": {"team": "a", "tier": "alert"},
        "annotations": {"summary": "{{ $value }}"},
    }
    group = {"name": "slo", "file": "/rules/slo.yml", "interval": 90, "limit": 5}
    return LoadedGroup.model_validate({**group, "rules": [record, {**alert, **of_alert}]})


def test_what_a_server_words_otherwise_is_the_same() -> None:
    assert mismatch(FILE, [loaded()], is_same_expression) is None


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"query": "a:b > 1001"}, "`expr` of Burn differs from the file"),
        ({"duration": 60}, "`for` of Burn differs from the file"),
        ({"keepFiringFor": 0}, "`keep_firing_for` of Burn differs from the file"),
        ({"labels": {"tier": "alert"}}, "`labels` of Burn differs from the file"),
        ({"annotations": {}}, "`annotations` of Burn differs from the file"),
        ({"name": "Other"}, "the name of Other differs from the file"),
        ({"type": "recording"}, "the kind of Burn differs from the file"),
    ],
)
def test_what_differs_is_named(otherwise: dict[str, object], said: str) -> None:
    assert mismatch(FILE, [loaded(**otherwise)], is_same_expression) == f"group slo: {said}"


def test_groups_that_are_missing_or_too_many_are_named() -> None:
    assert mismatch(FILE, [], is_same_expression) == "group slo does not run"
    other = loaded().model_copy(update={"name": "other"})
    said = mismatch(FILE, [loaded(), other], is_same_expression)
    assert said == "group other runs but is not in the file"


def test_settings_of_a_group_are_compared() -> None:
    slower = loaded().model_copy(update={"interval": 60.0})
    said = mismatch(FILE, [slower], is_same_expression)
    assert said == "group slo: its interval is 60 s instead of 90s"
    shorter = loaded().model_copy(update={"rules": loaded().rules[:1]})
    said = mismatch(FILE, [shorter], is_same_expression)
    assert said == "group slo: it runs 1 rules instead of 2"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5m", 300), ("1h30m", 5400), ("250ms", 0.25), ("1d", 86400), ("2w", 1209600), ("0", 0)],
)
def test_durations_are_read_as_prometheus_writes_them(text: str, seconds: float) -> None:
    assert duration_seconds(text) == seconds


def test_of_a_file_that_is_not_compared_only_rules_with_an_error_are_kept() -> None:
    groups = [
        loaded(health="ok").model_copy(update={"file": f"/rules/{name}.yml"})
        for name in ("compared", "fine")
    ]
    groups.append(loaded(health="err", lastError="too many").model_copy(update={"name": "broken"}))
    groups.append(loaded().model_copy(update={"file": "/others/mine.yml"}))
    looked_at = LookedAt(names=("compared.yml", "fine.yml"), compared=("compared.yml",))
    there = LoadedFiles.of(Path("/rules"), groups, looked_at)
    kept = {
        name: [(group.name, [rule.name for rule in group.rules]) for group in of_file]
        for name, of_file in there.ours.items()
    }
    assert kept == {
        "compared.yml": [("slo", ["a:b", "Burn"])],
        "fine.yml": [("slo", [])],
        "slo.yml": [("broken", ["Burn"])],
    }
    # Files that nobody looks for are those of other tools.
    assert there.others == {}


def test_at_most_three_rules_with_an_error_are_named() -> None:
    groups = tuple(loaded(name=f"Burn{number}", lastError=f"error {number}") for number in range(5))
    text = evaluation_error(groups)
    assert text is not None
    assert text.split("; ") == [
        *(
            f"rule Burn{number} of group slo cannot be evaluated: error {number}"
            for number in range(3)
        ),
        "and 2 more rules",
    ]


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.servers
def test_a_real_server_runs_the_shipped_rules_as_they_are_compiled(
    generation: Generation, tmp_path: Path, closing: ExitStack
) -> None:
    compiled, _ = compile_catalog(load_repository(PROJECT).catalog)
    rules = [resource for resource in compiled if resource.id.target == "prometheus"]
    list(write(rules, Output(tmp_path, Disk(writable=True, durable=False))))
    folder = tmp_path / "prometheus"
    with run_prometheus(generation, tmp_path, prometheus_config(rules=["prometheus/*.yml"])) as ran:
        server = connect(prometheus_target(ran.url, folder), False, closing)
        names = frozenset(f"{resource.id.name}.yml" for resource in rules)
        looked_at = LookedAt(names=names, compared=names)
        running = LoadedFiles.of(folder, RulesApi(server).groups(), looked_at)
    assert rules
    for resource in rules:
        path = folder / f"{resource.id.name}.yml"
        found = running.running(path, resource.body, is_same_expression)
        assert (found.differs, bool(found.groups)) == (None, True)


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ('sum by(a)(rate(x{b="c  d"}[5m]))\n', 'sum by (a) (rate(x{b="c  d"} [5m]))', True),
        ("(\n  a\nand\n  b\n) > bool 1", "(a and b) > bool 1", True),
        ("sum(x) by (a)", "sum by (a) (x)", True),
        ("a or:b", "a or :b", False),
        ('x{b="c  d"}', 'x{b="c d"}', False),
        (r'x{b="\" c"}', r'x{b="\"c"}', False),
        ("x{b='c d'}", "x{b='cd'}", False),
        ("x # a\n + y", "x # a + y", False),
        ("x # a\n", "x", True),
    ],
)
def test_expressions_are_the_same_whatever_their_layout(ours: str, theirs: str, same: bool) -> None:
    assert is_same_expression(ours, theirs) is same


@pytest.mark.servers
def test_an_expression_that_only_the_server_can_compare_is_asked_for(
    generation: Generation, tmp_path: Path, closing: ExitStack
) -> None:
    with run_prometheus(generation, tmp_path, prometheus_config()) as ran:
        server = connect(prometheus_target(ran.url, tmp_path), False, closing)
        api = RulesApi(server)
        assert api.formatted("x>1") == api.formatted("x  >  1")
        assert api.formatted("x>1") != api.formatted("x>2")
