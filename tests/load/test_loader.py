"""Loading: every file a finding or a document, and the rest goes on."""

import pickle
from pathlib import PurePosixPath

import pytest

from reliability.finding import Finding
from reliability.load.catalog import Catalog, service_directory
from reliability.load.loader import load
from reliability.model.openslo.service import Service
from reliability.model.ownership import Ownership
from reliability.model.team import Team

OWNER = "apiVersion: reliability/v1\nkind: Ownership\nmetadata: {name: NAME}\n"
OWNER += "spec: {team: workforce, criticality: critical}\n"
SERVICE = "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: NAME}\n"


def loaded(**files: str) -> tuple[Catalog, list[Finding]]:
    """Load files; `a__b` stands for the path `a/b.yaml`."""
    read = [
        (PurePosixPath(name.replace("__", "/") + ".yaml"), text.encode())
        for name, text in files.items()
    ]
    return load(read)


def rules(findings: list[Finding]) -> list[tuple[str, str, int]]:
    return [
        (each.rule, each.problem.at.path.as_posix(), each.problem.at.span.line) for each in findings
    ]


def owner(name: str) -> str:
    return OWNER.replace("NAME", name)


def test_a_file_may_hold_several_documents_and_kinds() -> None:
    catalog, findings = loaded(services__a__all=owner("a") + "---\n" + SERVICE.replace("NAME", "a"))
    assert findings == []
    assert [each.value.service for each in catalog.documents(Ownership)] == ["a"]
    assert [each.value.metadata.name for each in catalog.documents(Service)] == ["a"]


def test_a_document_may_be_a_list_of_objects() -> None:
    text = "- {apiVersion: openslo/v1, kind: Service, metadata: {name: a}}\n"
    text += "- {apiVersion: openslo/v1, kind: Service, metadata: {name: B}}\n"
    catalog, findings = loaded(services__a__list=text)
    assert [each.value.metadata.name for each in catalog.documents(Service)] == ["a"]
    assert rules(findings) == [("document-value", "services/a/list.yaml", 2)]


def test_one_unreadable_file_is_a_finding_and_the_rest_goes_on() -> None:
    catalog, findings = loaded(services__a__ownership="spec: [", services__b__ownership=owner("b"))
    assert rules(findings) == [("document-unreadable", "services/a/ownership.yaml", 1)]
    assert [each.value.service for each in catalog.documents(Ownership)] == ["b"]


def test_documents_before_a_syntax_error_are_kept() -> None:
    catalog, findings = loaded(services__a__ownership=owner("a") + "---\n{")
    assert [finding.rule for finding in findings] == ["document-unreadable"]
    assert [each.value.service for each in catalog.documents(Ownership)] == ["a"]


def test_a_document_with_a_wrong_value_is_not_in_the_catalog() -> None:
    catalog, findings = loaded(services__a__ownership=owner("a").replace("critical}", "high}"))
    assert [finding.rule for finding in findings] == ["document-value"]
    assert list(catalog.everything()) == []
    assert catalog.services == ("a",)


@pytest.mark.parametrize(
    ("text", "rule", "message", "help_text"),
    [
        ("just text", "document-value", "expected a mapping", None),
        (
            "kind: Team\n",
            "document-key-missing",
            "the document has no apiVersion, which is required",
            "add the key apiVersion",
        ),
        (
            "apiVersion: openslo/v1\nkind: SLOs\n",
            "document-value",
            "openslo/v1 has no kind SLOs",
            "did you mean SLO?",
        ),
        (
            "apiVersion: sloth\nkind: x\n",
            "document-value",
            "unknown apiVersion sloth",
            "write one of openslo/v1, reliability/v1",
        ),
    ],
)
def test_what_is_no_document_of_ours_says_what_there_is(
    text: str, rule: str, message: str, help_text: str | None
) -> None:
    _, [finding] = loaded(services__a__x=text)
    problem = finding.problem
    assert (finding.rule, problem.message, problem.help) == (rule, message, help_text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"apiVersion: {'v' * 80}\nkind: x\n", f"unknown apiVersion {'v' * 80}"),
        (f"apiVersion: {'v' * 81}\nkind: x\n", f"unknown apiVersion {'v' * 77}..."),
        (f"apiVersion: openslo/v1\nkind: {'k' * 5000}\n", f"openslo/v1 has no kind {'k' * 77}..."),
        (
            f"apiVersion: openslo/v1\nkind: [{'1,' * 500}]\n",
            f"openslo/v1 has no kind [{'1, ' * 25}1...",
        ),
    ],
)
def test_a_long_api_version_or_kind_is_cut(text: str, message: str) -> None:
    _, [finding] = loaded(services__a__x=text)
    assert finding.problem.message == message


