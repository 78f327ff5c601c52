"""The whole text of every page and JSON file of small sites, in golden files.

Read the difference before `--update-golden`: all figures follow from the failures below.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from markupsafe import Markup

from reliability.check.context import Context
from reliability.errors import SourceError
from reliability.history.series import NoHistory, Series
from reliability.history.sli import SliHistory
from reliability.load.past import git_past
from reliability.message import Message
from reliability.rates import UNKNOWN_RATE
from reliability.render.design import design_style
from reliability.resolve.environments.measured import measured_catalogs
from reliability.site.allow_list import AllowList, PublicSlo
from reliability.site.assets import STATIC, asset, assets
from reliability.site.figures import SiteDeclarations
from reliability.site.measuring import SiteInputs
from reliability.site.notified import CountedMessages, is_by_service
from reliability.site.output import SiteFolder, WrittenSite
from reliability.site.pages.notifications import messages_page
from reliability.site.pages.reviews import suggested_targets
from reliability.site.public import write_public
from reliability.site.real_pages import RealPage, RealPages
from reliability.site.rendering import PageEnvironment, web
from reliability.site.summaries import TargetForReview
from reliability.timespan import DAY, TimeSpan
from tests.golden import Golden
from tests.load.commits import Commits
from tests.load.test_git import git
from tests.site.crafted import POLICY
from tests.site.worlds import (
    WINDOWS,
    GroupTraffic,
    SiteWorld,
    WrittenHistory,
    at,
    contents,
    document,
    pages_of,
    site_text,
    slo,
)

GOLDEN: Final = Path(__file__).parent / "golden/worlds"
WEB: Final = document(
    "Team",
    "web",
    """\
  displayName: Web people
  members: ["@lead"]
  codeHost: "@acme/web"
  timeZone: Europe/Berlin
  onCall: {pagerduty: {routingKey: file:/key}}
  channels: {alert: {slack: "#a"}, ticket: {slack: "#t"}}
""",
)
SHOP: Final = document(
    "Ownership",
    "shop",
    """\
  team: web
  criticality: critical
  lifecycle: experimental
  description: Sells things & more
  dependencies: [gone, cart]
  sre: {adoption: with-sre}
  hierarchy:
    monitoring: {state: in-place, evidence: docs/boards.md}
    incident-response: {state: partial}
