"""The result of a backtest: what is read of a file, and which of it counts for an objective."""

import json
from pathlib import Path
from typing import Any

import pytest

from reliability.check.facts.evidence import BacktestEvidence, read_evidence
from reliability.check.facts.facts import Facts
from reliability.errors import EvidenceError
from reliability.resolve.digest import definition_digest
from reliability.resolve.objectives import objectives
from tests.check.evidence import evidence_values
from tests.check.examples import minimal_files
from tests.check.repository import loaded

WAY_OUT = "write it with `reliability backtest --format json`"
FIRED = {"new": {"episodes": 1, "per_week": 0.5, "intervals": []}}


def evidence(environment: str = "", **parts: Any) -> dict[str, Any]:
    return {**evidence_values(parts), "environment": environment}


def measured(environment: str = "", **parts: Any) -> BacktestEvidence:
    return BacktestEvidence.model_validate(evidence(environment, **parts))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "has no version, but version 2 is required"),
        ("2", "has no version, but version 2 is required"),
        ({"version": None}, "has no version, but version 2 is required"),
        ({"version": 1}, "has version 1, but version 2 is required"),
        ({"version": "2"}, "has version '2', but version 2 is required"),
        ({"version": 3}, "has version 3, but version 2 is required"),
        ({**evidence(), "span": None}, "is not a backtest result: span"),
        ({**evidence(), "slos": [{}]}, "is not a backtest result: slos.0.service"),
        (
            {"version": 2, "environments": [evidence(), {**evidence(), "base": 1}]},
            "is not a backtest result: base",
        ),
    ],
)
def test_a_file_that_is_not_evidence_says_why(values: object, message: str, tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(EvidenceError) as refused:
        read_evidence(path)
    assert str(refused.value) == f"{path} {message}; {WAY_OUT}"


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"^.*: is a directory$"):
        read_evidence(tmp_path)
    with pytest.raises(EvidenceError, match=r"^.*/none: no such file or directory$"):
        read_evidence(tmp_path / "none")


def test_a_file_has_one_result_or_one_for_each_environment(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(evidence()), encoding="utf-8")
    assert [one.environment for one in read_evidence(path)] == [""]
    both = {"version": 2, "environments": [evidence("a"), evidence("b")]}
    path.write_text(json.dumps(both), encoding="utf-8")
    assert [one.environment for one in read_evidence(path)] == ["a", "b"]
    path.write_text(json.dumps({"version": 2, "environments": []}), encoding="utf-8")
    assert read_evidence(path) == ()


def test_facts_hold_the_evidence_of_all_apart_from_that_of_each_environment() -> None:
    first, second, whole = measured("a"), measured("b"), measured()
    facts = Facts.of([first, whole, second, measured()], amtool="refused")
    assert facts == Facts(evidence=whole, amtool="refused", in_environments=(first, second))
    assert Facts.of([first]) == Facts(in_environments=(first,))
    assert Facts.of([]) == Facts()


@pytest.mark.parametrize(
    ("digest", "is_used"), [(None, True), ("its own", True), ("0" * 64, False)]
)
def test_rows_of_an_objective_count_while_its_definition_is_the_same(
    digest: str | None, is_used: bool
) -> None:
    [objective] = objectives(loaded(minimal_files())[0])
    own = definition_digest(objective) if digest == "its own" else digest
    of = measured(
        objectives=[{"digest": own}, {"slo": "other"}],
        slos=[
            {"tier": "alert", **FIRED},
            {"tier": "ticket", "new": None},
            {"tier": "log", "new": {"no_history": "none"}},
            {"tier": "alert", "slo": "other", **FIRED},
            {"tier": "ticket", **FIRED},
        ],
    )
    measurement = of.of(objective)
    assert (measurement is not None) is is_used
    assert [tier for tier, _ in of.rows(objective)] == (["alert", "ticket"] if is_used else [])


def test_an_objective_that_was_not_measured_has_no_rows() -> None:
    [objective] = objectives(loaded(minimal_files())[0])
    of = measured(objectives=[{"slo": "other"}], slos=[{"tier": "alert", **FIRED}])
    assert of.of(objective) is None
    assert list(of.rows(objective)) == []


@pytest.mark.parametrize(
    ("parts", "concerned"),
    [
        ({"kind": "incident", "slo": ""}, "attendance a, attendance b"),
        ({"kind": "incident", "slo": "a"}, "attendance a, attendance b"),
        ({"kind": "incident", "slo": "a", "slos": ["b"]}, "attendance b"),
        ({"kind": "event", "slo": "a"}, "attendance a"),
        ({"kind": "event", "slo": "a", "slos": ["b"]}, "attendance b"),
    ],
)
def test_an_incident_concerns_the_slos_that_it_names_or_all(
    parts: dict[str, Any], concerned: str
) -> None:
    times = {"start": "2026-11-02T00:00:00Z", "end": "2026-11-02T01:00:00Z"}
    [incident] = measured(incidents=[{**times, **parts, "new": "caught"}]).incidents
    pairs = [(service, slo) for service in ("attendance", "desk") for slo in ("a", "b")]
    shown = (f"{service} {slo}" for service, slo in pairs if incident.concerns(service, slo))
    assert ", ".join(shown) == concerned
