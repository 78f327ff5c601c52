"""A change by which labels leave alerts is held while a silence would match others of them."""

from datetime import UTC, datetime

import pytest

from reliability.alert_labels import OF_SERIES
from reliability.alertmanager.matcher import parse_matchers
from reliability.plan.alerts import DROPS
from reliability.plan.change import Update
from reliability.plan.held import Held, Intact
from reliability.plan.options import PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.plan.render import FORMATS
from reliability.plan.report import Planned, exit_code
from reliability.plan.silences import CurrentSilence
from reliability.resource import Json, Resource
from tests.plan.resources import TARGET, resource

ENDS = datetime(2026, 12, 3, 10, tzinfo=UTC)
OBJECTIVES = ("pay", "fast"), ("pay", "right"), ("search", "search")


def rules(*, keep: bool, prefix: str = "", team: str = "a", note: str = "") -> Resource:
    """The alerts of two SLOs of the shop, one of which has two objectives."""
    found: list[Json] = []
    for slo, objective in OBJECTIVES:
        identity = slo if slo == objective else f"{slo}-{objective}"
        series = f'{{sloth_service="shop", sloth_slo="{identity}"}}'
        labels = {"service": "shop", "slo": slo, "objective": objective, "team": team}
        for alert, expr in (("Burn", f"x{series} > 1"), ("NoData", f"absent(x{series})")):
            found.append(
                {
                    "alert": alert,
                    "expr": expr if keep else f"{DROPS}) ({expr})",
                    "labels": {f"{prefix}{name}": value for name, value in labels.items()},
                    "annotations": {"note": note},
                }
            )
    return resource("shop", groups=[{"name": "shop", "rules": found}])


def silence(*matchers: str) -> CurrentSilence:
    return CurrentSilence(
        id="0a1b",
        target="am",
        created_by="mori",
        comment="it's moved",
        matchers=tuple(matcher for text in matchers for matcher in parse_matchers(text)),
        starts=None,
        ends=ENDS,
    )


def planned(
    before: Resource, after: Resource, *silences: CurrentSilence, active: bool = False
) -> Plan:
    held = Held(kept=(Intact(before, before.digest),))
    return plan(TARGET, [after], held, PlanOptions(silences=silences, allows_active=active))


ALL = "Burn of pay, NoData of pay, Burn of search, NoData of search"


@pytest.mark.parametrize(
    ("matchers", "effect", "replacements"),
    [
        (["sloth_service=shop"], f"no longer match {ALL}", ['service="shop" slo=~".+"']),
        (
            ["sloth_service=~sh.+", "a=b"],
            f"no longer match {ALL}",
            ['service=~"sh.+" slo=~".+" a="b"'],
        ),
        (
            ["sloth_slo=search"],
            "no longer match Burn of search, NoData of search",
            ['service="shop" slo="search" objective="search"'],
        ),
        (
            ["sloth_slo=~pay-.*"],
            "no longer match Burn of pay, NoData of pay",
            [
                'service="shop" slo="pay" objective="fast"',
                'service="shop" slo="pay" objective="right"',
            ],
        ),
        (
            ["sloth_slo=pay-fast", "alertname=Burn"],
            "no longer match Burn of pay",
            ['service="shop" slo="pay" objective="fast" alertname="Burn"'],
        ),
        # `absent` has no sloth_id, and a silence of an SLO may match it, too.
        (
            ["sloth_id=~shop-(search|pay-right)"],
            "no longer match Burn of pay, Burn of search",
            [
                'service="shop" slo="pay" objective="right"',
                'service="shop" slo="search" objective="search"',
            ],
        ),
        (
            ["alertname=Burn", "sloth_service!=shop"],
            "begin to match Burn of pay, Burn of search",
            ['service!="shop" alertname="Burn"'],
        ),
        # It may match alerts of other services, so a replacement for this one is none for it.
        (["alertname=Burn", "sloth_slo!~pay-.*"], "begin to match Burn of pay", []),
        (["alertname=NoData", 'sloth_id=""'], None, []),
        # What matches the empty value, too, goes on matching.
        (["team=a", "sloth_service!=cart"], None, []),
        (["team=a", "sloth_service=~(shop)?"], None, []),
        (["sloth_service=cart"], None, []),
        (["sloth_service=shop", "team=b"], None, []),
        (["service=shop"], None, []),
    ],
)
def test_a_silence_that_would_match_other_alerts_holds_the_change(
    matchers: list[str], effect: str | None, replacements: list[str]
) -> None:
    before, after = rules(keep=True), rules(keep=False)
    made = planned(before, after, silence(*matchers))
    if effect is None:
        assert (made.changes, made.postponed) == ((Update(before, after),), ())
        return
    [postponed] = made.postponed
    [changed] = postponed.silences
    assert changed.effect == f"would {effect}"
    assert [" ".join(map(str, matchers)) for matchers in changed.replacements] == replacements


def test_the_plan_names_the_silence_and_the_commands_that_replace_it() -> None:
    made = planned(rules(keep=True), rules(keep=False, team="b"), silence("sloth_service=shop"))
    shown = FORMATS["text"]([Planned(made)])
    assert "\n".join(line for line in shown.splitlines() if not line.startswith("      ")) == (
        """\
prometheus: 1 left alone; 1 owned
  ! rules shop: silence 0a1b in am, by mori until 2026-12-03 10:00 UTC, {sloth_service="shop"}; held
    it would no longer match Burn of pay, NoData of pay, Burn of search, NoData of search
    $ amtool silence add --end=2026-12-03T10:00:00+00:00 \
'--comment=it'"'"'s moved' 'service="shop"' 'slo=~".+"'
    $ amtool silence expire 0a1b
    = help: run all commands above and sync again, keep the labels with `keepSlothLabels: true` \
in policies/notification.yaml, or pass --allow-active"""
    )
    assert exit_code([Planned(made)], detailed=True) == 1


def test_prefixed_labels_are_suggested_where_alerts_have_them() -> None:
    before, after = (rules(keep=keep, prefix="reliability_") for keep in (True, False))
    [postponed] = planned(before, after, silence("sloth_service=shop")).postponed
    [[[service, slo]]] = [changed.replacements for changed in postponed.silences]
    assert (service.name, slo.name) == ("reliability_service", "reliability_slo")


@pytest.mark.parametrize(
    ("before", "after", "active"),
    [
        (rules(keep=False), rules(keep=False, note="new"), False),
        (rules(keep=True), rules(keep=True, note="new"), False),
        (rules(keep=True), resource("shop", groups=[]), False),
        (rules(keep=True), rules(keep=False), True),
    ],
    ids=["left before", "stay", "deleted", "allowed"],
)
def test_a_change_by_which_no_label_leaves_is_not_held(
    before: Resource, after: Resource, active: bool
) -> None:
    silences = [silence(f"{label}=~.+") for label in OF_SERIES]
    assert planned(before, after, *silences, active=active).changes == (Update(before, after),)