@pytest.mark.parametrize(
    "text",
    [
        "groups: [{name: a, rules: []}]",
        "version: prometheus/v1",
        "{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule}",
        "{apiVersion: backstage.io/v1alpha1, kind: Component}",
    ],
)
def test_what_import_reads_says_so(text: str) -> None:
    [finding] = load([(PurePosixPath("services/a/rules.yaml"), text.encode())])[1]
    assert "`reliability import services/a/rules.yaml`" in (finding.problem.help or "")


def test_review_annotations_are_checked_where_they_stand() -> None:
    text = (
        "apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: a\n  annotations:\n"
        "    reliability/statu: provisional\n    reliability/reviewed: soon\n    other/x: y1\n"
        "spec:\n  service: a\n  indicatorRef: b\n  budgetingMethod: Occurrences\n"
        "  timeWindow: [{duration: 30d, isRolling: true}]\n  objectives: [{target: 0.9}]\n"
    )
    _, findings = loaded(services__a__slo=text)
    assert rules(findings) == [
        ("document-value", "services/a/slo.yaml", 7),
        ("document-key-unknown", "services/a/slo.yaml", 6),
    ]
    assert findings[1].problem.help == "did you mean reliability/status?"


def test_documents_come_in_the_order_of_their_paths() -> None:
    catalog, _ = loaded(services__b__x=owner("b"), services__a__x=owner("a"))
    assert [each.value.service for each in catalog.documents(Ownership)] == ["a", "b"]


def test_a_name_is_found_by_kind_and_the_first_of_two_is_taken() -> None:
    catalog, _ = loaded(
        services__a__x=owner("a"), services__b__x=owner("a"), services__c__x=owner("c")
    )
    found = catalog.find(Ownership, "a")
    assert found is not None
    assert found.document.path == PurePosixPath("services/a/x.yaml")
    assert catalog.find(Team, "a") is None
    assert catalog.find(Ownership, "b") is None


def test_the_base_of_alertmanager_is_kept_as_it_is() -> None:
    path = PurePosixPath("policies/alertmanager.base.yml")
    catalog, findings = load([(path, b"route: {receiver: mail}\n")])
    assert findings == []
    assert catalog.raw[path].values == {"route": {"receiver": "mail"}}
    assert list(catalog.everything()) == []


def test_services_are_the_directories_that_hold_something() -> None:
    catalog, _ = loaded(services__b__x=owner("b"), policies__x=owner("c"), services__x=owner("d"))
    assert catalog.services == ("b",)
    assert service_directory(PurePosixPath("services/b/deep/x.yaml")) == "b"
    assert service_directory(PurePosixPath("services/x.yaml")) is None
    assert service_directory(PurePosixPath("policies/teams/x.yaml")) is None


def test_what_was_loaded_can_go_to_another_process() -> None:
    catalog, _ = loaded(services__a__x=owner("a"))
    [sent] = pickle.loads(pickle.dumps(tuple(catalog.documents(Ownership))))
    assert sent.value.spec.team == "workforce"
    assert sent.at("spec", "team") == next(catalog.documents(Ownership)).at("spec", "team")


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (1000, None),
        (1001, "1 more finding in this file; the first 1,000 are shown"),
        (1002, "2 more findings in this file; the first 1,000 are shown"),
    ],
)
def test_of_a_file_the_first_thousand_findings_are_shown(faults: int, said: str | None) -> None:
    wrong = owner("a").replace("critical}", "high}")
    _, findings = loaded(services__a__all="---\n".join([wrong] * faults))
    last = findings[-1].problem
    if said is None:
        assert (len(findings), str(last.help)) == (1000, str(findings[0].problem.help))
    else:
        assert (len(findings), str(last.message)) == (1001, said)
        assert str(last.help) == "fix those that are shown first"
        assert last.at.span.line == 1000 * 5 + 4
