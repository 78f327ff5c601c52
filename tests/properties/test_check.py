"""Whatever is written in a repository, check ends with findings on lines that are there."""

import json
from pathlib import PurePosixPath
from typing import Any
from unicodedata import category

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.check.engine.run import BUG
from reliability.check.report.checked import Checked
from reliability.check.report.json import json_report
from reliability.check.report.text import text_report
from reliability.render.display import CONTROLS
from tests.check.examples import minimal_files
from tests.check.repository import checked, loaded

FILES = {path: text for path, text in minimal_files().items() if path.endswith(".yaml")}
MORE = {
    "policies/slo.yaml": "apiVersion: reliability/v1\nkind: SloPolicy\nmetadata: {name: slo}\n"
    "spec: {periods: [30d], targets: {min: 0.9, max: 0.9999}, defaultWindows: google-30d}\n",
    "policies/waivers.yaml": "apiVersion: reliability/v1\nkind: Waivers\nmetadata: {name: w}\n"
    "spec:\n  waivers:\n    - {rule: alert-for-cause, service: attendance, reason: r,"
    " approver: '@a', until: 2026-12-01}\n",
    "policies/rules.yaml": "apiVersion: reliability/v1\nkind: RulePolicy\nmetadata: {name: r}\n"
    "spec: {rules: {alert-for-cause: {severity: warning, locked: true}}}\n",
}
REPOSITORY = {**FILES, **MORE}

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates().map(str),
    st.text(max_size=20),
    st.sampled_from(
        ["TODO", "../..", "0s", "100%", "30d", "x[5m]", "sum(x)", "rate(x[{{.window}}])", "{{"]
    ),
    st.just([]),
    st.just({}),
    st.lists(st.integers(), max_size=2),
)


def places(value: Any, route: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [route] if route else []
    for step, part in inner:
        deeper = places(part, (*route, step)) if isinstance(part, dict | list) else []
        found += deeper or [(*route, step)]
    return found


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, str]:
    """The repository with up to three values replaced or taken out."""
    files = dict(REPOSITORY)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(sorted(files)))
        values = yaml.safe_load(files[path])
        routes = places(values) if isinstance(values, dict | list) else []
        if not routes:
            continue
        *parents, last = draw(st.sampled_from(routes))
        holder = values
        for step in parents:
            holder = holder[step]
        if draw(st.booleans()):
            del holder[last]
        else:
            holder[last] = draw(JUNK)
        files[path] = yaml.safe_dump(values, allow_unicode=True)
    return files


@settings(max_examples=100, deadline=None)
@given(damaged())
def test_a_damaged_repository_has_findings_and_no_bug(files: dict[str, str]) -> None:
    findings = checked(files)
    assert [each.problem.message for each in findings if each.rule == BUG] == []
    for finding in findings:
        at = finding.problem.at
        lines = files[at.path.as_posix()].split("\n")
        assert 1 <= at.span.line <= len(lines)
        assert 1 <= at.span.column <= len(lines[at.span.line - 1]) + 1
    texts = loaded(files)[0].texts
    json_text = json_report(Checked(findings=findings, texts=texts))
    report = [*text_report(findings, texts), *json_text.split("\n")]
    assert {category(each) for line in report for each in line} & CONTROLS == set()
    assert len(json.loads(json_text)["findings"]) == len(findings)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(REPOSITORY)), st.binary(max_size=40), st.integers(0, 400))
def test_bytes_in_a_file_are_findings_at_most(path: str, junk: bytes, offset: int) -> None:
    from reliability.load.loader import load

    data = {name: text.encode() for name, text in REPOSITORY.items()}
    data[path] = data[path][:offset] + junk + data[path][offset:]
    _, findings = load([(PurePosixPath(name), each) for name, each in data.items()])
    assert {finding.problem.at.path.as_posix() for finding in findings} <= {path}
