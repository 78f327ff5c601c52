"""An alert without a runbook that exists.

## What it does

Finds alerts, derived ones and signals, whose runbook is not written down, is a placeholder such
as `TODO`, or is a path that leads to no file of the repository, or to one that is empty or holds
such words alone. An address is taken as it is.
Where `policies/notification.yaml` asks for a runbook in another tier, that tier is looked at too.
Alert policies of OpenSLO name theirs in the annotation `reliability/runbook`.

## Why it matters

At 3 a.m. nobody remembers which dashboard to open. A runbook's first lines say what to look at
and what to do; an alert for which nobody can write them is not an alert.

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
from reliability.check.wording import is_placeholder_path, tells_nothing
from reliability.finding import Problem, Severity
from reliability.load.document import Located
from reliability.load.files import DiskFiles
from reliability.location import Pointer
from reliability.model.alert_policy import AlertPolicy
from reliability.resolve.alerts import PolicyAlert, policy_alerts
from reliability.resolve.openslo_alerts import RUNBOOK, WITHOUT_TIER, OpenSloAlert

Wrong = Callable[[str], tuple[str, str] | None]


@catalog_rule(severity=Severity.ERROR, since="0.1")
def alert_without_runbook(context: Context) -> Iterator[Problem]:
    """Look the runbook of each entry, signal and alert policy of OpenSLO up, once."""
    wrong = cache(partial(_wrong_with_runbook, context.catalog.files))  # many alerts name one
    for policy in context.catalog.each(AlertPolicy):
        yield from _ours(policy, context, wrong)
    asked = ((each, one.runbook) for one in context.objectives for each in one.openslo)
    yield from dict.fromkeys(
        problem for each, runbook in asked for problem in _theirs(each, runbook, context, wrong)
    )


def _theirs(
    each: OpenSloAlert, runbook: str | None, context: Context, wrong: Wrong
) -> Iterator[Problem]:
    """Alert policies of OpenSLO name a runbook in an annotation, or have that of our own entry."""
    tier, at = each.tier or WITHOUT_TIER, (*each.policy.route, "metadata")
    if "runbook" in requirements(tier, context.notification):
        located, what = each.policy.located, f"the alert policy {each.name}"
        alert = PolicyAlert(what, tier, located, at, at, each.runbook or runbook)
        said = _wrong_with(alert, wrong)
        if said:
            help_text = f"write {RUNBOOK} in the annotations of the policy or of its condition"
            yield Problem(located.at(*at), said[0], help_text, subject=alert.runbook or "")


def _ours(policy: Located[AlertPolicy], context: Context, wrong: Wrong) -> Iterator[Problem]:
    seen: set[Pointer] = set()
    for each in policy_alerts(policy):
        if each.pointer in seen or "runbook" not in requirements(each.tier, context.notification):
            continue
        seen.add(each.pointer)
        said = _wrong_with(each, wrong)
        if said:
            at = policy.at(*each.pointer, "runbook")
            yield Problem(at, *said)


def _wrong_with(each: PolicyAlert, wrong: Wrong) -> tuple[str, str] | None:
    """Message and help, or None where the runbook is there."""
    if each.runbook is not None:
        return wrong(each.runbook)
    kind = {"alert": "an alert", "ticket": "a ticket"}.get(each.tier, f"a {each.tier}")
    message = f"{each.what} is {kind}, and it has no runbook"
    return message, "write runbook: docs/runbooks/<name>.md, or its address"


def _wrong_with_runbook(files: Container[PurePosixPath], runbook: str) -> tuple[str, str] | None:
    if is_placeholder_path(runbook):
        message = f"the runbook is {runbook}, which tells a woken person nothing"
        return message, "write what to look at first and what to do, and name the file here"
    path = runbook.partition("#")[0]
    if "://" in path:
        return None
    if PurePosixPath(path) not in files:
        return f"the runbook {path} does not exist", "write it, or name the path where it stands"
    return _wrong_with_file(files, path) if isinstance(files, DiskFiles) else None


def _wrong_with_file(files: DiskFiles, path: str) -> tuple[str, str] | None:
    beginning = files.beginning(PurePosixPath(path))
    if beginning is None:
        return f"the runbook {path} is no file of this repository", "name the file itself"
    if tells_nothing(beginning):
        message = f"the runbook {path} is still to be written, and tells a woken person nothing"
        return message, "write what to look at first and what to do"
    return None
