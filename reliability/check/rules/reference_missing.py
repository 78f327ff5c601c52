"""A reference to something that does not exist.

## What it does

Finds references to SLOs, objectives, SLIs, data sources, window sets, services, rules,
environments, servers, sync targets and postmortems that do not exist, and suggests the closest
name. An alert policy can only refer to SLOs of its own service.

## Why it matters

An alert policy for an SLO that does not exist creates no alert. Nothing reports that at run time,
and an alert that does not exist looks like a healthy service.

## Example

```yaml bad
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives:
    - slo: attendance-clockin  # <- reference-missing
      runbook: docs/runbooks/clock-in.md
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

OpenSLO's reference validator checks references when it inlines documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from reliability.check.context import Context
from reliability.check.lookups.nearest import near, nearest
from reliability.check.lookups.reference import Reference
from reliability.check.lookups.references import references
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import EntryPart
from reliability.location import Location
from reliability.message import Message
from reliability.model.incidents import Incidents
from reliability.model.rule_options import OPTIONS
from reliability.model.rule_policy import RulePolicy


@catalog_rule(severity=Severity.ERROR, since="0.1")
def reference_missing(context: Context) -> Iterator[Problem]:
    """Look up each reference, postmortem and option."""
    for reference in references(context):
        if reference.name not in reference.known and context.is_whole(*reference.folders):
            yield _problem(reference)
    yield from _postmortems(context)
    yield from _options(context)


def _problem(reference: Reference) -> Problem:
    at = reference.located.at(*reference.route, part=reference.part)
    if reference.default_of:
        return _default_missing(reference, at)
    message = Message("unknown {kind}: {name}", kind=reference.what, name=reference.name)
    return Problem(at, message, nearest(reference.name, reference.known, reference.what))


def _default_missing(reference: Reference, at: Location) -> Problem:
    """Report a default that names something that does not exist, at the document without it."""
    key, closest = reference.default_of, near(reference.name, reference.known)
    message = Message(
        "unknown {kind}: {name}, which is the default of {key}",
        kind=reference.what,
        name=reference.name,
        key=key,
    )

    help_text = (
        Message("add {key}: {name}", key=key, name=closest)
        if closest
        else Message(
            "set {key}, or add a {kind} {name}", key=key, kind=reference.what, name=reference.name
        )
    )
    return Problem(at, message, help_text)


def _postmortems(context: Context) -> Iterator[Problem]:
    """Find postmortems that are paths of the repository and do not exist."""
    for located in context.catalog.documents(Incidents):
        for index, incident in enumerate(located.value.spec.incidents):
            path = (incident.postmortem or "://").partition("#")[0]
            if "://" not in path and PurePosixPath(path) not in context.catalog.files:
                at = located.at("spec", "incidents", index, "postmortem")
                message = Message("the postmortem {path} does not exist", path=path)
                help_text = Message("write the postmortem, or correct its path")
                yield Problem(at, message, help_text)


def _options(context: Context) -> Iterator[Problem]:
    """Find options of rules that take none; the loader checks the options of other rules."""
    for policy in context.catalog.documents(RulePolicy):
        for rule, setting in policy.value.spec.rules.items():
            for option in setting.options if _takes_none(rule, context) else ():
                at = policy.at("spec", "rules", rule, "options", option, part=EntryPart.KEY)
                message = Message(
                    "{rule} has no options, and {option} is set", rule=rule, option=option
                )
                yield Problem(at, message, Message("remove the option"))


def _takes_none(rule: str, context: Context) -> bool:
    return rule in context.rules and rule not in OPTIONS
