"""Who does what the help says has no finding afterwards: neither that one nor a new one."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.check.examples import MINIMAL, Files, minimal_files
from tests.check.repository import checked

SLO = "services/attendance/slo.yaml"
POLICY = "services/attendance/alert-policy.yaml"
OWNERSHIP = "services/attendance/ownership.yaml"
TEAM = "policies/teams/workforce.yaml"
GOOD = 'http_requests_total{job="attendance",code!~"5.."}'
WINDOWS = "policies/burn-rates.yaml"
INCIDENTS = "services/attendance/incidents.yaml"
NO_INCIDENTS = """\
apiVersion: reliability/v1
kind: Incidents
metadata: {name: attendance}
spec: {service: attendance, incidents: []}
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A text of a file, and what stands there instead."""

    path: str
    old: str
    new: str

    def __call__(self, files: Files) -> None:
        assert self.old in files[self.path], self.old
        files[self.path] = files[self.path].replace(self.old, self.new, 1)


@dataclass(frozen=True, slots=True)
class Followed:
    """A mistake, the rule that finds it, what its help says, and that done to the letter."""

    rule: str
    mistake: Change
    says: str
    done: Callable[[Files], None]


QUEUES = '    ticket: {slack: "#workforce-tickets", issues: example/workforce}\n'
CASES = {
    "a percentage where a ratio stands": Followed(
        "document-value",
        Change(SLO, "target: 0.999", "target: 99.95"),
        "write 0.9995, or targetPercent: 99.95",
        Change(SLO, "target: 99.95", "target: 0.9995"),
    ),
    "a team without a channel for tickets": Followed(
        "team-channel-missing",
        Change(TEAM, QUEUES, ""),
        'set spec.channels.ticket, such as {slack: "#team-tickets", issues: owner/repository}',
        Change(
            TEAM,
            "  channels:\n",
            '  channels:\n    ticket: {slack: "#team-tickets", issues: owner/repository}\n',
        ),
    ),
    "a long window that no budget fits": Followed(
        "burn-factor-low",
        Change(
            WINDOWS, "{long: 3d, short: 6h, budget: 10%}", "{long: 60d, short: 6h, budget: 90%}"
        ),
        "write a long window shorter than 30 days",
        Change(WINDOWS, "long: 60d", "long: 29d"),
    ),
    "a file in the directory of another service": Followed(
        "name-differs",
        Change(INCIDENTS, "service: attendance", "service: monitoring"),
        "write attendance, or move the file to services/monitoring/",
        Change(INCIDENTS, "service: monitoring", "service: attendance"),
    ),
    "a default that names no window set": Followed(
        "reference-missing",
        Change(WINDOWS, "google-30d", "thirty-days"),
        "set windows, or add a window set google-30d",
        Change(
            POLICY, "attendance-clock-in\n", "attendance-clock-in\n      windows: thirty-days\n"
        ),
    ),
    "a default that almost names a window set": Followed(
        "reference-missing",
        Change(WINDOWS, "google-30d", "google-30days"),
        "add windows: google-30days",
        Change(
            POLICY, "attendance-clock-in\n", "attendance-clock-in\n      windows: google-30days\n"
        ),
    ),
    "the window of another tool in the brackets": Followed(
        "sli-query-invalid",
        Change(SLO, GOOD, f"sum(rate({GOOD}[$__rate_interval]))"),
        "write [{{.window}}]",
        Change(SLO, "$__rate_interval", "{{.window}}"),
    ),
    "a budget that is spent while all is well": Followed(
        "burn-factor-low",
        Change(WINDOWS, "{long: 3d, short: 6h, budget: 10%}", "{long: 3d, short: 6h, budget: 7%}"),
        "write a budget of at least 9%, or a shorter long window",
        Change(WINDOWS, "budget: 7%", "budget: 9%"),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_help_that_is_followed_to_the_letter_leaves_nothing_to_say(case: Followed) -> None:
    files = {**minimal_files(), INCIDENTS: NO_INCIDENTS}
    case.mistake(files)
    assert (case.rule, case.says) in [(each.rule, each.problem.help) for each in checked(files)]
    case.done(files)
    assert checked(files) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('reliability/reviewed: "2026-11-01"', 'reliability/reviewed: "9999-12-31"'),
        (
            "    reliability/status",
            "    reliability/review-every: 3000000d\n    reliability/status",
        ),
    ],
)
def test_a_review_beyond_the_last_day_there_is_refused_on_its_line(old: str, new: str) -> None:
    files = minimal_files()
    Change(SLO, old, new)(files)
    assert [finding.rule for finding in checked(files)] == ["document-value"]


def test_the_minimal_repository_has_nothing_to_say() -> None:
    assert MINIMAL.is_dir()
    assert checked(minimal_files()) == []
