"""Both rule corpora: every rule and each of its fields is in a draft or in a diagnostic."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reliability.convert.converter import ConversionOptions, Original
from reliability.convert.converters import convert
from reliability.convert.gathering import GatheredFiles, gather
from reliability.convert.names import slug
from reliability.convert.originals import read_originals
from reliability.convert.prometheus_rules.groups import ENDS, GENERIC, groups_of
from reliability.finding import Severity
from reliability.load.document import parse
from reliability.location import Pointer
from reliability.model.kind import parse_duration
from tests.convert.imported import document, findings

Corpus = tuple[tuple[Original, ...], GatheredFiles]
NAMES = ("awesome-prometheus-alerts", "kube-prometheus")

BURNING = "becomes the burn-rate alert of"


@pytest.fixture(scope="module", params=NAMES)
def corpus(request: pytest.FixtureRequest, corpora: Path) -> Corpus:
    folder = corpora / "prometheus-rules" / request.param
    read = read_originals(folder, [folder])
    assert not read.unreadable
    return read.originals, gather(convert(read.originals, ConversionOptions()), ConversionOptions())


def alerts(originals: tuple[Original, ...]) -> Iterator[tuple[str, Pointer, dict[str, Any]]]:
    for original in originals:
        for group in groups_of(original):
            if hasattr(group, "rules"):
                for rule in group.rules():
                    yield str(original.path), rule.origin.pointer, rule.values


def signals(gathered: GatheredFiles) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path, text in gathered.files.items():
        if path.name == "alert-policy.yaml":
            [policy] = parse(path, text.encode()).documents
            found += policy.values["spec"].get("signals", [])
    return found


def diagnostics_by_place(gathered: GatheredFiles) -> dict[tuple[str, Pointer], list[str]]:
    found: dict[tuple[str, Pointer], list[str]] = {}
    for each in gathered.diagnostics:
        at = each.problem.at
        found.setdefault((str(at.path), at.pointer), []).append(each.problem.message)
    return found


def fields(rule: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for key, value in rule.items():
        if isinstance(value, dict):
            yield from ((key, inner) for inner in value)
        else:
            yield (key,)


OURS = {
    ("for",): "for",
    ("keep_firing_for",): "keepFiringFor",
    ("annotations", "summary"): "summary",
    ("annotations", "description"): "description",
    ("annotations", "runbook_url"): "runbook",
}


def is_carried(field: tuple[str, ...], rule: dict[str, Any], signal: dict[str, Any]) -> bool:
    value = rule[field[0]][field[1]] if len(field) == 2 else rule[field[0]]
    if field[0] == "labels":
        return str(signal["labels"].get(field[1])) == str(value)
    ours = OURS.get(field, field[0])
    if field == ("for",) and not parse_duration(value):
        return ours not in signal
    return str(signal.get(ours, "")).strip() == str(value).strip()


def test_every_alert_and_each_of_its_fields_is_in_a_draft_or_a_diagnostic(corpus: Corpus) -> None:
    originals, gathered = corpus
    said = diagnostics_by_place(gathered)
    by_expr: dict[str, list[dict[str, Any]]] = {}
    for each in signals(gathered):
        by_expr.setdefault(each["expr"], []).append(each)
    dropped: list[object] = []
    for path, pointer, rule in alerts(originals):
        if "alert" not in rule:
            continue
        moved = " ".join(said.get((path, (*pointer, "alert")), ()))
        candidates = by_expr.get(rule["expr"].strip(), [])
        for field in fields(rule):
            shown = "labels" if field == ("labels",) else ".".join(field)
            told = said.get((path, (*pointer, *field))) or (
                BURNING in moved and (shown in moved or field[0] in ("alert", "expr"))
            )
            runbook = BURNING in moved and field[-1] == "runbook_url"
            if field == ("alert",):
                carried = any(each["name"] == rule["alert"] for each in candidates)
            else:
                carried = any(is_carried(field, rule, each) for each in candidates)
            if not (told or runbook or carried):
                dropped.append((path, pointer, field))
    assert dropped == []


def test_every_recording_is_named_in_the_diagnostic_of_its_group(corpus: Corpus) -> None:
    originals, gathered = corpus
    said = diagnostics_by_place(gathered)
    for path, pointer, rule in alerts(originals):
        if "record" in rule:
            group = said[path, (*pointer[:-2], "name")]
            assert any(rule["record"] in message for message in group)


def test_as_many_alerts_come_out_as_went_in_and_none_is_an_alert(corpus: Corpus) -> None:
    originals, gathered = corpus
    before = sum("alert" in rule for _, _, rule in alerts(originals))
    burning = sum(BURNING in each.problem.message for each in gathered.diagnostics)
    tiers = Counter(each["tier"] for each in signals(gathered))
    assert before == tiers.total() + burning
    assert set(tiers) == {"ticket", "log"}


def test_errors_are_only_what_people_have_to_decide(corpus: Corpus) -> None:
    _, gathered = corpus
    errors = [each for each in findings(gathered) if each.severity is Severity.ERROR]
    decided = {"team-unknown", "alert-without-runbook", "heartbeat-missing"}
    others = [each for each in errors if each.rule not in decided]
    # Two of Traefik count to 0; one of Alertmanager matches integration!~".*".
    assert {each.rule for each in others} <= {"signal-never-fires", "selector-excludes-all"}
    empty = [each for each in others if "count of nothing" in each.problem.message]
    folders = {str(each.problem.at.path.parent) for each in empty}
    assert folders <= {"services/traefik", "services/embedded-exporterv1"}


def test_no_service_is_called_after_a_folder_that_says_what_lies_in_it(corpus: Corpus) -> None:
    originals, gathered = corpus
    services = {path.parts[1] for path in gathered.files if path.parts[0] == "services"}
    named = {
        group.name for each in originals for group in groups_of(each) if hasattr(group, "name")
    }
    said = {slug(ENDS.sub("", name.replace("/", "-"))) for name in named}
    assert {name for name in services if GENERIC.fullmatch(name)} <= said, "its group says so"
    assert not services & {"rules", "alerts", "gen", "prometheus-rules", "monitoring"}


def test_the_burn_rate_of_the_api_server_is_two_promises(corpora: Path) -> None:
    folder = corpora / "prometheus-rules" / "kube-prometheus"
    read = read_originals(folder, [folder / "kubernetesControlPlane-prometheusRule.yaml"])
    gathered = gather(convert(read.originals, ConversionOptions()), ConversionOptions())
    policy = document(gathered, "services/kube-apiserver-slos/alert-policy.yaml")
    assert [(each["slo"], each["windows"]) for each in policy["spec"]["objectives"]] == [
        ("apiserver-request-read", "google-30d"),
        ("apiserver-request-write", "google-30d"),
    ]
    assert "signals" not in policy["spec"]
    slo = document(gathered, "services/kube-apiserver-slos/slo.yaml")
    assert slo["spec"]["objectives"] == [{"target": 0.99}]
    assert slo["metadata"]["annotations"]["reliability/group-by"] == "cluster"
    metrics = slo["spec"]["indicator"]["spec"]["ratioMetric"]
    assert metrics["total"]["metricSource"]["spec"]["query"] == (
        'apiserver_request_total{job="apiserver",verb=~"LIST|GET"}'
    )
    assert not any(each.rule.startswith(("sli-query", "slo-not")) for each in findings(gathered))
