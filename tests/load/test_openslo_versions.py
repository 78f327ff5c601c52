"""Other versions of OpenSLO are recognized, and one finding a document says what to write."""

from pathlib import Path, PurePosixPath

from reliability.finding import Finding
from reliability.load.loader import load

EARLIER = """\
apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: requests}
spec:
  service: web
  budgetingMethod: Timeslices
  timeWindows: [{count: 4, unit: Week, isRolling: true}]
  objectives:
    - ratioMetrics:
        incremental: true
        good: {source: prometheus, queryType: promql, query: good_total}
        total: {source: prometheus, queryType: promql, query: requests_total}
      value: 1
      target: 0.99
      timeSliceTarget: 0.95
"""
AS_TOLD = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: requests}
spec:
  service: web
  budgetingMethod: Timeslices
  timeWindow: [{duration: 4w, isRolling: true}]
  indicator:
    metadata: {name: requests}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: promql, spec: {query: good_total}}}
        total: {metricSource: {type: promql, spec: {query: requests_total}}}
  objectives:
    - target: 0.99
      timeSliceTarget: 0.95
      timeSliceWindow: 5m
"""
LATER = """\
apiVersion: openslo.com/v2alpha
kind: SLO
metadata: {name: requests}
spec:
  serviceRef: web
  sli:
    metadata: {name: requests}
    spec:
      ratioMetric:
        good: {dataSourceRef: ours, spec: {query: good_total}}
        total: {dataSourceRef: ours, spec: {query: requests_total}}
  unknown: true
"""


def found(text: str) -> list[Finding]:
    return load([(PurePosixPath("slo.yaml"), text.encode())])[1]


def test_an_earlier_version_is_one_finding_with_what_to_write() -> None:
    [finding] = found(EARLIER)
    assert finding.rule == "document-value"
    assert finding.problem.at.span.line == 1
    assert finding.problem.message == "unknown apiVersion openslo/v1alpha"
    assert finding.problem.help == (
        "write apiVersion: openslo/v1; write timeWindows as timeWindow with duration: 4w; write "
        "ratioMetrics of the objectives as one indicator: {metadata: {name: ...}, spec: "
        "{ratioMetric: ...}}, incremental as counter, good and total with metricSource: {type: "
        "<queryType>, spec: {query: <query>}}; remove value, which is for thresholds: the SLI is a "
        "ratio; add timeSliceWindow to each objective, such as 5m"
    )


def test_what_is_written_as_told_is_read() -> None:
    assert found(AS_TOLD) == []


def test_a_later_version_names_the_keys_that_are_called_otherwise() -> None:
    [finding] = found(LATER)
    assert finding.problem.message == "unknown apiVersion openslo.com/v2alpha"
    assert finding.problem.help == (
        "write apiVersion: openslo/v1; write sli as indicator; write serviceRef as service; write "
        "dataSourceRef as metricSource.metricSourceRef, with its spec as metricSource.spec"
    )


def test_a_document_that_needs_nothing_else_is_told_only_the_version() -> None:
    [finding] = found("apiVersion: openslo/v1alpha\nkind: Service\nmetadata: {name: web}\n")
    assert finding.problem.help == "write apiVersion: openslo/v1"


def test_nonsense_under_another_version_is_still_one_finding() -> None:
    for spec in ("[]", "{timeWindows: 3}", "{timeWindows: [{count: x}]}", "null", "{a: [[{}]]}"):
        text = f"apiVersion: openslo/v1alpha\nkind: SLO\nspec: {spec}\n"
        assert len(found(text)) == 1, spec


def test_every_document_of_another_version_is_one_finding(corpora: Path) -> None:
    paths = sorted((corpora / "openslo-v1" / "v1alpha").iterdir())
    assert len(paths) >= 4
    for path in paths:
        assert len(found(path.read_text(encoding="utf-8"))) == 1, path.name
