"""What many custom rules find, which of them are refused, and how cases end, in golden files.

`pytest tests/check/custom/test_many_rules.py --update-golden` rewrites them; read what has changed.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.check.custom.cases import run_cases
from reliability.check.custom.child import answers
from reliability.check.custom.fields import VARIABLES
from reliability.check.custom.findings import rule_request
from reliability.check.custom.typed import Typed
from reliability.check.custom.written import written as written_rules
from tests.check.custom.policies import HEAD, PATH
from tests.check.custom.test_worlds import repository, worlds
from tests.check.examples import Files
from tests.check.repository import checked, loaded
from tests.check.test_messages import written
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
NESTED: Final = "[1,2,3,4,5,6,7,8,9,10].all(a, "
LOOPS: Final = NESTED * 5 + "true" + ")" * 5
DEEP: Final = "(" * 400 + "true" + ")" * 400


def found(subject: str, message: str, **keys: Any) -> dict[str, Any]:
    """A rule that finds something for every subject."""
    return {"subject": subject, "holds": "false", "message": message, **keys}


def refused(subject: str, holds: str, **keys: Any) -> dict[str, Any]:
    """A rule whose condition has a fault, or no value."""
    return {"subject": subject, "holds": holds, "message": "x", **keys}


FOUND: Final = (
    found("service", "{service.name}: {service.files}"),
    found("service", "x", at="spec.criticality", severity="info"),
    found("service", "x", at="spec.dependencies.1", severity="warning"),
    found("service", "x", at="spec.nothing.here"),
    found("slo", "{slo.name} {slo.period} {slo.isCalendar} {slo.groupBy} {size(slo.labels)}"),
    found("slo", "{{{service.name}}} {'{' + \"}\"}", at="spec.timeWindow.0.duration"),
    found("objective", "{slo.name} {objective.name} {objective.target} {objective.tiers}"),
    found("objective", "x", at="displayName"),
    found("signal", "{signal.name} {signal.waits} {signal.tier}"),
    found("signal", "x", at="expr"),
    found("catalog", "{size(catalog.services)} services"),
    found("catalog", "{concerned}", concerns="['plain', 'attendance', 'nobody']"),
    found("catalog", "{concerned}", concerns="catalog.named['plain'].dependencies"),
    found("catalog", "x", concerns="catalog.named['plain'].dependencies"),
    refused("service", "service.name != 'plain'"),
    refused("slo", "slo.period > duration('720h') || slo.name.startsWith('attendance-c')"),
    refused("objective", "objective.target >= 0.95"),
    refused("signal", "has(signal.slo) && signal.labels.exists(l, l == 'queue')"),
    refused("catalog", "catalog.teams.all(t, size(t.services) > 0)"),
)
WITHOUT_VALUE: Final = (
    refused("service", "service.slos[0].name == ''"),
    refused("slo", "slo.labels['tribe'] == ''"),
    refused("objective", "objective.queries['raw'] == ''"),
    refused("signal", "signal.labels['x'] == ''"),
    refused("catalog", "catalog.services[9].name == ''"),
    found("slo", "a {slo.labels['tribe']}"),
    found("catalog", "a {catalog.services[9].name}"),
    found("catalog", "a", concerns="[catalog.services[9].name]"),
    refused("service", LOOPS),
    refused("catalog", LOOPS),
    refused("service", "1 / size(service.slos) > 0"),
)
FAULTS: Final = (
    *(
        refused(subject, holds)
        for subject in VARIABLES
        for holds in ("'a'", "sloo.name == ''", "somewhere.name == ''", f"{subject}.nme == ''")
    ),
    refused("service", "service"),
    refused("service", "service.slos"),
    refused("service", "dyn(true)"),
    refused("service", "service.name =="),
    refused("service", " "),
    refused("service", "service.name.startWith('a')"),
    refused("service", "service . nme == '' && service.nme == ''"),
    refused("service", "true &&\n\n  service.nme == '' ||\n service.x"),
    refused("objective", "objective.target > 1"),
    refused("objective", "1 < objective.target"),
    refused("objective", "objective.period > '720h'"),
    refused("objective", "'720h' > objective.period"),
    refused("objective", "objective.period > 30"),
    refused("objective", "objective.period > 30.5"),
    refused("service", "concerned == ''"),
    refused("service", DEEP),
    found("service", "{service}"),
    found("service", "{service.slos}"),
    found("service", "{service.name} {service.nme} {concerned}"),
    found("slo", "a {slo.labels} {b}"),
    found("catalog", "{concerned} {concernd}", concerns="['a']"),
    found("catalog", "x", concerns="'a'"),
    found("catalog", "x", concerns="[1]"),
    found("catalog", "x", concerns="catalog.services"),
    found("catalog", "x", concerns="['a'] + catalog.x + concerned"),
)
UNREADABLE: Final = (
    refused("service", "true", id="alert-for-cause"),
    refused("service", "true", id="twice"),
    refused("slo", "true", id="twice"),
    refused("service", "true".ljust(4000)),
    refused("service", "true".ljust(4001)),
    found("service", "x" * 4000),
    found("service", "x" * 4001),
    found("catalog", "x", concerns="[]".ljust(4000)),
    found("catalog", "x", concerns="[]".ljust(4001)),
    found("service", "x", concerns="['a']"),
    found("slo", "x", concerns=" "),
    found("catalog", "x", at="metadata.name"),
    found("service", "a { b"),
    found("service", "a } b"),
    found("service", "a {} b"),
    found("service", "a {  } b"),
    found("service", "a {'}"),
    found("service", "}}}"),
)


def policy(rules: Iterable[dict[str, Any]]) -> Files:
    """A repository in which every field has a value, with these rules, one a line."""
    lines = (
        "    - "
        + json.dumps({"id": f"rule-{number:02}", "severity": "error", "help": "do it", **rule})
        for number, rule in enumerate(rules, 1)
    )
    return {**repository(), PATH: HEAD + "\n".join(lines) + "\n"}


def shown(files: Files) -> Iterator[str]:
    """Each finding of custom rules, with its rule if it is about one."""
    lines = files[PATH].split("\n")
    for finding in checked(files):
        at = finding.problem.at
        if not finding.rule.startswith(("rule-", "custom-rule-")):
            continue
        for text in written(finding):
            yield f"{text[:300]}\n"
        if at.path.as_posix() == PATH:
            part = lines[at.span.line - 1][at.span.column - 1 : at.span.end_column - 1]
            yield f"  at {part[:60]}\n"


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("found", FOUND),
        ("without-value", WITHOUT_VALUE),
        ("faults", FAULTS),
        ("unreadable", UNREADABLE),
    ],
)
def test_each_rule_is_reported_in_full(
    golden: Golden, name: str, rules: tuple[dict[str, Any], ...]
) -> None:
    golden.check(GOLDEN / "rules" / f"{name}.txt", "".join(shown(policy(rules))))


def test_the_evaluation_answers_for_each_subject(golden: Golden) -> None:
    """The same in this process, without limits of time and memory."""
    every = worlds(repository())
    services = every.of_services()
    catalog = every.of_catalog(services)
    assert catalog is not None
    typed = Typed()
    data = [
        {name: typed.message(VARIABLES[name][name], value) for name, value in world.data.items()}
        for world in (*services, catalog)
    ]
    lines = []
    rules = written_rules(loaded(policy((*FOUND, *WITHOUT_VALUE, *FAULTS)))[0])
    for index, custom in enumerate(rules):
        for only in (None, (0, len(services))):
            request = rule_request(index, custom, only).sent()
            lines += [f"{custom.rule.id} {only or 'all'}\n"]
            lines += [f"  {json.dumps(answer)}\n" for answer in answers(typed, request, data)]
    golden.check(GOLDEN / "rules" / "answers.txt", "".join(lines))


@pytest.mark.parametrize("more", [0, 1])
def test_a_rule_has_ten_thousand_findings_at_most(more: int) -> None:
    typed = Typed()
    (rule,) = written_rules(loaded(policy(FOUND[:1]))[0])
    service = worlds(repository()).of_services()[0].data
    message = {name: typed.message(VARIABLES[name][name], value) for name, value in service.items()}
    request = rule_request(0, rule).sent()
    replies = [*answers(typed, request, [message] * (10_000 + more))]
    assert sum("found" in reply for reply in replies) == 10_000
    errors = [reply["error"] for reply in replies if "error" in reply]
    assert errors == ["it exceeds the limit of 10,000 findings"] * more


ONE: Final = {"slo": {"name": "a"}}
TWO: Final[dict[str, Any]] = {"service": {"name": "s", "slos": [{"name": "a"}, {"name": "b"}]}}
CASES: Final[tuple[tuple[str, dict[str, Any], object], ...]] = (
    ("none, as expected", {"service": {}}, 0),
    ("one, none expected", ONE, 0),
    ("two of two", TWO, 2),
    ("two of one", TWO, 1),
    ("two of three", TWO, 3),
    ("in words", TWO, ["s a", "s b"]),
    ("in words, in another order", TWO, ["s b", "s a"]),
    ("one is missing", TWO, ["s a", "s b", "s c"]),
    ("one is extra", TWO, ["s a"]),
    ("one of each", TWO, ["s a", "s c"]),
    ("one too often", {"service": {"slos": [{"name": "a"}, {"name": "a"}]}}, [" a"]),
    ("one not often enough", ONE, [" a", " a"]),
    ("nothing expected in words", ONE, []),
)


def test_cases_end_in_each_way(golden: Golden) -> None:
    cases = [{"name": name, "given": given, "findings": of} for name, given, of in CASES]
    one = [{"name": "one", "given": ONE, "findings": 0}]
    rules = (
        found("slo", "{service.name} {slo.name}", cases=cases),
        refused("slo", "slo.nme == ''", cases=one),
        refused("slo", "slo.labels['a'] == ''", cases=one),
        refused("slo", LOOPS, cases=one),
        found("catalog", "x", cases=[{"name": "empty", "given": {}, "findings": 1}]),
        found("service", "x"),
    )
    catalog, _ = loaded(policy(rules))
    lines = (
        f"{run.rule.rule.id} {run.case.name}: {run.difference or 'ok'}\n"
        for run in run_cases([*written_rules(catalog)])
    )
    golden.check(GOLDEN / "rules" / "cases.txt", "".join(lines))
