"""What rules of changes say when a value, an item or a part is changed, removed or added.

`pytest tests/check/changes/test_change_variations.py --update-golden` rewrites the golden files;
read what has changed. Each change is made in both directions: `<-` is the change back.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from reliability.finding import Finding
from reliability.load.catalog import Catalog
from tests.check.changes.governed import BASE
from tests.check.changes.openslo_edits import BASE as OPENSLO
from tests.check.examples import fragments, laid_over
from tests.check.repository import TODAY, loaded
from tests.check.varied import text_of
from tests.golden import Golden
from tests.variations import Route, documents, leaves, others, with_value, without

GOLDEN: Final = Path(__file__).parent / "golden" / "variations"
OF_CHANGES: Final = [rule for rule in RULES if rule.needs == "base"]
POLICIES: Final = ("policies/teams/other.yaml", "services/attendance/ownership.yaml")
"""All policies are compared in one way, which `test_takeovers.py` tries on each."""

SERVICE: Final = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  service: attendance
  objectives:
    - slo: attendance-clock-in
      objective: most
      windows: google-30d
      tiers: {fast: ticket, slow: log}
      runbook: docs/runbooks/clock-in.md
      minimumFailures: 3
      noData: {tier: ticket, after: 20m}
      environments: {staging: {windows: google-30d, tiers: {fast: log}, noData: {tier: log}}}
    - {slo: attendance-clock-in, objective: all}
  signals:
    - {name: Down, kind: symptom, tier: alert, expr: up == 0, for: 5m, runbook: docs/runbooks/x.md}
    - name: Lag
      kind: cause
      tier: ticket
      expr: lag > 100 and on () up == 1
      for: 10m
      slo: attendance-clock-in
      environments: {staging: {tier: log}}
    - {name: Beat, kind: heartbeat, expr: vector(1)}
# services/attendance/incidents.yaml
apiVersion: reliability/v1
kind: Incidents
metadata: {name: attendance}
spec:
  service: attendance
  incidents:
    - name: one
      start: 2026-11-01T09:00:00Z
      end: 2026-11-01T10:00:00Z
      impact: Nobody clocked in
      postmortem: docs/runbooks/clock-in.md
      slos: [{slo: attendance-clock-in, failed: 50%}]
      environments: [production]
    - {name: two, start: "2026-11-02T09:00:00Z", end: "2026-11-02T10:00:00Z", impact: Slow}
# services/attendance/corrections.yaml
apiVersion: reliability/v1
kind: Corrections
metadata: {name: attendance}
spec:
  service: attendance
  corrections:
    - start: 2026-12-01T01:00:00Z
      end: 2026-12-01T02:00:00Z
      rrule: FREQ=WEEKLY;COUNT=3
      timeZone: Asia/Tokyo
      slos: [attendance-clock-in]
      reason: The database moves
      approver: "@tech-lead"
    - {start: "2026-11-20T01:00:00Z", end: "2026-11-20T02:00:00Z", reason: x, approver: "@x"}
# services/attendance/slo.yaml
kind: SLO
metadata:
  annotations:
    reliability/journey: "An employee clocks in"
    reliability/status: established
    reliability/agreed-by: "@product-owner, @tech-lead"
    reliability/reviewed: "2026-11-01"
    reliability/group-by: site, floor
    reliability/per-shard: "true"
    reliability/target.staging: "0.95"
    reliability/period.staging: 7d
spec:
  objectives:
    - {displayName: most, target: 0.99}
    - {displayName: all, targetPercent: 95}
# policies/environments.yaml
apiVersion: reliability/v1
kind: Environments
metadata: {name: environments}
spec:
  environments:
    - {name: production, selectorLabels: {env: production}, series: unlabeled}
    - {name: staging, selectorLabels: {env: staging}, highestTier: ticket}
"""
REPOSITORIES: Final = {
    "policies": BASE,
    "openslo": OPENSLO,
    "service": SERVICE,
}
PATHS: Final = [
    (name, path)
    for name, text in REPOSITORIES.items()
    for path in dict(fragments(text))
    if path.endswith(".yaml")
    and (name, path) != ("service", "policies/environments.yaml")
    and (name != "policies" or path in POLICIES)
]


def parts(found: Any, route: Route = ()) -> Iterator[Route]:
    """The route to each mapping and list below a document, and to each document but the first."""
    steps: Any = found.items() if isinstance(found, dict) else enumerate(found)
    for step, inner in steps:
        if isinstance(inner, dict | list):
            yield from ([(*route, step)] if route or step else [])
            yield from parts(inner, (*route, step))


def changes(found: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Each change by its name, and the documents after it.

    Each value of OpenSLO has an edit in `openslo_edits.py`; here only parts are removed.
    """
    for route in leaves(found) if name != "openslo" else ():
        name, value = ".".join(map(str, route)), found
        for step in route:
            value = value[step]
        other = next(others(value))
        yield f"{name}: {other}", with_value(found, route, other)
        yield f"{name} missing", without(found, route)
    for route in parts(found):
        yield f"{'.'.join(map(str, route))} missing", without(found, route)
    yield "no document", []


def shown(before: Catalog, after: Catalog) -> list[str]:
    """What the rules find, in the order of the files."""
    findings = run(OF_CHANGES, Context(today=TODAY, catalog=after, base=before))
    ids = {rule.id for rule in OF_CHANGES}
    some = (finding for finding in findings if finding.rule in ids)
    return [line(finding) for finding in sorted(some, key=lambda finding: finding.sort_key)]


def line(finding: Finding) -> str:
    problem = finding.problem
    subject = f" [{problem.subject}]" if problem.subject else ""
    waived = f" ({finding.waiver})" if finding.waiver else ""
    at = f"{problem.at.path.name}:{problem.at.span.line}:{problem.at.span.column}"
    return f"{at} {finding.rule}: {problem.message}{subject}{waived}"


@pytest.mark.parametrize(("name", "path"), PATHS)
def test_each_change_and_the_change_back(golden: Golden, name: str, path: str) -> None:
    files = laid_over(REPOSITORIES[name])
    given = documents(files[path])
    base, said = loaded({**files, path: text_of(given)})
    assert said == []
    lines = [f"{text}\n" for text in shown(base, base)]
    for change, changed in changes(given, name):
        others_of = {other: text for other, text in files.items() if other != path}
        head, faults = loaded({**others_of, path: text_of(changed)} if changed else others_of)
        if faults:
            continue
        for sign, found in (("->", shown(base, head)), ("<-", shown(head, base))):
            if found:
                lines.append(f"{sign} {change[:100]}\n")
                lines += [f"     {text}\n" for text in found]
    text = "".join(lines) or "nothing is found\n"
    golden.check(GOLDEN / name / f"{path.replace('/', '-')}.txt", text)
