"""What rules about `policies/` report between each two of several forms of it, in golden files.

`pytest tests/check/changes/test_policy_pairs.py --update-golden` rewrites them; read what has
changed.
"""

from itertools import chain, permutations
from pathlib import Path
from typing import Final

import pytest

from reliability.check.engine.run import Context, found_by
from reliability.check.rules import RULES
from reliability.load.catalog import Catalog
from tests.check.examples import laid_over
from tests.check.repository import TODAY, loaded
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "policy-pairs"
GUARDING: Final = [rule for rule in RULES if rule.id in ("policy-loosened", "approvers-changed")]
HEAD: Final = """\
# policies/{path}.yaml
apiVersion: reliability/v1
kind: {kind}
metadata: {{name: {path}}}
spec:
"""


def forms(path: str, kind: str, **specs: str) -> dict[str, str]:
    """Documents of one kind by what they are called; without a document, `none`."""
    documents = {
        name.replace("_", " "): f"{HEAD.format(path=path, kind=kind)}  {spec}\n"
        for name, spec in specs.items()
    }
    return {"none": "", **documents}


def windows(*pairs: str, period: str = "30d", slow: str = "") -> str:
    return f"period: {period}\n  fast: [{', '.join(f'{{{pair}}}' for pair in pairs)}]{slow}"


ONE: Final = "long: 1h, short: 5m, budget: 2%"
SIX: Final = "long: 6h, short: 30m, budget: 5%"
TIERS: Final = """\
# policies/notification.yaml
kind: NotificationPolicy
spec:
  tiers:
    alert: {alert}
    ticket: {ticket}
    log: {log}
"""


def tiers(alert: str = "{page: true}", ticket: str = "{}", log: str = "{}", more: str = "") -> str:
    return TIERS.format(alert=alert, ticket=ticket, log=log) + more


GROUPING: Final = "grouping: {wait: 30s, interval: 5m, repeat: 4h}"
LONGER: Final = "grouping: {wait: 1m, interval: 10m, repeat: 8h}"
EU, US = "{name: eu, target: a}", "{name: us, target: b}"


def waiver(until: str = "2027-01-31", approver: str = "@lead-workforce", more: str = "") -> str:
    return (
        "waivers: [{rule: name-duplicate, service: attendance, reason: r, "
        f'approver: "{approver}", until: {until}{more}}}]'
    )


def custom(more: str = "", severity: str = "warning", holds: str = "true") -> str:
    return (
        f"custom: [{{id: own, severity: {severity}, subject: slo, holds: '{holds}', "
        f"message: m, help: h{more}}}]"
    )


def team(spec: str) -> str:
    return HEAD.format(path="teams/other", kind="Team").replace("teams/other}", "other}") + spec


