"""Ways to loosen what judges the next change, of both audits: each needs somebody else's approval.

Each row is a change of a repository, and who may approve it alone: the owner of `policies/`, a
member of a team, or the approvers of a service.
"""

from collections.abc import Callable
from textwrap import indent
from typing import Any, Final

import pytest

from reliability.check.changes.approvals import NEED_APPROVAL
from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from tests.check.changes.governed import BASE
from tests.check.examples import Files, laid_over
from tests.check.repository import TODAY, checked, loaded
from tests.check.varied import text_of
from tests.variations import documents, leaves, others, with_value

FILES: Final = laid_over(BASE)
N, RULE_FILE, OWNER = (
    "policies/notification.yaml",
    "policies/rules.yaml",
    "services/attendance/ownership.yaml",
)
OTHER, BUDGET = "policies/teams/other.yaml", "policies/error-budget.yaml"
SLO, ALERTMANAGER = "services/attendance/slo.yaml", "policies/alertmanager.base.yml"
CODEOWNERS: Final = ".github/CODEOWNERS"
SRE, TEAM, PRODUCT = ("@lead-workforce",), ("@dev-other",), ("@product-owner", "@tech-lead")
ROUTES: Final = "route: {receiver: mail}\nreceivers: [{name: mail}]\n"
HEAD: Final = "apiVersion: reliability/v1\nkind: KIND\nmetadata: {name: NAME}\nspec: "
INHIBIT: Final = (
    "inhibit_rules: [{source_matchers: [up=x], target_matchers: ['service=attendance']}]\n"
)
MUTED: Final = (
    "route: {receiver: mail, routes: [{receiver: mail, matchers: ['service=attendance'],"
    " mute_time_intervals: [nights]}]}\nreceivers: [{name: mail}]\n"
    "time_intervals: [{name: nights, time_intervals: [{times: [{start_time: '00:00', "
    "end_time: '06:00'}]}]}]\n"
)
WAIVER: Final = (
    "{waivers: [{rule: slo-loosened, service: attendance, reason: r, approver: '@WHO', "
    "until: 2027-01-31}]}"
)
Edit = Callable[[Files], Files]


def swap(path: str, old: str, new: str) -> Edit:
    def edited(files: Files) -> Files:
        assert old in files[path], old
        return {**files, path: files[path].replace(old, new)}

    return edited


def put(path: str, text: str) -> Edit:
    return lambda files: {**files, path: text}


def drop(*gone: str) -> Edit:
    return lambda files: {path: text for path, text in files.items() if path not in gone}


def document(kind: str, spec: str, name: str = "p") -> str:
    return HEAD.replace("KIND", kind).replace("NAME", name) + spec + "\n"


def waiver(who: str) -> str:
    return document("Waivers", WAIVER.replace("WHO", who))


def move(path: str, to: str) -> Edit:
    return lambda files: drop(path)({**files, to: files[path]})


TAKEOVERS: Final = {
    "approvers of a service": (swap(OWNER, "@product-owner", "@me"), PRODUCT),
    "no approvers": (
        swap(OWNER, '  approvers: {product: "@product-owner", technical: "@tech-lead"}\n', ""),
        PRODUCT,
    ),
    "a lower criticality": (swap(OWNER, "critical\n", "standard\n"), PRODUCT),
    "a retired service": (swap(OWNER, "production", "deprecated"), PRODUCT),
    "no freeze": (swap(BUDGET, "[freeze]", "[]"), SRE),
    "fewer roles": (swap("policies/slo.yaml", "[product, technical]", "[technical]"), SRE),
    "a large page budget": (swap(N, "perWeek: 2", "perWeek: 50"), SRE),
    "a low target": (swap("policies/slo.yaml", "min: 0.9", "min: 0.5"), SRE),
    "a stricter target": (swap("policies/slo.yaml", "min: 0.9", "min: 0.95"), SRE),
    "solo": (swap(N, "approvals: team", "approvals: solo"), SRE),
    "another owner of policies": (swap(N, "owner: workforce", "owner: other"), SRE),
    "an address of runbooks": (
        swap(N, "runbookBase: https://git", "runbookBase: https://evil"),
        SRE,
    ),
    "a rule that is off": (
        swap(RULE_FILE, "{locked: true}", "{locked: true, severity: 'off'}"),
        SRE,
    ),
    "a rule without its lock": (swap(RULE_FILE, "{locked: true}", "{}"), SRE),
    "no rules": (drop(RULE_FILE), SRE),
    "no policies": (
        lambda files: {p: t for p, t in files.items() if p.split("/")[0] != "policies"},
        SRE,
    ),
    "policies in another file": (move(N, "policies/a.yaml"), SRE),
    "a second policy that counts": (
        put("policies/a.yaml", FILES[N].replace("team\n", "solo\n")),
        SRE,
    ),
    "a policy beside a service": (
        put("services/attendance/p.yaml", document("SyncTargets", "{allowedHosts: [evil.io]}")),
        SRE,
    ),
    "a policy in a list": (
        put("policies/a.yaml", "-\n" + indent(FILES[N].replace("perWeek: 2", "perWeek: 9"), "  ")),
        SRE,
    ),
    "a policy that is not UTF-8": (swap(N, "kind: ", "# \ufffd\nkind: "), SRE),
    "a policy that cannot be loaded": (swap(N, "perWeek: 2", "perWeek: many"), SRE),
    "an unknown kind": (put("policies/a.yaml", document("Teams", "{}")), SRE),
    "windows": (swap("policies/burn-rates.yaml", "budget: 2%", "budget: 3%"), SRE),
    "a host": (
        swap("policies/targets.yaml", "allowedHosts: [", "allowedHosts: [evil.example, "),
        SRE,
    ),
    "members": (swap(OTHER, '"@dev-other"', '"@dev-other", "@me"'), TEAM),
    "a channel": (swap(OTHER, '"#a"', '"#b"'), TEAM),
    "a team in another file": (move(OTHER, "policies/teams/a.yaml"), TEAM),
    "a team that is gone": (drop(OTHER), TEAM),
    "a team with an approver's handle": (swap(OTHER, "@org/other", "@tech-lead"), SRE),
    "a new team with a handle": (
        put("policies/teams/a.yaml", FILES[OTHER].replace("name: other", "name: me")),
        SRE,
    ),
    "a second team of one name": (
        put("policies/teams/a.yaml", FILES[OTHER].replace("@dev-other", "@me")),
        TEAM,
    ),
    "a moved service": (swap(OWNER, '"workforce"', "other"), (*PRODUCT, "@dev-other")),
    "an expired waiver again": (put("policies/waivers.yaml", waiver("me")), PRODUCT),
    "a waiver by an owner": (put("policies/waivers.yaml", waiver("lead-workforce")), SRE),
    "no baseline": (drop("policies/baseline.yaml"), SRE),
    "an inhibition": (put(ALERTMANAGER, ROUTES + INHIBIT), (*PRODUCT, *SRE)),
    "another receiver": (put(ALERTMANAGER, ROUTES), SRE),
    "a looser SLO": (swap(SLO, "0.999", "0.9"), PRODUCT),
    "an owner for everything": (put(CODEOWNERS, "/policies/ @org/platform\n* @me\n"), SRE),
    "no code owners": (drop(CODEOWNERS), SRE),
}  # fmt: skip


