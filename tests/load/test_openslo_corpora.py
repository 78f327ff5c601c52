"""Documents of OpenSLO v1 get the verdicts of its reference validator (the SDK in Go).

Judged as `reliability check --documents-only FILE` does: a file with no error is good.
"""

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import yaml

from reliability.finding import Finding, Severity
from reliability.load.loader import load
from reliability.pipeline import Repository, check_documents
from tests.load.openslo_probes import DIFFERENCES, probes
from tests.project.repository import ROOT

PAGE = (ROOT / "docs/reference/openslo.md").read_text(encoding="utf-8")
OTHER_VERSIONS = ("v1alpha/",)
OLDER_YAML = {"annotation_prefix.yaml"}
"""`x: y`, which Go reads as YAML 1.1 and refuses; it is a text in YAML 1.2, and we warn."""
NOT_LOOKED_AT = {
    'slo.go: SLO {"spec/indicator": "<absent>", "spec/indicatorRef": "s", '
    '"spec/objectives/0/op": "foo"}',
    'slo.go: SLO {"spec/objectives/0/timeSliceTarget": 5}',
    'slo.go: SLO {"spec/objectives/0/timeSliceWindow": "30s"}',
    'slo.go: SLO {"spec/objectives/0/timeSliceWindow": ""}',
    'slo.go: SLO {"spec/budgetingMethod": "RatioTimeslices", '
    '"spec/objectives/0/timeSliceWindow": "5m", "spec/objectives/0/timeSliceTarget": 7}',
    'slo.go: SLO {"spec/objectives/0/compositeWeight": 0}',
    'sli.go: SLI {"spec/ratioMetric/rawType": "foo"}',
}
"""Wrong values of fields that the form of the SLO leaves unread; the reference does not look."""
SDK_VERDICTS = {
    "alert_conditions.yaml": True,
    "alert_notification_targets.yaml": True,
    "alert_policies.yaml": True,
    "data_sources.yaml": True,
    "services.yaml": True,
    "slis.yaml": True,
    "slos.yaml": False,
}
"""`op: gt` on a ratio: the SDK refuses an example of its own."""


def verdicts(folder: Path, column: int) -> dict[str, bool]:
    with (folder / "verdicts.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {
        row[0]: row[column] == "VALID"
        for row in rows
        if (folder / row[0]).is_file() and not row[0].startswith(OTHER_VERSIONS)
    }


def found_in(name: str, content: bytes) -> list[Finding]:
    catalog, findings = load([(PurePosixPath(name), content)])
    return check_documents(Repository(root=Path(), catalog=catalog, findings=tuple(findings)))


def is_good(name: str, content: bytes) -> bool:
    return all(each.severity is not Severity.ERROR for each in found_in(name, content))


def differing(folder: Path, expected: Mapping[str, bool]) -> set[str]:
    return {
        name
        for name, good in expected.items()
        if is_good(name, (folder / name).read_bytes()) != good
    }


def test_the_fixtures_of_oslo_are_judged_as_the_reference_does(corpora: Path) -> None:
    folder = corpora / "openslo-v1"
    expected = verdicts(folder, column=2)
    assert len(expected) == 53
    assert differing(folder, expected) == set()


def test_probes_of_single_rules_are_judged_as_the_reference_does(corpora: Path) -> None:
    folder = corpora / "openslo-v1-probes"
    expected = verdicts(folder, column=1)
    assert len(expected) == 48
    assert differing(folder, expected) == OLDER_YAML


def test_the_examples_of_the_sdk_are_judged_as_it_does_itself(corpora: Path) -> None:
    folder = corpora / "openslo-sdk" / "examples"
    assert {path.name for path in folder.iterdir()} == set(SDK_VERDICTS)
    assert differing(folder, SDK_VERDICTS) == set()


def test_every_good_file_is_good_as_a_list_and_as_json(corpora: Path) -> None:
    folder = corpora / "openslo-v1-probes"
    for name, good in verdicts(folder, column=1).items():
        if name in OLDER_YAML:
            continue
        text = (folder / name).read_text(encoding="utf-8")
        objects = [each for each in yaml.safe_load_all(text) if each is not None]
        assert is_good("list.yaml", json.dumps(objects).encode()) == good, name
        documents = "\n---\n".join(json.dumps([each]) for each in objects)
        assert is_good("lists.yaml", documents.encode()) == good, name


def test_what_the_corpora_lack_is_judged_as_the_source_of_the_reference_says() -> None:
    judged = {each.name: is_good("x.yaml", each.text.encode()) for each in probes()}
    expected = {each.name: each.is_valid for each in probes()}
    assert len(judged) == len(list(probes())) >= 165
    assert {name for name, good in judged.items() if good != expected[name]} == NOT_LOOKED_AT


def test_the_page_names_each_difference_on_purpose_and_no_other() -> None:
    rows = re.findall(r"^\| (.+?) \| (accepts|refuses) \| (accepts|refuses)[^|]* \|", PAGE, re.M)
    assert rows == [(each.written, each.reference, each.ours) for each in DIFFERENCES]


def test_each_difference_on_purpose_is_one_and_says_its_rule() -> None:
    for each in DIFFERENCES:
        assert is_good("x.yaml", each.text.encode()) == (each.ours == "accepts"), each.written
        rules = {finding.rule for finding in found_in("x.yaml", each.text.encode())}
        assert each.rule in rules if each.rule else not rules, each.written
        assert each.rule is None or f"`{each.rule}`" in PAGE
        assert each.reference != each.ours
