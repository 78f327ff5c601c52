"""Documents of OpenSLO v1 get the verdicts of its reference validator (the SDK in Go)."""

import csv
from pathlib import Path, PurePosixPath

from reliability.finding import Severity
from reliability.load.loader import load

OTHER_VERSIONS = ("v1alpha/",)
OLDER_YAML = {"annotation_prefix.yaml"}
"""`x: y`, which Go reads as YAML 1.1 and refuses; it is a text in YAML 1.2, and we warn."""


def verdicts(folder: Path, column: int) -> dict[str, bool]:
    with (folder / "verdicts.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {
        row[0]: row[column] == "VALID"
        for row in rows
        if (folder / row[0]).is_file() and not row[0].startswith(OTHER_VERSIONS)
    }


def accepted(folder: Path, name: str) -> bool:
    _, findings = load([(PurePosixPath(name), (folder / name).read_bytes())])
    return all(finding.severity is not Severity.ERROR for finding in findings)


def test_the_fixtures_of_oslo_are_judged_as_the_reference_does(corpora: Path) -> None:
    folder = corpora / "openslo-v1"
    expected = verdicts(folder, column=2)
    assert len(expected) >= 50
    assert {name: accepted(folder, name) for name in expected} == expected


def test_probes_of_single_rules_are_judged_as_the_reference_does(corpora: Path) -> None:
    folder = corpora / "openslo-v1-probes"
    expected = verdicts(folder, column=1)
    assert len(expected) >= 48
    differing = {name for name, good in expected.items() if accepted(folder, name) != good}
    assert differing == OLDER_YAML
