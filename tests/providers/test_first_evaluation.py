"""The wait of a Prometheus for the first evaluation, and the comparison of files with what runs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from reliability.plan.change import Change, Create, Delete, Update
from reliability.plan.sync import ChangeFailed
from reliability.providers.disk import FORMER, Disk, beside
from reliability.providers.http import open_server
from reliability.providers.live import ReloadRefused, Steps, Unproven
from reliability.providers.loaded_files import (
    LoadedFiles,
    LookedAt,
    evaluation_error,
    is_evaluated,
    is_failing,
    is_unproven,
    without_evaluated,
)
from reliability.providers.loaded_rules import (
    groups_of,
    is_same_expression,
    mismatch,
    rules_of,
    without_layout,
)
from reliability.providers.prometheus import PrometheusProvider
from reliability.providers.rules_api import LoadedGroup, LoadedRule
from reliability.resource import Json, Resource
from tests.providers.fake_servers import FakePrometheus
from tests.providers.worlds import TARGET, prometheus_target, rules

LATE = "it is loaded, and was not evaluated in time"
Pause = Callable[[float], None]


@dataclass
class Site:
    """A fake Prometheus, and a provider whose pauses are noted."""

    folder: Path
    closing: ExitStack
    fake: FakePrometheus = field(init=False)
    pauses: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    after: Callable[[int], None] = lambda _number: None
    """Called after each pause with the number of pauses so far."""

    def __post_init__(self) -> None:
        self.fake = FakePrometheus(folder=self.folder, page=100)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.after(len(self.pauses))

    def open(self) -> PrometheusProvider:
        target = prometheus_target("http://p.example:9090", self.folder)
        transport = httpx.MockTransport(self.fake.handle)
        server = open_server(target, None, ["p.example"], writable=True, transport=transport)
        self.closing.callback(server.client.close)
        return PrometheusProvider(
            target=TARGET,
            folder=self.folder,
            disk=Disk(writable=True, durable=False),
            server=replace(server, pause=self.pause),
            tell=self.said.append,
        )

    def apply(self, *changes: Change, waits: bool = True) -> list[str]:
        provider = self.open()
        provider.read()
        provider.steps = Steps(waits=waits)
        return [
            f"{outcome.change.id.name}: "
            f"{outcome.why if isinstance(outcome, ChangeFailed) else 'done'}"
            for outcome in provider.apply(changes)
        ]

    def evaluate(self, *services: str, health: str = "ok", error: str = "") -> None:
        for group in self.fake.groups:
            if group["name"].partition("-")[0] in services:
                for rule in group["rules"]:
                    rule["health"], rule["lastError"] = health, error


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with ExitStack() as closing:
        yield Site(tmp_path, closing)


def every(name: str, *intervals: str) -> Resource:
    """A rule file whose groups have these intervals."""
    body: Any = rules(name).body
    groups: list[Json] = [
        {**group, "interval": interval}
        for group, interval in zip(body["groups"][:2], intervals, strict=True)
    ]
    return Resource(rules(name).id, {"groups": groups})


@pytest.mark.parametrize(
    ("intervals", "patience", "pause"),
    [
        (("1s", "1s"), 6, 0.5),
        (("1s", "15s"), 20, 0.5),
        (("75s", "1s"), 80, 2.0),
        (("15m", "10s"), 905, 22.625),
        # Longer intervals are not waited for to their end.
        (("1h", "1s"), 905, 22.625),
    ],
)
def test_the_wait_is_as_long_as_the_longest_interval(
    site: Site, intervals: tuple[str, str], patience: float, pause: float
) -> None:
    assert site.apply(Create(every("shop", *intervals))) == [f"shop: {LATE}"]
    count = round(patience / pause)
    assert site.pauses == [pause] * count
    # A line at the beginning, and whenever fifteen seconds are over.
    waited, noted, lines = 0.0, -15.0, []
    for _ in range(count):
        if waited >= noted + 15:
            noted = waited
            lines.append(
                f"here: waiting up to {patience - waited:.0f} s for the first evaluation: "
                "0 of 3 rules evaluated"
            )
        waited += pause
    assert site.said == lines


def test_rules_are_counted_as_they_are_evaluated(site: Site) -> None:
    def after(number: int) -> None:
        if number == 20:
            site.evaluate("shop")
        if number == 34:
            site.evaluate("cart")

    site.after = after
    changes = (Create(every("shop", "15s", "10s")), Create(every("cart", "15s", "10s")))
    assert site.apply(*changes) == ["shop: done", "cart: done"]
    assert len(site.pauses) == 34
    assert site.said == [
        "here: waiting up to 20 s for the first evaluation: 0 of 6 rules evaluated",
        "here: waiting up to 5 s for the first evaluation: 3 of 6 rules evaluated",
    ]


def test_what_is_evaluated_is_not_looked_at_again(site: Site) -> None:
    """An error that comes after the first evaluation is that of a later one."""

    def after(number: int) -> None:
        if number == 1:
            site.evaluate("shop")
        if number == 2:
            site.evaluate("shop", health="err", error="too many")
            site.evaluate("cart")

    site.after = after
    assert site.apply(Create(rules("shop")), Create(rules("cart"))) == [
        "shop: done",
        "cart: done",
    ]
    assert site.pauses == [0.5, 0.5]


@dataclass(slots=True)
class FakeAtOnce(FakePrometheus):
    """A Prometheus that evaluates each rule at once; those of `bad` have an error.

    Rules of `slow` are not evaluated.
    """

    def load(self) -> None:
        FakePrometheus.load(self)
        for group in self.groups:
            for rule in group["rules"]:
                is_bad = group["name"].startswith("bad")
                if group["name"].startswith("slow"):
                    continue
                rule["health"] = "err" if is_bad else "ok"
                rule["lastError"] = "many-to-many" if is_bad else ""


def test_what_is_refused_at_the_first_look_is_not_waited_for(site: Site) -> None:
    site.fake = FakeAtOnce(folder=site.folder, page=100)
    [bad, fine] = site.apply(Create(rules("bad")), Create(rules("fine")))
    assert fine == "fine: done"
    assert bad == (
        "bad: rule bad:errors:ratio of group bad-sli cannot be evaluated: many-to-many; "
        "rule ErrorBudgetBurn of group bad-alerts cannot be evaluated: many-to-many; "
        "rule ErrorBudgetBurn of group bad-alerts cannot be evaluated: many-to-many; "
        "the new file was removed"
    )
    assert site.pauses == []


def test_rules_that_were_refused_are_not_among_those_that_are_waited_for(site: Site) -> None:
    site.fake = FakeAtOnce(folder=site.folder, page=100)
    site.after = lambda _number: site.evaluate("slow")
    outcomes = site.apply(*(Create(rules(name)) for name in ("bad", "fine", "slow")))
    assert [outcome.partition(": ")[2] for outcome in outcomes[1:]] == ["done", "done"]
    assert site.said == ["here: waiting up to 6 s for the first evaluation: 3 of 6 rules evaluated"]


def test_without_a_wait_only_the_loading_counts(site: Site) -> None:
    assert site.apply(Create(rules("shop")), waits=False) == ["shop: done"]
    assert (site.pauses, site.said) == ([], [])


def test_the_ids_that_were_refused_are_passed_on_once_the_rest_is_loaded(site: Site) -> None:
    seen: list[frozenset[str]] = []
    provider = site.open()
    provider.read()
    provider.steps = Steps(
        waits=False, on_loaded=lambda ids: seen.append(frozenset(item.name for item in ids))
    )
    blocked = site.folder / ".blocked.yml.reliability-new"
    blocked.mkdir()
    list(
        provider.apply(
            [Create(rules("fine")), Create(rules("bad", expr="sum(")), Create(rules("blocked"))]
        )
    )
    assert seen == [frozenset(("bad", "blocked"))]


def test_with_no_file_in_place_nothing_is_reloaded(site: Site) -> None:
    blocked = site.folder / ".shop.yml.reliability-new"
    blocked.mkdir()
    assert site.apply(Create(rules("shop"))) == [f"shop: {blocked}: is a directory"]
    assert "POST /-/reload" not in site.fake.requests


def test_what_is_no_regular_file_is_foreign(site: Site) -> None:
    (site.folder / "folder.yml").mkdir()
    (site.folder / "link.yml").symlink_to("nowhere")
    (site.folder / "other name.yml").write_text("x")
    held = site.open().read()
    assert [(item.id.name, item.why) for item in held.foreign] == [
        ("folder", f"{site.folder}/folder.yml: not a regular file"),
        ("link", f"{site.folder}/link.yml: not a regular file"),
    ]


def test_a_file_that_somebody_changes_after_the_plan_is_left(site: Site) -> None:
    site.apply(Create(rules("shop")), Create(rules("cart")), waits=False)
    provider = site.open()
    provider.read()
    provider.steps = Steps(waits=False)
    file = site.folder / "shop.yml"
    text = file.read_text() + "# by hand\n"
    file.write_text(text)
    (site.folder / "web.yml").write_text("groups: []\n")
    changes = (
        Create(rules("web")),
        Update(rules("shop"), rules("shop", "> 2")),
        Update(rules("cart"), rules("cart", "> 2")),
    )
    outcomes = {
        outcome.change.id.name: outcome.why if isinstance(outcome, ChangeFailed) else "done"
        for outcome in provider.apply(changes)
    }
    stale = "was changed since the plan was made; plan again"
    assert outcomes == {
        "cart": "done",
        "web": f"{site.folder}/web.yml {stale}",
        "shop": f"{file} {stale}",
    }
    assert file.read_text() == text


# --- comparison


def rule(name: str = "A", **more: Any) -> LoadedRule:
    return LoadedRule.model_validate(
        {"name": name, "type": "alerting", "query": "x", "health": "ok", **more}
    )


def group(*loaded: LoadedRule, name: str = "g", file: str = "/rules/a.yml") -> LoadedGroup:
    made = LoadedGroup.model_validate({"name": name, "file": file, "interval": 60, "rules": []})
    return made.model_copy(update={"rules": loaded})


ZERO = "0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("loaded", "failing", "evaluated"),
    [
        (rule(), False, True),
        (rule(health="unknown"), False, False),
        (rule(lastEvaluation=ZERO), False, False),
        (rule(lastEvaluation="2026-11-28T00:00:00Z"), False, True),
        (rule(health="err"), True, True),
        (rule(health="err", lastError="no"), True, True),
        (rule(lastError="no"), True, True),
        (rule(health="err", lastError="x: context canceled"), False, False),
        (rule(health="err", lastError="query was canceled by"), False, False),
    ],
)
def test_whether_a_rule_fails_and_was_evaluated(
    loaded: LoadedRule, failing: bool, evaluated: bool
) -> None:
    assert (is_failing(loaded), is_evaluated(loaded)) == (failing, evaluated)
    assert is_unproven((group(rule(), loaded),)) is not evaluated
    kept = without_evaluated(group(rule(), loaded)).rules
    assert kept == ((loaded,) if failing or not evaluated else ())


@pytest.mark.parametrize(
    ("count", "more"), [(0, None), (1, ""), (3, ""), (4, "; and 1 more rules")]
)
def test_three_rules_with_an_error_are_named(count: int, more: str | None) -> None:
    failing = [rule(f"A{number}", lastError=f"e{number}") for number in range(count)]
    named = "; ".join(
        f"rule A{number} of group g cannot be evaluated: e{number}"
        for number in range(min(count, 3))
    )
    expected = None if more is None else f"{named}{more}"
    assert evaluation_error((group(rule()), group(*failing))) == expected


def test_a_file_under_another_path_is_the_one_that_is_equal() -> None:
    body: dict[str, Any] = {"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "x"}]}]}
    other = group(rule(query="y"), file="/one/a.yml")
    same = group(rule(), file="/two/a.yml")
    looked_at = LookedAt(names=("a.yml",), compared=("a.yml",))
    there = LoadedFiles.of(Path("/rules"), [other, same], looked_at)
    running = there.running(Path("/rules/a.yml"), body, is_same_expression)
    assert (running.groups, running.differs) == ((same,), None)
    only_other = LoadedFiles.of(Path("/rules"), [other], looked_at)
    running = only_other.running(Path("/rules/a.yml"), body, is_same_expression)
    assert running.groups == (other,)
    assert running.differs == "group g: `expr` of A differs from the file"
    nothing = LoadedFiles.of(Path("/rules"), [], looked_at)
    running = nothing.running(Path("/rules/a.yml"), body, is_same_expression)
    assert (running.groups, running.differs) == ((), "group g does not run")
    # Once the server shows a file of the folder by its path, others are not looked at.
    ours = group(rule(), name="h", file="/rules/b.yml")
    mixed = LoadedFiles.of(Path("/rules"), [same, ours], looked_at)
    running = mixed.running(Path("/rules/a.yml"), body, is_same_expression)
    assert (running.groups, running.differs) == ((), "group g does not run")


@pytest.mark.parametrize(
    ("path", "is_ours"),
    [
        ("FOLDER/a.yml", True),
        ("FOLDER/inner/a.yml", False),
        ("/elsewhere/a.yml", False),
        ("LINK/a.yml", True),
        ("rules/a.yml", True),
        ("etc/rules/a.yml", True),
        ("other/rules/a.yml", False),
        ("ules/a.yml", False),
        ("a.yml", False),
    ],
)
def test_a_file_of_the_folder_is_known_by_its_path(
    tmp_path: Path, path: str, is_ours: bool
) -> None:
    folder, link = tmp_path / "etc/rules", tmp_path / "link"
    folder.mkdir(parents=True)
    link.symlink_to(folder)
    file = path.replace("FOLDER", str(folder)).replace("LINK", str(link))
    looked_at = LookedAt(names=(), compared=())
    opened = link if path.startswith("LINK") else folder
    there = LoadedFiles.of(opened, [group(rule(), file=file)], looked_at)
    assert list(there.ours) == (["a.yml"] if is_ours else [])


@pytest.mark.parametrize(
    ("wanted", "running", "why"),
    [
        ({}, {}, None),
        ({"interval": "1m"}, {}, None),
        ({"interval": "61s"}, {}, "its interval is 60 s instead of 61s"),
        ({"interval": "1m"}, {"interval": 0.5}, "its interval is 0.5 s instead of 1m"),
        ({"limit": 0}, {}, None),
        ({"limit": 3}, {}, "its limit is 0 instead of 3"),
        ({}, {"limit": 3}, "its limit is 3 instead of 0"),
        ({"labels": {"a": "b"}}, {}, "`labels` of A differs from the file"),
        ({"query_offset": "1m"}, {}, None),
        (
            {"rules": [{"alert": "A", "expr": "x"}, {"record": "r", "expr": "x"}]},
            {},
            "it runs 1 rules instead of 2",
        ),
        ({"rules": [{"record": "A", "expr": "x"}]}, {}, "the kind of A differs from the file"),
        ({"rules": [{"alert": "B", "expr": "x"}]}, {}, "the name of A differs from the file"),
        (
            {"rules": [{"alert": "A", "expr": "x", "for": "1m"}]},
            {},
            "`for` of A differs from the file",
        ),
        (
            {"rules": [{"alert": "A", "expr": "x", "keep_firing_for": "1m"}]},
            {},
            "`keep_firing_for` of A differs from the file",
        ),
        ({"rules": [{"alert": "A", "expr": "x", "labels": {"e": ""}}]}, {}, None),
        (
            {"rules": [{"alert": "A", "expr": "x", "annotations": {"e": ""}}]},
            {},
            "`annotations` of A differs from the file",
        ),
    ],
)
@pytest.mark.parametrize("ordered", [True, False])
def test_the_first_difference_of_a_group(
    wanted: dict[str, Any], running: dict[str, Any], why: str | None, ordered: bool
) -> None:
    file: dict[str, Any] = {
        "groups": [{"name": "g", "rules": [{"alert": "A", "expr": "x"}], **wanted}]
    }
    there = group(rule()).model_copy(update=running)
    expected = None if why is None else f"group g: {why}"
    assert mismatch(file, [there], is_same_expression, ordered=ordered) == expected


def test_rules_in_another_order_differ_unless_the_order_does_not_count() -> None:
    file: dict[str, Any] = {
        "groups": [
            {
                "name": "g",
                "rules": [{"alert": name, "expr": expr} for name, expr in ("Ax", "By", "Cz")],
            }
        ]
    }
    loaded = [rule("C", query="z"), rule("A"), rule("B", query="y")]
    turned = [group(*loaded)]
    assert mismatch(file, turned, is_same_expression, ordered=False) is None
    why = "group g: the name of C differs from the file"
    assert mismatch(file, turned, is_same_expression) == why
    # The rule that differs is the one that is named, whatever its place.
    changed = [group(loaded[0], rule("B", query="w"), loaded[1])]
    assert mismatch(file, changed, is_same_expression, ordered=False) == (
        "group g: `expr` of B differs from the file"
    )
    more = [group(*loaded, rule("D"))]
    assert mismatch(file, more, is_same_expression, ordered=False) == (
        "group g: it runs 4 rules instead of 3"
    )


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        (None, []),
        ("text", []),
        ({"name": "a"}, []),
        (5, []),
        ([None, "x", 1, {"name": "a"}], ["a"]),
    ],
)
def test_groups_of_a_body(groups: Any, names: list[str]) -> None:
    assert [item["name"] for item in groups_of({"groups": groups})] == names
    assert groups_of({}) == []


def test_rules_of_a_body_are_named_by_group_and_rule() -> None:
    body: dict[str, Any] = {
        "groups": [
            {"name": "a", "rules": [{"alert": "A", "expr": "x"}, {"record": "r", "expr": "y"}]},
            {"name": "b"},
        ]
    }
    assert list(rules_of(body)) == [("a", "A", "x"), ("a", "r", "y")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  sum( x ) ", "sum(x)"),
        ("a  or\n b", "a or b"),
        ("a + b", "a+b"),
        ('x{a="b  c"} > 1', 'x{a="b  c"}>1'),
        ("x{a='b  c'}", "x{a='b  c'}"),
        ("x{a=`b  c`}", "x{a=`b  c`}"),
        ('x{a="\\"  "} - 1', 'x{a="\\"  "}-1'),
        ("a # b  c", "a # b  c"),
        ("a :b", "a :b"),
    ],
)
def test_layout_is_left_out_but_not_in_strings(text: str, shown: str) -> None:
    assert without_layout(text) == shown


def test_an_unproven_change_is_confirmed_and_a_refused_one_restored(site: Site) -> None:
    site.apply(Create(rules("shop")), Create(rules("old")), waits=False)
    site.evaluate("shop", "old")
    later = site.open()
    later.read()
    verdicts = later.runner.verdicts(
        [Update(rules("shop"), rules("shop", "> 2")), Delete(rules("old"))]
    )
    assert {key.name: type(value) for key, value in verdicts.items()} == {
        "shop": ReloadRefused,
        "old": ReloadRefused,
    }
    site.evaluate("shop", health="unknown")
    [verdict] = later.runner.verdicts([Create(rules("shop"))]).values()
    assert verdict == Unproven(LATE)


@pytest.mark.parametrize(
    ("is_older", "is_confirmed", "is_compared"),
    [(True, True, False), (True, False, True), (False, True, True)],
)
def test_a_file_is_compared_if_something_hints_at_a_difference(
    site: Site, is_older: bool, is_confirmed: bool, is_compared: bool
) -> None:
    site.fake = FakeAtOnce(folder=site.folder, page=100)
    assert site.apply(Create(rules("shop"))) == ["shop: done"]
    # The server runs something else under the path of the file.
    site.fake.groups[0]["rules"][0]["query"] = "up"
    site.fake.clock += 60 if is_older else -60
    if not is_confirmed:
        beside(site.folder / "shop.yml", FORMER).touch()
    stale = site.open().read().stale
    whys = [item.why.partition(":")[0] for item in stale]
    assert whys == (["the server runs it otherwise"] if is_compared else [])
