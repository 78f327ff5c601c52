"""A name that leads nowhere.

## What it does

Finds names of SLOs, objectives, SLIs, data sources, window sets, services, rules and postmortems
that are not there, and names the nearest one that is. An alert policy can only name SLOs of its
own service.

## Why it matters

An alert policy that names an SLO which does not exist makes no alert, and nothing complains at
run time: silence looks like health.

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

OpenSLO's reference validator checks references when documents are inlined; the rest follows from
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from reliability.check.context import Context
from reliability.check.lookups.nearest import near, nearest
from reliability.check.lookups.references import Reference, references
from reliability.check.rule import catalog_rule
from reliability.finding import Problem, Severity
from reliability.load.document import EntryPart
from reliability.model.incidents import Incidents
from reliability.model.rule_options import OPTIONS
from reliability.model.rule_policy import RulePolicy


@catalog_rule(severity=Severity.ERROR, since="0.1")
def reference_missing(context: Context) -> Iterator[Problem]:
    """Look every name up."""
    for reference in references(context):
        if reference.name not in reference.known and context.is_whole(*reference.folders):
            yield _problem(reference)
    yield from _postmortems(context)
    yield from _options(context)


def _problem(reference: Reference) -> Problem:
    at = reference.located.at(*reference.route, part=reference.part)
    message = f"no {reference.what} is named {reference.name}"
    help_text = nearest(reference.name, reference.known, reference.what)
    key, closest = reference.default_of, near(reference.name, reference.known)
    if key:
        message = f"{message}, which is the default of {key}"
        help_text = f"write {key}: {closest}" if closest else f"write {key}, or a set of that name"
    return Problem(at, message, help_text)


def _postmortems(context: Context) -> Iterator[Problem]:
    for located in context.catalog.each(Incidents):
        for index, incident in enumerate(located.value.spec.incidents):
            path = (incident.postmortem or "://").partition("#")[0]
            if "://" not in path and PurePosixPath(path) not in context.catalog.files:
                at = located.at("spec", "incidents", index, "postmortem")
                help_text = "write it, or name the path where it stands"
                yield Problem(at, f"the postmortem {path} does not exist", help_text)


def _options(context: Context) -> Iterator[Problem]:
    """An option of a rule that takes none would do nothing; the loader reads those of others."""
    for policy in context.catalog.each(RulePolicy):
        for rule, setting in policy.value.spec.rules.items():
            for option in setting.options if _takes_none(rule, context) else ():
                at = policy.at("spec", "rules", rule, "options", option, part=EntryPart.KEY)
                message = f"{rule} has no option {option}, and it takes none"
                yield Problem(at, message, "take the option out")


def _takes_none(rule: str, context: Context) -> bool:
    return rule in context.rules and rule not in OPTIONS
