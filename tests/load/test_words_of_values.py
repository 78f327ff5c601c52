"""What a value must be is said in words, at its place, and what was meant is written by --fix."""

from typing import Any

import pytest

from reliability.finding import Finding
from tests.check.examples import minimal_files
from tests.check.repository import loaded

SLO = "services/attendance/slo.yaml"
POLICY = "services/attendance/alert-policy.yaml"
OWNERSHIP = "services/attendance/ownership.yaml"
TEAM = "policies/teams/workforce.yaml"
SIGNALS = """\
  signals:
    - {name: QueueLong, kind: cause, tier: ticket, expr: queue > 9, labels: {queue: main}}
"""


def said(path: str, old: str, new: str) -> list[Finding]:
    files = minimal_files()
    files[POLICY] = files[POLICY].replace("  signals: []\n", SIGNALS)
    assert old in files[path], old
    files[path] = files[path].replace(old, new, 1)
    return loaded(files)[1]


@pytest.mark.parametrize(
    ("path", "old", "new", "message", "pointer", "help_text"),
    [
        (
            POLICY,
            "tier: ticket",
            "tier: page",
            "spec.signals[0].tier is 'page'; expected one of alert, ticket, log",
            ("spec", "signals", 0, "tier"),
            "did you mean alert?",
        ),
        (
            POLICY,
            "QueueLong",
            "Queue Long",
            "spec.signals[0].name is 'Queue Long'; expected an alert name of letters, digits and _ "
            "that does not start with a digit",
            ("spec", "signals", 0, "name"),
            None,
        ),
        (
            POLICY,
            "queue: main",
            "queue: 12",
            "spec.signals[0].labels.queue is 12; expected a string",
            ("spec", "signals", 0, "labels", "queue"),
            "put it in quotes",
        ),
        (
            TEAM,
            '"@lead-workforce"',
            '"the lead"',
            "spec.members[0] is 'the lead'; expected a handle such as @name or @organization/team",
            ("spec", "members", 0),
            None,
        ),
        (
            SLO,
            "budgetingMethod: Occurrences",
            "budgetingMethod: Timeslices",
            "spec.objectives[0]: budgetingMethod Timeslices requires timeSliceWindow",
            ("spec", "objectives", 0),
            "write timeSliceWindow: 5m",
        ),
        (
            SLO,
            "reliability/status: established",
            'reliability/since: "2026-11-01"',
            "unknown key reliability/since",
            ("metadata", "annotations", "reliability/since"),
            "known keys: reliability/agreed-by, reliability/group-by, reliability/journey, "
            "reliability/per-shard, reliability/provisional-since, reliability/rationale, "
            "reliability/review-every, reliability/reviewed, reliability/status, reliability/unit",
        ),
    ],
)
def test_what_a_value_must_be_is_said_in_words(
    path: str,
    old: str,
    new: str,
    message: str,
    pointer: tuple[Any, ...],
    help_text: str | None,
) -> None:
    [finding] = said(path, old, new)
    assert finding.problem.message == message
    assert finding.problem.at.pointer == pointer
    assert finding.problem.help == help_text


def test_a_tier_that_is_misspelt_is_one_of_the_words_that_a_fix_writes_right() -> None:
    [finding] = said(POLICY, "tier: ticket", "tier: tickt")
    assert finding.problem.fix is not None
    assert [edit.text for edit in finding.problem.fix.edits] == ["ticket"]
