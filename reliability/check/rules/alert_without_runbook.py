"""An alert without a usable runbook.

## What it does

Finds burn-rate alerts and signals of the alert tier without a usable runbook: none is given, it is
a placeholder such as `TODO`, the path is not a file of the repository, or the file is empty or
holds only placeholders. URLs are not fetched. If `policies/notification.yaml` requires a runbook
for another tier, that tier is checked as well. OpenSLO alert policies name their runbook in the
annotation `reliability/runbook`.

## Why it matters

At 3 a.m. nobody remembers which dashboard to open. The first lines of a runbook say what to look
at and what to do. An alert for which nobody can write them should not be an alert.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clockin.md  # <- alert-without-runbook
```

```yaml good
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clock-in
      runbook: docs/runbooks/clock-in.md
```

## Source

Site Reliability Engineering, chapter 11 (playbooks); the policy linters of Wikimedia, Konflux and
Giant Swarm.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from functools import cache, partial
from pathlib import PurePosixPath

from reliability.check.context import Context
from reliability.check.lookups.tiers import requirements
from reliability.check.rule import catalog_rule
from reliability.check.wording import has_no_content, is_placeholder_path, runbook_advice
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.load.files import DiskFiles
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alerts import PolicyAlert, policy_alerts
from reliability.resolve.openslo_alerts import RUNBOOK, WITHOUT_TIER, OpenSloAlert

Advice = tuple[Message, Message]
"""A message and its help."""

RunbookCheck = Callable[[str], Advice | None]
"""A function that returns a message and a help about a runbook; None if it is usable."""


@catalog_rule(severity=Severity.ERROR, since="0.1")
def alert_without_runbook(context: Context) -> Iterator[Problem]:
    """Check the runbook of each entry, signal and OpenSLO alert policy."""
    # Many alerts share a runbook, and checking one reads its file.
    check = cache(partial(_check_runbook, context.catalog.files))
    for policy in context.catalog.documents(AlertPolicy):
        yield from _in_policy(policy, context, check)
    # An OpenSLO policy that several objectives reference has equal problems: keep one.
    yield from dict.fromkeys(
        problem
        for objective in context.objectives
        for alert in objective.openslo
        for problem in _in_openslo_policy(alert, objective.runbook, context, check=check)
    )


def _in_openslo_policy(
    alert: OpenSloAlert, runbook: str | None, context: Context, check: RunbookCheck
) -> Iterator[Problem]:
    """Check the runbook in the annotation, or else that of the entry in the AlertPolicy."""
    tier, route = alert.tier or WITHOUT_TIER, (*alert.policy.route, "metadata")
    if "runbook" not in requirements(tier, context.notification):
        return

    name = Message("the alert policy {policy}", policy=alert.name)
    located = alert.policy.located
    declared = PolicyAlert(
        what=name,
        tier=tier,
        located=located,
        pointer=route,
        tier_pointer=route,
        runbook=alert.runbook or runbook,
    )

    advice = _advice(declared, check)
    if advice is not None:
        message, _ = advice
        help_text = Message(
            "set {key} in the annotations of the policy or of its condition", key=RUNBOOK
        )
        yield Problem(located.at(*route), message, help_text, subject=declared.runbook or "")


def _in_policy(
    policy: Located[AlertPolicy], context: Context, check: RunbookCheck
) -> Iterator[Problem]:
    seen: set[Pointer] = set()
    for alert in policy_alerts(policy):
        if alert.pointer in seen or "runbook" not in requirements(alert.tier, context.notification):
            continue
        seen.add(alert.pointer)
        advice = _advice(alert, check)
        if advice is not None:
            yield Problem(policy.at(*alert.pointer, "runbook"), *advice)


def _advice(alert: PolicyAlert, check: RunbookCheck) -> Advice | None:
    """Return a message and a help about the runbook of an alert; None if it is usable."""
    if alert.runbook is not None:
        return check(alert.runbook)
    message = Message(
        "{alert} is in the {tier} tier and has no runbook", alert=alert.what, tier=alert.tier
    )
    return message, Message("write runbook: docs/runbooks/<name>.md, or the URL of a runbook")


def _check_runbook(files: Container[PurePosixPath], runbook: str) -> Advice | None:
    if is_placeholder_path(runbook):
        message = Message("the runbook is a placeholder: {runbook}", runbook=runbook)
        return message, Message("write down what to check first and what to do, and name the file")
    path = runbook.partition("#")[0]
    if "://" in path:
        return None
    if PurePosixPath(path) not in files:
        if (advice := runbook_advice(runbook)) is not None:
            return advice
        message = Message("the runbook {path} does not exist", path=path)
        return message, Message("create the file, or correct the path")
    return _check_file(files, path) if isinstance(files, DiskFiles) else None


def _check_file(files: DiskFiles, path: str) -> Advice | None:
    beginning = files.beginning(PurePosixPath(path))
    if beginning is None:
        message = Message("the runbook {path} is not a file of this repository", path=path)
        return message, Message("name a regular file of this repository")
    if has_no_content(beginning):
        message = Message("the runbook {path} is empty or holds only placeholders", path=path)
        return message, Message("write down what to check first and what to do")
    return None
