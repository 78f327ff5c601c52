"""What the process of custom rules writes for a request, and how a request is sent to it."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import pytest

from reliability.check.custom.child import MAX_FINDINGS, answer_rules
from reliability.check.custom.fields import Subject
from reliability.check.custom.request import CustomRuleLimits, CustomRuleRequest, Request
from reliability.check.custom.template import LiteralText, Value
from reliability.check.custom.written import MAX_RULES
from tests.project.repository import ROOT

SERVICE: Final = {
    "service": {
        "name": "s",
        "slos": [{"name": "a"}, {"name": "b"}],
        "objectives": [{"name": "o", "slo": "b"}, {"name": "p", "slo": "gone"}],
    }
}
CATALOG: Final = {"catalog": {"services": [{"name": "s"}]}}
WORLDS: Final[tuple[Mapping[str, Any], ...]] = (SERVICE, {"service": {"name": "t"}}, CATALOG)


def rule(index: int, on: Subject, holds: str, value: str, *worlds: int) -> CustomRuleRequest:
    """A rule whose message is a value, on some worlds or on all."""
    return CustomRuleRequest(
        index=index,
        id=f"rule-{index}",
        on=on,
        holds=holds,
        message=(LiteralText("is "), Value(value, 1)),
        worlds=worlds or None,
    )


@pytest.mark.parametrize(
    ("rules", "replies"),
    [
        ((), []),
        (
            (rule(0, "service", "service.name == 't'", "service.name"),),
            [{"rule": 0, "found": "is s", "concerned": None, "at": [0, 0]}],
        ),
        (
            (rule(3, "slo", "slo.name == 'a'", "slo.name"),),
            [{"rule": 3, "found": "is b", "concerned": None, "at": [0, 1]}],
        ),
        (
            (rule(0, "objective", "slo.name == 'a'", "slo.name + objective.name"),),
            [
                {"rule": 0, "found": "is bo", "concerned": None, "at": [0, 0]},
                {"rule": 0, "found": "is p", "concerned": None, "at": [0, 1]},
            ],
        ),
        (
            (rule(0, "catalog", "false", "catalog.services[0].name"),),
            [{"rule": 0, "found": "is s", "concerned": None, "at": [2, 0]}],
        ),
        (
            (rule(1, "service", "false", "service.name", 1),),
            [{"rule": 1, "found": "is t", "concerned": None, "at": [1, 0]}],
        ),
        (
            (rule(0, "service", "service.slos[0].name == ''", "'x'"), rule(1, "slo", "true", "1")),
            [
                {"rule": 0, "found": "is x", "concerned": None, "at": [0, 0]},
                {
                    "rule": 0,
                    "error": "Index error: index=0 size=0",
                    "part": "holds",
                    "at": [1, 0],
                },
            ],
        ),
        (
            (rule(0, "service", "service", "'x'"),),
            [{"rule": 0, "faults": [["holds", 0, 0, "is of type Service, expected bool"]]}],
        ),
    ],
    ids=["none", "service", "slo", "objective", "catalog", "one world", "no value", "fault"],
)
def test_rules_are_answered_one_after_the_other(
    capsys: pytest.CaptureFixture[str],
    rules: tuple[CustomRuleRequest, ...],
    replies: list[dict[str, Any]],
) -> None:
    answer_rules([sent.sent() for sent in rules], map(json.dumps, WORLDS))
    ready, *lines = map(json.loads, capsys.readouterr().out.splitlines())
    assert ready == {"ready": 3}
    expected = []
    for sent in rules:
        of_rule = [reply for reply in replies if reply["rule"] == sent.index]
        expected += [{"begin": sent.index}, *of_rule, {"end": sent.index}]
    assert lines == expected


def test_a_request_is_a_line_of_rules_and_a_line_for_each_world() -> None:
    asked = (rule(0, "slo", "true", "é"), rule(1, "catalog", "false", "\udcff", 0, 2))
    limits = CustomRuleLimits(whole=timedelta(seconds=1.2), memory=9)
    [head, *worlds] = Request(asked, (SERVICE, {"service": {"name": "é\udcff"}})).lines(
        asked[1:], limits
    )
    assert json.loads(head) == {
        "memory": 9,
        "seconds": 3,
        "rules": [
            {
                "index": 1,
                "on": "catalog",
                "holds": "false",
                "message": [{"text": "is "}, {"value": "?"}],
                "concerns": None,
                "worlds": [0, 2],
            }
        ],
    }
    assert json.loads(worlds[0]) == SERVICE
    assert worlds[1] == '{"service":{"name":"é?"}}\n'.encode()


def test_limits_are_those_of_the_guide() -> None:
    text = (ROOT / "docs/guides/custom-rules.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([a-z ]+) \| ([\w, ]+) \|$", text, re.MULTILINE))
    limits = CustomRuleLimits()
    assert rows["time of one rule"] == f"{limits.rule.total_seconds():g} s"
    assert rows["time of all rules"] == f"{limits.whole.total_seconds():g} s"
    for name in ("memory", "input", "output"):
        size = getattr(limits, {"input": "request", "output": "replies"}.get(name, name))
        assert rows[name] == f"{size / 1024**2:g} MiB"
    assert rows["findings of one rule"] == f"{MAX_FINDINGS:,}"
    assert rows["rules"] == f"{MAX_RULES}"


@pytest.mark.parametrize(
    ("on", "world", "counts"),
    [
        ("service", 0, 1),
        ("slo", 0, 2),
        ("objective", 0, 2),
        ("signal", 0, 0),
        ("catalog", 0, 0),
        ("slo", 1, 0),
        ("service", 2, 0),
        ("slo", 2, 0),
        ("catalog", 2, 1),
        ("service", 3, 0),
        ("service", -1, 0),
    ],
)
def test_a_request_knows_its_subjects(on: Subject, world: int, counts: int) -> None:
    request = Request((), WORLDS)
    assert [request.has(on, world, subject) for subject in (-1, 0, 1, 2)] == [
        False,
        counts > 0,
        counts > 1,
        False,
    ]


SCRIPT: Final = """
import resource
from reliability.check.custom.child import restrict
for memory, seconds in ((2**29, 7), (2**30, 9), (2**29, 5)):
    restrict(memory, seconds)
    kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)
    print(*(part for kind in kinds for part in resource.getrlimit(kind)))
"""


def test_the_process_limits_itself_and_never_lifts_a_limit() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first = f"{2**29} {2**29} 7 7 0 0 0 0"
    assert ended.stdout.splitlines() == [first, first, first.replace("7 7", "5 5")]