FORMS: Final = {
    "windows": forms(
        "calm",
        "BurnRateWindows",
        one=windows(ONE),
        two=windows(ONE, SIX),
        other_order=windows(SIX, ONE),
        more_budget=windows(ONE.replace("2%", "3%"), SIX),
        longer_short=windows(ONE, SIX.replace("30m", "1h")),
        another_period=windows(ONE, period="28d"),
        slow=windows(ONE, slow="\n  slow: [{long: 1d, short: 2h, budget: 10%}]"),
    ),
    "tiers": {
        "page": tiers(),
        "page and mention": tiers("{page: true, mention: true}"),
        "quiet": tiers("{}"),
        "grouped": tiers(f"{{page: true, {GROUPING}}}", f"{{ticket: true, {GROUPING}}}"),
        "grouped longer": tiers(f"{{page: true, {LONGER}}}", f"{{ticket: true, {GROUPING}}}"),
        "required": tiers("{page: true, requires: [slo, runbook]}", "{requires: [slo]}"),
        "tickets": tiers(ticket="{ticket: true}"),
        "tickets that mention": tiers(ticket="{ticket: true, mention: true}"),
        "log that pages": tiers(log="{page: true}"),
        "few tickets": tiers(more="  tickets: {closeAfter: 1h, maxOpen: 5}\n"),
        "few pages": tiers(more="  pageBudget: {perWeek: 1, perShift: 1}\n"),
        "owned": tiers(more="  owner: workforce\n"),
        "solo": tiers(more="  approvals: solo\n"),
    },
    "rules": forms(
        "rules",
        "RulePolicy",
        empty="rules: {}",
        off="rules: {name-duplicate: {severity: 'off'}}",
        info="rules: {name-duplicate: {severity: info}}",
        warning="rules: {name-duplicate: {severity: warning}}",
        error="rules: {name-duplicate: {severity: error}}",
        locked="rules: {name-duplicate: {locked: true}}",
        locked_info="rules: {name-duplicate: {severity: info, locked: true}}",
        options="rules: {alert-flapping: {options: {shorterThan: 5m}}}",
        other_options="rules: {alert-flapping: {options: {shorterThan: 6m}}, x-y: {locked: true}}",
        custom=custom(),
        custom_error=custom(severity="error"),
        custom_condition=custom(holds="slo.name != \"\""),
        custom_off="rules: {own: {severity: 'off'}}\n  " + custom(),
    ),
    "environments": forms(
        "environments",
        "Environments",
        one="environments: [{name: a, selectorLabels: {env: a}}]",
        another_label="environments: [{name: a, selectorLabels: {env: b}}]",
        two="environments: [{name: b}, {name: a, selectorLabels: {env: a}}]",
        after="environments: [{name: b}, {name: a, selectorLabels: {env: a}, after: b}]",
        ticket="environments: [{name: a, selectorLabels: {env: a}, highestTier: ticket}]",
        free="environments: [{name: a, selectorLabels: {env: a}, highestTier: ticket, "
        "approvals: none}]",
        unlabeled="environments: [{name: a, selectorLabels: {env: a}, series: unlabeled}]",
        server=f"environments: [{{name: a, selectorLabels: {{env: a}}, servers: [{EU}]}}]",
        servers=f"environments: [{{name: a, selectorLabels: {{env: a}}, servers: [{US}, {EU}]}}]",
        another_target="environments: [{name: a, selectorLabels: {env: a}, "
        "servers: [{name: eu, target: b}]}]",
        targets="environments: [{name: a, selectorLabels: {env: a}, targets: [x]}]",
    ),
    "budgets": forms(
        "budgets",
        "ErrorBudgetPolicy",
        freeze="states: [{name: spent, remaining: 0, then: [freeze]}]",
        earlier="states: [{name: spent, remaining: 0.1, then: [freeze]}]",
        two="states: [{name: low, remaining: 0.5, then: [reliability-work]}, "
        "{name: spent, remaining: 0, then: [freeze, escalate], escalateTo: ['@boss']}]",
        twice="states: [{name: low, remaining: 0.5, then: [freeze]}, "
        "{name: spent, remaining: 0, then: [freeze]}]",
        scope="states: [{name: spent, remaining: 0, then: [freeze]}]\n"
        "  scopes: [{services: [attendance], states: [{name: spent, remaining: 0, "
        "then: [reliability-work]}]}]",
        exception="states: [{name: spent, remaining: 0, then: [freeze]}]\n"
        "  exceptions: [{service: attendance, reason: r, approver: '@x', until: 2027-01-31}]",
    ),
    "waivers": forms(
        "waivers",
        "Waivers",
        none_of_any="waivers: []",
        one=waiver(),
        longer=waiver("2027-02-01"),
        shorter=waiver("2027-01-30"),
        of_an_object=waiver(more=", object: x"),
        of_nobody=waiver(approver="@nobody"),
    ),
    "teams": {
        "none": "",
        "team": team('  members: ["@a"]\n  codeHost: "@org/other"\n'),
        "another host": team('  members: ["@a"]\n  codeHost: "@org/mine"\n'),
        "without host": team('  members: ["@a"]\n'),
        "two": team('  members: ["@a", "@b"]\n  codeHost: "@org/other"\n'),
        "other members": team('  members: ["@b", "@c"]\n  codeHost: "@org/other"\n'),
        "reordered": team('  members: ["@b", "@a"]\n  codeHost: "@org/other"\n'),
        "on call": team('  members: ["@a"]\n  onCall: {mention: <!here>}\n'),
        "same host twice": team('  members: ["@a"]\n  codeHost: "@org/other"\n')
        + team('  members: ["@z"]\n  codeHost: "@ORG/Other"\n').replace("other.yaml", "z.yaml")
        .replace("name: other", "name: z"),
    },
    "slo": forms(
        "slo",
        "SloPolicy",
        empty="{}",
        periods="periods: [30d]",
        more_periods="periods: [7d, 30d]",
        targets="targets: {min: 0.9, max: 0.999}",
        lower="targets: {min: 0.8, max: 0.9999}",
        technical="looseningRequires: [technical]",
        product="looseningRequires: [product]",
        review="review: {provisional: 60d, established: 200d}",
        events="minimumEvents: 10",
        windows="defaultWindows: google-30d",
    ),
    "history": forms(
        "history",
        "HistorySources",
        synthetic="source: {type: synthetic}",
        server="source: {type: prometheus, url: 'http://prometheus.example.internal'}",
        another="source: {type: prometheus, url: 'http://other.example.internal'}",
        interval="source: {type: synthetic}\n  scrapeInterval: 1m",
        kept="source: {type: synthetic}\n  keep: 90d\n  keepLabels: [region, zone]",
        labels="source: {type: synthetic}\n  keep: 90d\n  keepLabels: [zone, region]",
    ),
}  # fmt: skip


def catalog_of(text: str) -> Catalog:
    catalog, findings = loaded(laid_over(text))
    assert [finding.problem.message for finding in findings] == []
    return catalog


def reported(before: Catalog, after: Catalog) -> list[str]:
    rules = {rule.id: rule.setting for rule in RULES}
    context = Context(today=TODAY, catalog=after, base=before, rules=rules)
    lines = []
    for finding in chain.from_iterable(found_by(rule, context) for rule in GUARDING):
        problem = finding.problem
        at = f"{problem.at.path.name}:{problem.at.span.line}:{problem.at.span.column}"
        subject = f" [{problem.subject}]" if problem.subject else ""
        rule = "" if finding.rule == "policy-loosened" else f" {finding.rule}:"
        lines.append(f"  {at}{rule} {problem.message}{subject} ({problem.requires})\n")
    return lines


@pytest.mark.parametrize("name", FORMS)
def test_each_form_is_compared_with_each_other(golden: Golden, name: str) -> None:
    catalogs = {form: catalog_of(text) for form, text in FORMS[name].items()}
    lines = []
    for before, after in permutations(catalogs, 2):
        lines += [
            f"{before} -> {after}\n",
            *(reported(catalogs[before], catalogs[after]) or ["  nothing\n"]),
        ]
    golden.check(GOLDEN / f"{name}.txt", "".join(lines))
