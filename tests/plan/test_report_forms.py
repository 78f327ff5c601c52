"""Reports with everything that a plan can hold, in each format and language, in golden files.

`pytest tests/plan/test_report_forms.py --update-golden` rewrites them; read what has changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability.alertmanager.matcher import RouteMatcher
from reliability.finding import Problem
from reliability.location import Location, SourceSpan
from reliability.message import Message
from reliability.plan.alerts import ActiveAlert
from reliability.plan.change import (
    Blocked,
    Change,
    Claim,
    Create,
    Delete,
    Drift,
    Postponed,
    Reload,
    Update,
)
from reliability.plan.drift import CHANGED
from reliability.plan.fields import ABSENT, FieldDifference, differences
from reliability.plan.held import Owner, Pending
from reliability.plan.plan import Plan
from reliability.plan.render import UNREADABLE_FORMATS, render, render_drift
from reliability.plan.render.detail import WHOLE, PlanDetail
from reliability.plan.render.markdown import as_markdown, code
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe
from reliability.plan.silences import ChangedSilence, CurrentSilence
from reliability.plan.sync import ChangeApplied, ChangeFailed
from reliability.render.words import words_in
from reliability.resource import Json, Resource, ResourceId
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
THEM: Final = Owner("them0001", "git.example/them")
NOBODY: Final = Owner("us000001")
SINCE: Final = datetime(2026, 11, 26, 14, 29, tzinfo=UTC)
BURN: Final = ActiveAlert(
    {"alertname": "Burn", "sloth_service": "shop", "tier": "alert", "pod": "p"}, "firing", SINCE
)
SLOW: Final = ActiveAlert({"alertname": "Slow"}, "pending", SINCE + timedelta(minutes=5))


def body(threshold: int, *, note: str = "", **labels: str) -> dict[str, Json]:
    rule: Json = {"alert": "Burn", "expr": f"x > {threshold}", "labels": {**labels}}
    noted: dict[str, Json] = {"note": note} if note else {}
    return {"groups": [{"name": "g", "rules": [rule], **noted}]}


def resource(name: str, content: dict[str, Json], kind: str = "rules") -> Resource:
    return Resource(ResourceId("p1", kind, name), content)


SEVERAL_LINES: Final = "first\nsecond ```` fence\nthird | column\n"
LONG: Final = "a long value " * 9
CHANGES: Final[tuple[Change, ...]] = (
    Create(resource("api", body(1, note=SEVERAL_LINES, team="a"))),
    Create(resource("empty", {})),
    Update(resource("search", body(1, team="a")), resource("search", body(2, tier="b"))),
    Update(resource("shop", body(1)), resource("shop", body(1, note=LONG)), THEM),
    Update(resource("layout", body(1)), resource("layout", body(1))),
    Claim(resource("web", body(1))),
    Claim(resource("cart", body(1)), NOBODY),
    Delete(resource("old|er", body(1))),
    Delete(resource("older", {"list": [1, "two", None], "none": None, "map": {}}), THEM),
    Reload(ResourceId("p1", "rules", "pay"), Message("changed outside the repository")),
    Reload(ResourceId("p1", "rules", "paid"), "the server runs `x`\nwith a | and \x1b[2J in it"),
)
DRIFTED: Final = (
    Drift(
        id=ResourceId("p1", "rules", "held"),
        why=CHANGED,
        differences=differences(body(1), body(2)),
        held=True,
    ),
    Drift(
        id=ResourceId("p1", "rules", "outdated"),
        why=Message("changed outside the repository, and the declaration has changed since"),
        differences=differences(body(1), body(3)),
        held=True,
        is_outdated=True,
    ),
    Drift(
        id=ResourceId("p1", "rules", "unreadable"),
        why="2:1: a tab",
        differences=(),
        held=True,
        is_outdated=True,
    ),
    Drift(
        id=ResourceId("p1", "rules", "search"),
        why=CHANGED,
        differences=differences(body(1), body(4)),
        held=False,
    ),
    Drift(
        id=ResourceId("p1", "rules", "postponed"),
        why=CHANGED,
        differences=differences(body(1), body(5)),
        held=False,
    ),
)
SILENCED: Final = ChangedSilence(
    silence=CurrentSilence(
        id="0a1b",
        target="am",
        created_by="mori`\x1b[2J",
        comment="it's | moved\n",
        matchers=(RouteMatcher("sloth_slo", "=", "pay"),),
        starts=BURN.since,
        ends=SLOW.since,
    ),
    alerts=(
        {"alertname": "Burn", "service": "shop", "slo": "pay", "sloth_slo": "pay"},
        {"alertname": "Slow", "service": "shop", "slo": "pay", "sloth_slo": "pay"},
    ),
    replacements=((RouteMatcher("slo", "=", "pay"),),),
)
POSTPONED: Final = (
    Postponed(Update(resource("postponed", body(1)), resource("postponed", body(9))), (BURN, SLOW)),
    Postponed(Delete(resource("leaving", body(1))), (SLOW,)),
    Postponed(
        Update(resource("silenced", body(1)), resource("silenced", body(2))), (), (SILENCED,)
    ),
)
BLOCKED: Final = (
    Blocked(ResourceId("p1", "rules", "mine"), "/rules/mine.yml: it has no mark"),
    Blocked(ResourceId("p1", "rules", "theirs"), f"owned by {THEM}", THEM, mark="another"),
)
CONFIG: Final = Blocked(
    ResourceId("am", "config", "alertmanager"), "owned by somebody", None, mark="another"
)
PENDING: Final = (Pending(ResourceId("p1", "config", "alertmanager"), "kept for `Burn`"),)
FULL: Final = Plan(
    target="p1",
    changes=CHANGES,
    drifted=DRIFTED,
    blocked=BLOCKED,
    postponed=POSTPONED,
    pending=PENDING,
    missing=("/run/secrets/slack", "/run/a`b"),
    owned=12,
    others=(("git.example/other (id other)", 1), (str(THEM), 2)),
    is_experimental=True,
    endpoints="/apis",
)
SETTLED: Final = Plan(target="p3", owned=1)
ONE: Final = Plan(target="p4", owned=2, changes=CHANGES[2:3])
DRIFTING: Final = replace(ONE, owned=5, drifted=DRIFTED[:4])
PLANS: Final[dict[str, Plan]] = {
    "everything": FULL,
    "settled": SETTLED,
    "one update": ONE,
    "claim only": Plan(target="p5", owned=2, changes=CHANGES[5:6]),
    "reload only": Plan(target="p6", owned=2, changes=CHANGES[9:10]),
    "held only": Plan(target="p7", owned=2, drifted=DRIFTED[:1]),
    "to overwrite": Plan(target="p8", owned=2, drifted=DRIFTED[3:4], changes=CHANGES[2:3]),
    "unmarked": Plan(target="p9", blocked=BLOCKED[:1]),
    "config": Plan(target="am", blocked=(CONFIG,)),
    "unmarked config": Plan(target="am", blocked=(replace(CONFIG, mark="none"),)),
    "external": Plan(target="am", routes_owner=str(THEM)),
    "experimental": Plan(target="p10", is_experimental=True, endpoints="/apis"),
    "others": Plan(target="p11", owned=1, others=FULL.others),
    "pending": Plan(target="am", pending=PENDING),
    "missing": Plan(target="am", missing=("/run/secrets/slack",)),
    "stale": Plan(target="p12", owned=5, changes=CHANGES[9:], drifted=DRIFTED[:1]),
}
OUTCOMES: Final = tuple(
    ChangeFailed(change, f"refused: no | {number}") if number in (1, 3) else ChangeApplied(change)
    for number, change in enumerate(CHANGES)
)
REPORTS: Final[dict[str, Sequence[Report]]] = {
    **{name: (Planned(plan),) for name, plan in PLANS.items()},
    "unsafe": (Unsafe(ONE, Message("{target}: too much", target="p4")),),
    "unreached": (Unreached("p13", "p13: http://x answers `\x1b[2J`\nand more"),),
    "synced": (Synced(FULL, OUTCOMES),),
    "synced without changes": (
        Synced(replace(SETTLED, pending=PENDING), ()),
        Synced(PLANS["external"], ()),
    ),
    "synced with drift": (
        Synced(DRIFTING, (ChangeApplied(CHANGES[2]),)),
        Synced(DRIFTING, (ChangeFailed(CHANGES[2], "busy\n\x1b[2J"),)),
    ),
    # The second has the same changes as the first, the third not.
    "replicas": (
        Planned(ONE),
        Planned(replace(ONE, target="p4b")),
        Planned(replace(ONE, target="p4c", changes=CHANGES[:1])),
        Planned(SETTLED),
        Planned(replace(SETTLED, target="p3b")),
        Unreached("p14", "p14: down"),
        Unreached("p15", "p15: down"),
    ),
    "none": (),
}
FORMS: Final[dict[str, Callable[[Sequence[Report]], str]]] = {
    **{
        f"{name}{' --brief' if brief else ''} --format {form}": partial(
            function, form=form, detail=PlanDetail(brief=brief, full=True)
        )
        for name, function, forms in (
            ("plan", render, ("text", "markdown", "json")),
            ("drift", render_drift, ("text",)),
        )
        for form in forms
        for brief in (False, True)
    },
    **{
        f"in {language}, {lines} lines": partial(
            as_markdown,
            detail=PlanDetail(full=True, most_lines=lines),
            words=words_in(language),
        )
        for language, lines in (("ja", None), ("ja", 2), ("en", 2), ("en", 12))
    },
}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.replace(" ", "-"))
def test_a_report_of_everything(golden: Golden, form: str) -> None:
    render_form = FORMS[form]
    is_json = form.endswith("json")
    names = ("everything", "synced", "unsafe", "unreached", "external") if is_json else REPORTS
    sections = [f"##### {name}\n{render_form(REPORTS[name])}\n" for name in names]
    if form.startswith("in"):
        sections = sections[: len(PLANS) + 2]
    file = form.replace("--format ", "").replace("--", "").replace(", ", "-").replace(" ", "-")
    ending = {"text": "txt", "json": "txt"}.get(form.rpartition(" ")[2], "md")
    golden.check(GOLDEN / f"{file}.{ending}", "\n".join(sections))


@pytest.mark.parametrize("form", ["markdown", "json"])
@pytest.mark.parametrize("brief", [False, True])
def test_drift_has_the_markdown_and_json_of_a_plan(form: str, brief: bool) -> None:
    detail = PlanDetail(brief=brief, full=True)
    for reports in REPORTS.values():
        assert render_drift(reports, form, detail) == render(reports, form, detail)


VALUES: Final[dict[str, tuple[Json, Json]]] = {
    "text": ("a", "b"),
    "empty": ("", " "),
    "blank": ("\n", "x\n\n"),
    "lines": ("one\ntwo\nthree", "one\n2\nthree"),
    "number": (1, 1.0),
    "truth": (True, False),
    "none": (None, 0),
    "list": ([1, "two"], ["two", 3]),
    "short list": ([1], [2]),
    "empty list": ([], [1]),
    "mapping": ({"a": 1, "b": {"c": [1]}}, "x"),
    "empty mapping": ({}, [{}]),
    "nested": ([[1, 2], [3]], [[1, 2]]),
    "control": ("a\x1b[2J", "a\u202e"),
    "command": ("::error::x", "##[error]x"),
}


def test_values_of_a_field_are_lines_of_yaml(golden: Golden) -> None:
    parts = []
    for name, (before, after) in VALUES.items():
        both: tuple[tuple[str, Resource | None, Resource | None], ...] = (
            (
                "changed",
                resource("x", {"spec": {"f": before}}),
                resource("x", {"spec": {"f": after}}),
            ),
            ("added", resource("x", {"spec": {}}), resource("x", {"spec": {"f": after}})),
            ("removed", resource("x", {"spec": {"f": before}}), resource("x", {"spec": {}})),
        )
        for what, old, new in both:
            assert old is not None
            assert new is not None
            reports = [Planned(Plan(target="p1", changes=(Update(old, new),)))]
            shown = (render(reports, form, WHOLE) for form in ("text", "markdown"))
            lines = [text.partition("\n")[2].strip("\n") for text in shown]
            parts.append("\n".join((f"##### {name}, {what}", *lines)))
    golden.check(GOLDEN / "values.txt", "\n".join(parts) + "\n")


@pytest.mark.parametrize(("length", "is_one"), [(99, True), (100, True), (101, False)])
def test_a_field_is_on_one_line_of_at_most_a_hundred_characters(length: int, is_one: bool) -> None:
    before = "x" * (length - len("spec.f:  -> b"))
    old, new = resource("x", {"spec": {"f": before}}), resource("x", {"spec": {"f": "b"}})
    report = Planned(Plan(target="p1", changes=(Update(old, new),)))
    lines = render([report], "text", WHOLE).splitlines()[2:]
    on_one = [f"      spec.f: {before} -> b"]
    assert len(on_one[0].strip()) == length
    assert lines == (on_one if is_one else ["      spec.f:", f"        - {before}", "        + b"])


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a", "`a`"),
        ("", "`  `"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("a`", "`` a` ``"),
        ("a``b`c", "```a``b`c```"),
        ("a|b", "`a\\|b`"),
        ("  a \n\t b  ", "`a b`"),
        ("a\x1bb", "`a\\x1bb`"),
    ],
)
def test_a_code_span_has_a_fence_that_the_text_has_not(text: str, span: str) -> None:
    assert code(text) == span


@pytest.mark.parametrize("ticks", [0, 1, 2, 3, 4, 7])
def test_a_fence_around_an_error_or_a_diff_has_one_more_than_its_text(ticks: int) -> None:
    fence = "`" * max(3, ticks + 1)
    text = f"a{'`' * ticks}b"
    shown = UNREADABLE_FORMATS["markdown"](f"{text}\nb\x07", [])
    assert shown == f"### no plan\n\n{fence}text\n{text}\nb\\x07\n{fence}"
    change = Create(resource("x", {"spec": {"f": text}}))
    report = Planned(Plan(target="p1", changes=(change,)))
    assert render([report], "markdown", WHOLE).endswith(
        f"\n{fence}diff\n@@ spec @@\n+ f: {text}\n{fence}"
    )


def test_a_repository_that_cannot_be_read_is_a_document_without_targets() -> None:
    at = Location(PurePosixPath("services/a.yaml"), SourceSpan(3, 5, 3, 9))
    problems = [Problem(at=at, message="unknown key 'x'")]
    assert UNREADABLE_FORMATS["json"]("2 errors", problems) == (
        '{\n  "version": 1,\n  "error": "2 errors",\n  "unreadable": [\n    {\n'
        '      "path": "services/a.yaml",\n      "line": 3,\n      "column": 5,\n'
        '      "message": "unknown key \'x\'"\n    }\n  ],\n  "sync_targets": []\n}'
    )


def test_a_value_that_only_one_side_has_is_never_on_one_line() -> None:
    change = FieldDifference("spec.f", ABSENT, "b", keys=("spec", "f"))
    drift = Drift(id=ResourceId("p1", "rules", "x"), why="w", differences=(change,), held=True)
    text = render([Planned(Plan(target="p1", drifted=(drift,)))], "text", WHOLE)
    assert "      + spec.f:\n        + b\n" in text