def unapproved(head: Files, base: Files, *approved: str) -> set[str]:
    findings = checked(head, base=base, approved=approved)
    return {f.rule for f in findings if f.rule in NEED_APPROVAL and f.waiver is None}


@pytest.mark.parametrize(("edit", "approvers"), TAKEOVERS.values(), ids=TAKEOVERS)
def test_a_takeover_needs_its_approvers_and_nobody_less(
    edit: Edit, approvers: tuple[str, ...]
) -> None:
    base = {**FILES, CODEOWNERS: "/policies/ @org/platform\n"}
    head = edit(base)
    everybody = {*PRODUCT, *SRE, *TEAM, "@lead-other", "@me"}
    assert unapproved(head, base, *approvers) == set()
    for approver in approvers:
        stand_in = {"@lead-other", *(SRE if approvers == TEAM else ())}
        assert unapproved(head, base, *(everybody - {approver} - stand_in)), approver


def test_a_new_time_interval_asks_the_service_of_the_alert() -> None:
    """Alerts of a known team have a route of their own, before those of the base file."""
    base = swap(OWNER, '"workforce"', "strangers")(FILES)
    head = put(ALERTMANAGER, MUTED)(base)
    assert unapproved(head, base, *SRE)
    assert unapproved(head, base, *SRE, *PRODUCT) == set()
    assert unapproved(head, head) == set()


FREE: Final = {
    "comments": put(N, "# why\n" + FILES[N]),
    "layout": swap(N, "{wait: 30s, interval: 5m,", "{wait: '30s',  interval: 5m,"),
    "a display name": swap(OTHER, "displayName: Other", "displayName: Another"),
    "a description": swap(BUDGET, "{name: low,", "{description: few, name: low,"),
    "no waivers": drop("policies/waivers.yaml"),
    "comments alone": put("policies/notes.yaml", "# nothing\n"),
}  # fmt: skip


@pytest.mark.parametrize("edit", FREE.values(), ids=FREE)
def test_what_people_read_and_fewer_exceptions_need_no_approval(edit: Edit) -> None:
    assert unapproved(edit(FILES), FILES) == set()


POLICY_FILES: Final = [
    path
    for path in FILES
    if path.startswith("policies/") and not path.endswith(("waivers.yaml", "baseline.yaml"))
]


@pytest.mark.parametrize("path", POLICY_FILES)
def test_each_other_value_of_a_policy_needs_approval(path: str) -> None:
    given = documents(FILES[path])
    base = loaded({**FILES, path: text_of(given)})[0]
    [rule] = [rule for rule in RULES if rule.id == "policy-changed"]
    missed = []
    for route in leaves(given):
        value: Any = given
        for step in route:
            value = value[step]
        other = next(others(value))
        head = loaded({**FILES, path: text_of(with_value(given, route, other))})[0]
        is_found = any(run([rule], Context(today=TODAY, catalog=head, base=base)))
        if is_found == (route[-1] == "displayName"):
            missed.append((route, other))
    assert missed == []