""",
)
CART: Final = document("Ownership", "cart", "  team: data\n  criticality: standard\n")
BARE: Final = document("Ownership", "bare", "  team: web\n  criticality: important\n")
FAST: Final = document(
    "AlertPolicy",
    "shop",
    """\
  service: shop
  objectives:
    - {slo: shop-buy, objective: served, tiers: {fast: alert, slow: ticket}, runbook: docs/buy.md}
    - {slo: shop-look, tiers: {fast: ticket, slow: log}, runbook: https://wiki.example/look}
  signals:
    - {name: QueueFull, kind: cause, tier: log, expr: queue > 1, summary: The queue is full}
""",
)
INCIDENTS: Final = document(
    "Incidents",
    "shop",
    """\
  service: shop
  incidents:
    - name: Nobody could buy
      start: 2026-09-20T10:00:00Z
      end: 2026-09-20T12:00:00Z
      impact: Half of all orders failed
      postmortem: https://wiki.example/outage
      slos: [{slo: shop-buy, failed: 50%}]
    - name: Slow for some
      start: 2026-10-01T09:00:00+02:00
      end: 2026-10-01T10:00:00+02:00
      impact: A few complained
      postmortem: docs/slow.md
    - name: Long ago
      start: 2026-07-10T10:00:00Z
      end: 2026-07-10T11:00:00Z
      impact: Before the replay
""",
)
ELSEWHERE: Final = document(
    "Incidents",
    "nowhere",
    """\
  service: nowhere
  incidents:
    - name: Of a service without a page
      start: 2026-09-01T10:00:00Z
      end: 2026-09-01T11:30:00Z
      impact: Somebody saw it
      postmortem: https://wiki.example/nowhere
    - {name: Not written up, start: 2026-09-02T10:00:00Z, end: 2026-09-02T10:05:00Z, impact: None}
""",
)
CORRECTIONS: Final = document(
    "Corrections",
    "cart",
    """\
  service: cart
  corrections:
    - {start: 2026-08-10T00:00:00Z, end: 2026-08-10T06:00:00Z, reason: moved, approver: "@lead"}
""",
)
MONTHS: Final = (
    '{duration: 1M, calendar: {startTime: "2026-01-01 00:00:00", timeZone: Europe/Berlin}}'
)
SINCE: Final = at("2026-05-01")
FILES: Final = {
    "policies/burn.yaml": WINDOWS,
    "policies/notification.yaml": POLICY.decode(),
    "policies/teams/web.yaml": WEB,
    "services/shop/ownership.yaml": SHOP,
    "services/shop/alerts.yaml": FAST,
    "services/shop/incidents.yaml": INCIDENTS,
    "services/shop/slo.yaml": slo(
        "shop-buy",
        "displayName: served, target: 0.999",
        'displayName: "at all", target: 0.9',
        more="  displayName: Buying works\n",
        journey="Somebody buys",
        reviewed="2026-06-01",
        review_every="90d",
        agreed_by="@a, @b",
        rationale="Nobody complains",
    )
    + "---\n"
    + slo(
        "shop-look",
        "displayName: found, target: 0.99",
        journey="Somebody buys",
        group_by="region",
        reviewed="2026-09-25",
        review_every="30d",
    ),
    "services/cart/ownership.yaml": CART,
    "services/cart/corrections.yaml": CORRECTIONS,
    "services/cart/slo.yaml": slo("cart-add", "target: 0.99", window=MONTHS),
    "services/bare/ownership.yaml": BARE,
    "services/lonely/slo.yaml": slo("lonely-one", "target: 0.95"),
    "services/shop/elsewhere.yaml": ELSEWHERE,
}
TRAFFIC: Final = {
    # Two hours of half of all events, and two bad minutes in the last hour: 0.1 % of 100 a minute
    # over thirty days are 4,320 failures.
    "shop-buy": (
        GroupTraffic(
            since=SINCE,
            failures=(("2026-09-20T10:00", 120, 50.0), ("2026-10-04T23:58", 2, 40.0)),
            gaps=(("2026-09-25T01:00", 60),),
        ),
    ),
    # The second region begins late, and is worse.
    "shop-look": (
        GroupTraffic(
            since=SINCE, failures=(("2026-09-20T10:00", 30, 20.0),), group={"region": "eu"}
        ),
        GroupTraffic(
            since=at("2026-09-01"),
            per_minute=50.0,
            failures=(("2026-09-20T10:00", 120, 25.0), ("2026-10-04T20:00", 240, 1.0)),
            group={"region": "us"},
        ),
    ),
    # Each minute of August fails, but its first six hours of the tenth are corrected.
    "cart-add": (GroupTraffic(since=SINCE, failures=(("2026-08-10T00:00", 720, 10.0),)),),
}
FULL: Final = SiteWorld(files=FILES, traffic=TRAFFIC)


RECEIVED: Final = RealPages(
    ("pager.csv",),
    (
        RealPage(at=at("2026-09-20T10:03"), team="web", service="shop", people=("Ada",)),
        RealPage(at=at("2026-09-21T21:30"), team="", service="", people=("Bob",)),
    ),
)


def test_a_site_of_four_services_is_this(golden: Golden, tmp_path: Path) -> None:
    built = replace(FULL.prepared(tmp_path), received=RECEIVED).write(1)
    out = tmp_path / "out"
    assert built.written == WrittenSite(63, 63, 0)
    golden.check(GOLDEN / "full.txt", site_text(out, *pages_of(out)))
    for name in ("quarter", "services/bare"):
        page = (out / f"en/{name}.html").read_text(encoding="utf-8")
        golden.check(GOLDEN / f"{name.replace('/', '-')}.html", page)


def without(*parts: str) -> Mapping[str, str]:
    """The files of the site without those whose paths have one of these parts."""
    return {path: text for path, text in FILES.items() if not any(part in path for part in parts)}


def test_pages_without_figures_are_these(golden: Golden, tmp_path: Path) -> None:
    """In Japanese, which the start page leads to."""
    files = without("incidents", "elsewhere", "cart/ownership")
    SiteWorld(files=files, language="ja", shown=30 * DAY).build(tmp_path)
    out = tmp_path / "out"
    golden.check(GOLDEN / "without-figures.txt", site_text(out, *pages_of(out, "ja")))
    assert "ja/index.html" in (out / "index.html").read_text(encoding="utf-8")


def test_a_replay_of_some_days_has_no_whole_week(tmp_path: Path) -> None:
    built = replace(FULL, shown=5 * DAY, replayed=5 * DAY).build(tmp_path)
    page = messages_page(built.figures)
    assert [section.messages.team for section in page.sections] == ["", "data", "web"]
    assert {section.weeks for section in page.sections} == {()}
    tiers = [tier for section in page.sections for tier in section.tiers]
    assert [(tier.total, tier.most, tier.path, tier.trend) for tier in tiers] == [
        (0, 0, "", None)
    ] * 9
    text = site_text(tmp_path / "out", "en/notifications.html", "en/on-call.html")
    assert "in 5 days." in text


def test_an_empty_repository_has_these_pages(golden: Golden, tmp_path: Path) -> None:
    built = SiteWorld(files={}).build(tmp_path)
    out = tmp_path / "out"
    golden.check(GOLDEN / "empty.txt", site_text(out, *pages_of(out)))
    assert (out / "search/index.js").read_bytes() == b"reliabilityShards=[];\n"
    assert built.figures.services == {}


def test_stored_minutes_give_the_site_of_minutes_in_memory(tmp_path: Path) -> None:
    """The second build is from sums that the first one kept, and the third writes nothing."""
    named = Message("store: {folder}", folder="store")
    FULL.build(tmp_path / "memory", FULL.inputs(WrittenHistory(TRAFFIC, named)))
    expected = contents(tmp_path / "memory/out")
    source = WrittenHistory(TRAFFIC).stored(tmp_path / "store", FULL.catalog())
    for out, written in (("first", 63), ("second", 63), ("second", 0)):
        built = FULL.build(tmp_path / out, FULL.inputs(source))
        assert built.written == WrittenSite(63, written, 0)
        made = contents(tmp_path / out / "out")
        assert made.keys() == expected.keys()
        assert [name for name in made if made[name] != expected[name]] == []
    assert len([*(tmp_path / "store").rglob("sums-*.bin")]) == 3
    assert [path.name for path in (tmp_path / "second").iterdir()] == ["out"]


INHIBITION: Final = """\
route: {receiver: rest}
receivers: [{name: rest}]
inhibit_rules:
  - {source_matchers: ['tier="alert"'], target_matchers: ['tier="log"'], equal: [team]}
"""


@dataclass(frozen=True, slots=True)
class Failing(WrittenHistory):
    """A source that cannot be read for one SLO."""

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        if sli.slo == "lonely-one":
            raise SourceError("a file is damaged")
        return super(Failing, self).series(sli, span)


def test_files_of_a_build_that_fails_are_listed(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a file is damaged"):
        FULL.build(tmp_path, FULL.inputs(Failing(TRAFFIC)))
    names = ("bare", "cart", "lonely", "shop")
    paths = [f"services/{name}.html" for name in names]
    paths += [f"services/days/{name}.html" for name in names]
    assert SiteFolder(tmp_path / "out", None).listed() == {
        *(f"services/{name}.json" for name in names),
        *(f"{language}/{path}" for language in ("en", "ja") for path in paths),
    }
    assert FULL.build(tmp_path).written.removed == 0


def test_of_two_slos_of_a_name_the_last_one_counts() -> None:
    """And services that only an SLO names come after the others."""
    files = {
        **FILES,
        "services/cart/z.yaml": slo("cart-add", "target: 0.5"),
        "policies/elsewhere.yaml": slo("alpha-one", "target: 0.9"),
    }
    inputs = replace(FULL, files=files).inputs()
    assert [*inputs.services] == ["bare", "cart", "lonely", "shop", "alpha"]
    assert [str(one.target) for one in inputs.services["cart"]] == ["0.5"]
    assert [str(one.target) for one in inputs.reviews.objectives["cart"]] == ["0.99", "0.5"]
    assert (inputs.shown.length, inputs.terms.span.length) == (100 * DAY, 28 * DAY)
    longer = replace(FULL, shown=5 * DAY).inputs()
    assert (longer.shown.length, longer.warm_up) == (28 * DAY, DAY)
    assert [*longer.incidents_of] == ["shop"]
    assert [*longer.due] == ["cart", "lonely", "shop"]
    assert longer.at == at("2026-10-05")
    assert longer.quarter == TimeSpan(at("2026-07-01"), at("2026-10-01"))


def test_alerts_of_all_services_together_give_the_same_site(tmp_path: Path) -> None:
    """An inhibition across services, which mutes nothing here: the log tier notifies nobody."""
    FULL.build(tmp_path / "apart")
    files = {**FILES, "policies/alertmanager.base.yml": INHIBITION}
    together = replace(FULL, files=files)
    assert not is_by_service(together.inputs().context)
    built = together.build(tmp_path / "together")
    assert isinstance(built.figures.sent, CountedMessages)
    assert built.figures.sent.index is not None
    assert {service.messages for service in built.figures.services.values()} == {b""}
    one, other = (contents(tmp_path / name / "out") for name in ("apart", "together"))
    assert [name for name in one if one[name] != other[name]] == []


PAST: Final = (
    (
        "2026-08-10",
        "Begin with 90 %",
        {
            "services/shop/slo.yaml": slo("shop-buy", "displayName: served, target: 0.9"),
            "services/shop/alerts.yaml": FAST.replace("fast: alert", "fast: ticket"),
        },
    ),
    (
        "2026-09-10",
        "Tighten, and own it",
        {
            "services/shop/slo.yaml": slo("shop-buy", "displayName: served, target: 0.999")
            + "---\n"
            + slo("shop-new", "target: 0.99"),
            "services/shop/month.yaml": slo("shop-month", "target: 0.95", window=MONTHS),
            "services/shop/ownership.yaml": SHOP,
        },
    ),
    ("2026-09-20", "Alert people", {"services/shop/alerts.yaml": FAST}),
    (
        "2026-10-05",
        "Loosen at noon of the day of the figures",
        {"services/shop/month.yaml": slo("shop-month", "target: 0.9", window=MONTHS)},
    ),
)


def test_pages_of_a_past_in_git_are_these(golden: Golden, tmp_path: Path) -> None:
    """Days and periods before and after the target, the owner and the tiers changed."""
    commits = Commits(tmp_path / "repository")
    files: dict[str, str] = {name: FILES[name] for name in FILES if "policies" in name}
    for day, subject, changed in PAST:
        parent = ("main",) if files.keys() & changed.keys() else ()
        commits.commit("main", changed, *parent, at=at(f"{day}T12:00"), subject=subject)
        files |= changed
    root = commits.written()
    git(root, "remote", "add", "origin", "https://github.com/acme/slo.git")
    outages = tuple((f"2026-{day}T10:00", 60, 50.0) for day in ("09-05", "09-10", "09-20"))
    world = SiteWorld(
        files=files,
        traffic={
            name: (GroupTraffic(since=at("2026-07-01"), failures=outages),)
            for name in ("shop-buy", "shop-month", "shop-new")
        },
        past=git_past(root),
        shown=75 * DAY,
    )
    world.build(tmp_path)
    names = ("services/shop", "services/days/shop", "teams/web", "reviews", "index")
    text = site_text(tmp_path / "out", *(f"en/{name}.html" for name in names))
    golden.check(GOLDEN / "past.txt", text)


TWINS: Final = document(
    "AlertPolicy",
    "shop",
    """\
  service: shop
  objectives:
    - {slo: shop-b, tiers: {fast: alert, slow: ticket}, runbook: docs/b.md}
    - {slo: shop-a, tiers: {fast: alert, slow: ticket}, runbook: docs/a.md}
    - {slo: shop-slow, tiers: {fast: ticket, slow: log}, runbook: docs/slow.md}
""",
)
DETECTED: Final = (
    ("in both, the first by name", "09-20T10:00", "09-20T10:30", ""),
    ("of one SLO", "09-20T10:00", "09-20T10:31", "shop-b"),
    ("began while it fired", "09-20T10:10", "09-20T10:20", "shop-b"),
    ("ends when it fires", "09-20T09:00", "09-20T10:02", ""),
    ("ends before it fires", "09-20T09:00", "09-20T10:01", ""),
    ("begins when the page has stopped", "09-20T11:29", "09-20T12:00", "shop-a"),
    ("begins before it stops", "09-20T11:28", "09-20T12:00", "shop-a"),
    ("only a ticket", "09-25T10:00", "09-25T11:00", "shop-slow"),
    ("of an SLO that did not fail", "09-25T10:00", "09-25T11:01", "shop-a"),
    ("with the data of one SLO", "09-10T10:00", "09-10T11:00", ""),
)
PARTIAL: Final = SiteWorld(
    files={
        **{path: text for path, text in FILES.items() if "policies" in path},
        "services/shop/slo.yaml": "---\n".join(
            slo(f"shop-{name}", "target: 0.999", reviewed="2026-10-01")
            for name in ("b", "a", "slow", "ended")
        ),
        "services/shop/alerts.yaml": TWINS,
        "services/shop/incidents.yaml": document(
            "Incidents",
            "shop",
            "  service: shop\n  incidents:\n"
            + "".join(
                f'    - {{name: "{name}", start: 2026-{start}:00Z, end: 2026-{end}:00Z, impact: x'
                + (f", slos: [{{slo: {of}, failed: 50%}}]}}\n" if of else "}\n")
                for name, start, end, of in DETECTED
            ),
        ),
    },
    traffic={
        **{
            f"shop-{name}": (
                GroupTraffic(since=at("2026-09-15"), failures=(("2026-09-20T10:00", 60, 50.0),)),
            )
            for name in "ab"
        },
        "shop-slow": (
            GroupTraffic(
                since=at("2026-08-15"),
                failures=(("2026-09-25T10:00", 30, 50.0),),
                gaps=(("2026-09-26T00:00", 900), ("2026-09-27T00:00", 700)),
            ),
        ),
        "shop-ended": (GroupTraffic(since=at("2026-08-01"), gaps=(("2026-08-20T00:00", 90_000),)),),
    },
    shown=28 * DAY,
)


def test_days_without_data_and_detections_at_their_limits_are_these(
    golden: Golden, tmp_path: Path
) -> None:
    PARTIAL.build(tmp_path)
    names = ("calendar.html", "incidents.html", "index.html", "services/days/shop.html")
    text = site_text(tmp_path / "out", *(f"en/{name}" for name in names), "services/shop.json")
    golden.check(GOLDEN / "partial.txt", text)


MIXED: Final = SiteWorld(
    files={
        "services/mix/slo.yaml": slo("mix-a", "target: 0.999")
        + "---\n"
        + slo("mix-b", "target: 0.999"),
        "policies/burn.yaml": WINDOWS,
        "services/mix/alerts.yaml": document(
            "AlertPolicy",
            "mix",
            "  service: mix\n  objectives: [{slo: mix-a, runbook: docs/mix.md}]\n",
        ),
        "services/zero/slo.yaml": slo("zero-a", "target: 0.99"),
        "services/few/slo.yaml": slo("few-a", "displayName: First, target: 0.999", "target: 0.9")
        + "---\n"
        + slo("few-b", "target: 0.999"),
    },
    traffic={
        # Of 2,000 failures 20 are in another hour, which is 1 %, and 19 of 1,900 + 19 are less.
        "mix-a": (
            GroupTraffic(
                since=at("2026-08-01"),
                failures=(
                    *(("2026-09-10T10:00", 60, 33.0), ("2026-09-10T12:00", 1, 20.0)),
                    *(("2026-09-12T10:00", 60, 33.0), ("2026-09-12T12:00", 1, 19.0)),
                    # A single failure of 91, and an alert that still fires on the next day.
                    *(("2026-09-14T10:00", 60, 1.5), ("2026-09-14T12:00", 1, 1.0)),
                    ("2026-09-16T23:00", 60, 33.0),
                    # Some failures in each hour of a day.
                    ("2026-09-19T00:00", 1440, 0.1),
                ),
                gaps=(("2026-09-12T14:59", 1),),
            ),
        ),
        "few-a": (GroupTraffic(since=at("2026-08-01")),),
        # 43,200 failures are all of a budget of 1 %.
        "zero-a": (
            GroupTraffic(since=at("2026-08-01"), failures=(("2026-09-20T10:00", 720, 60.0),)),
        ),
    },
    shown=30 * DAY,
)


def test_hours_of_a_day_with_one_percent_of_its_failures_are_listed(
    golden: Golden, tmp_path: Path
) -> None:
    """And one SLO of two without history is not a service without history."""
    MIXED.build(tmp_path)
    names = ("services/days/mix.html", "services/days/few.html", "services/few.html", "index.html")
    text = site_text(tmp_path / "out", *(f"en/{name}" for name in names))
    golden.check(GOLDEN / "mixed.txt", text)


class OddReason(str):
    """A reason that cannot be kept, because its class is not listed."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Odd(WrittenHistory):
    """A source whose reasons are of a class of its own."""

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        read = super(Odd, self).series(sli, span)
        return NoHistory(OddReason(read.reason)) if isinstance(read, NoHistory) else read


def test_a_value_that_cannot_be_kept_gives_the_same_site(tmp_path: Path) -> None:
    world = replace(FULL, files={**FILES, "policies/alertmanager.base.yml": INHIBITION})
    world.build(tmp_path / "usual")
    built = world.build(tmp_path / "odd", world.inputs(Odd(TRAFFIC)))
    one, other = (contents(tmp_path / name / "out") for name in ("usual", "odd"))
    # A reason that is no message stays in English.
    differing = [name for name in one if one[name] != other[name]]
    assert differing == ["ja/services/lonely.html"]
    assert [*built.figures.services] == ["bare", "cart", "lonely", "shop"]


def test_targets_of_the_past_are_those_of_the_environment(tmp_path: Path) -> None:
    declared = slo("shop-buy", "target: 0.9", **{"target.staging": "0.5"})
    commits = Commits(tmp_path / "repository")
    commits.commit("main", {"services/shop/slo.yaml": declared}, at=at("2026-08-01"))
    files = {"services/shop/slo.yaml": declared, "policies/environments.yaml": ENVIRONMENTS}
    world = SiteWorld(
        files=files,
        traffic={"shop-buy": (GroupTraffic(since=at("2026-08-01")),)},
        past=git_past(commits.written()),
        shown=30 * DAY,
    )
    for name, target in (("production", "90 %"), ("staging", "50 %")):
        [catalog] = measured_catalogs(world.catalog(), [name])
        context = Context(today=world.today, catalog=catalog)
        source = WrittenHistory(world.traffic)
        world.build(tmp_path / name, SiteInputs.of(context, source, 30 * DAY, 14 * DAY))
        text = site_text(tmp_path / name / "out", "en/services/shop.html")
        assert f"2026-09-05 – 2026-10-05 | 100.00 % | {target} | met | 0 %" in text


def test_an_slo_without_history_has_no_suggestion() -> None:
    declared = SiteDeclarations(inputs=FULL.inputs())
    [lonely] = suggested_targets(declared, "lonely", "lonely-one")
    assert lonely == TargetForReview(
        name="",
        now=Decimal("0.95"),
        target=None,
        met=0,
        periods=0,
        alert_episodes=UNKNOWN_RATE,
        is_known=False,
    )
    names = [one.name for one in suggested_targets(declared, "shop", "shop-buy")]
    assert names == ["served", "at-all"]


ENVIRONMENTS: Final = document(
    "Environments",
    "environments",
    """\
  environments:
    - {name: production, series: unlabeled}
    - {name: staging, highestTier: ticket}
""",
)


def test_pages_of_an_environment_name_it(golden: Golden, tmp_path: Path) -> None:
    files = {
        **without("cart", "lonely", "elsewhere"),
        "policies/environments.yaml": ENVIRONMENTS,
    }
    world = replace(FULL, files=files, shown=30 * DAY)
    [staging] = measured_catalogs(world.catalog(), ["staging"])
    context = Context(today=world.today, catalog=staging)
    inputs = SiteInputs.of(context, WrittenHistory(TRAFFIC), 30 * DAY, 14 * DAY)
    world.build(tmp_path, inputs)
    out = tmp_path / "out"
    names = ("en/index.html", "ja/index.html", "en/services/shop.html", "en/incidents.html")
    golden.check(GOLDEN / "environment.txt", site_text(out, *names))
    title = re.search("<title>.*</title>", (out / names[0]).read_text(encoding="utf-8"))
    assert title is not None
    assert title[0] == "<title>Overview · staging · Reliability</title>"


def test_pages_for_customers_are_these(golden: Golden, tmp_path: Path) -> None:
    inputs = FULL.inputs()
    chosen = [of[0] for of in (inputs.services[name] for name in ("shop", "cart", "lonely"))]
    slos = tuple(
        PublicSlo(objective, f"Name {number}", "What it is <b>" if number else "")
        for number, objective in enumerate(chosen)
    )
    out = tmp_path / "out"
    folder = SiteFolder(out, None)
    allowed = AllowList("Status & more", "Europe/Berlin", slos)
    assert write_public(inputs, allowed, folder) == WrittenSite(7, 7, 0)
    text = site_text(out, "en/index.html", "ja/index.html", "en/feed.xml", "ja/feed.xml")
    golden.check(GOLDEN / "public.txt", text)
    assert sorted(contents(out)) == [
        *("assets/icon.svg", "assets/site.css", "en/feed.xml", "en/index.html", "index.html"),
        *("ja/feed.xml", "ja/index.html", "site-files.json"),
    ]
    feed = (out / "en/feed.xml").read_text(encoding="utf-8")
    assert 'href="index.html"' in feed
    assert "Status &amp; more" in feed
    assert b"written" not in b"".join(contents(out).values())
    fewer = AllowList("Status & more", "Europe/Berlin", slos[1:])
    assert write_public(inputs, fewer, folder) == WrittenSite(7, 4, 0)
    (out / "site-files.json").write_text('{"files": ["en/old.html"]}')
    (out / "en/old.html").write_text("old")
    assert write_public(inputs, fewer, folder) == WrittenSite(7, 0, 1)


def test_values_are_escaped_in_pages() -> None:
    escaped = PageEnvironment.escaped
    values = ("a b", "<b>&\"'", 5, True, 1.5, Message("<{n}>", n="1"), Markup("<b>"), None)
    assert [str(escaped(value)) for value in values] == [
        *("a b", "&lt;b&gt;&amp;&#34;&#39;", "5", "True", "1.5", "&lt;1&gt;", "<b>", "None")
    ]
    addresses = (None, "", "http://a", "https://a", "javascript:a", "//a", "docs/a.md", " http://a")
    assert [web(address) for address in addresses] == ["", "", "http://a", "https://a", *[""] * 4]


def test_the_style_of_the_site_begins_with_that_of_all_pages() -> None:
    style, icon = (STATIC / name for name in ("site.css", "icon.svg"))
    assert asset("site.css") == design_style().encode() + style.read_bytes()
    assert asset("icon.svg") == icon.read_bytes()
    listed = dict(assets())
    assert [*listed] == sorted(f"assets/{path.name}" for path in STATIC.iterdir())
    assert listed["assets/site.css"] == asset("site.css")
