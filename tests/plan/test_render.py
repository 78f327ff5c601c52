"""Reports about targets: what a person, a tool and a comment get to see."""

import json
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reliability.plan.change import Claim, Create, Delete, Update
from reliability.plan.fields import differences
from reliability.plan.held import Foreign, Held, Intact, Stale
from reliability.plan.options import PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.plan.render import DRIFT_FORMATS, FORMATS
from reliability.plan.render.detail import FOLDED, WHOLE, PlanDetail
from reliability.plan.render.diff import diff_lines, lines_of, one_line
from reliability.plan.render.markdown import code
from reliability.plan.report import Planned, Report, Synced, Unreached, Unsafe
from reliability.plan.sync import ChangeApplied, ChangeFailed
from reliability.render.tables import TextView
from reliability.resource import Json, Resource
from tests.plan.resources import TARGET, bodies, edited, intact, resource

OLD = resource("search", groups=[{"name": "slo", "rules": [{"alert": "Burn", "expr": "x > 1"}]}])
NEW = resource("search", groups=[{"name": "slo", "rules": [{"alert": "Burn", "expr": "x > 2"}]}])
LEGACY, WEB = resource("legacy"), resource("web")
CHANGES = plan(TARGET, [NEW, WEB], intact(OLD, LEGACY))
SETTLED = plan("files", [WEB], intact(WEB))


def text(*reports: Report) -> str:
    return FORMATS["text"](reports)


def test_a_plan_says_what_would_change_and_in_which_field() -> None:
    assert (
        text(Planned(CHANGES), Planned(SETTLED))
        == f"""\
prometheus: 1 to create, 1 to update, 1 to delete; 2 owned; plan {CHANGES.short_digest}
  + rules web
  ~ rules search
      groups[slo].rules[Burn].expr: x > 1 -> x > 2
  - rules legacy
files: no changes; 1 owned"""
    )


LONG = f"slo:sli_error:ratio_rate1h{{sloth_slo='{'x' * 60}'}} > (14.4 * {{}})"
QUERY = f"{{{{ with query `{'x' * 300}[30d]`}}}}"


def rule(budget: str, text: str = "", threshold: str = "1000") -> Resource:
    """Rules of an SLO with this error budget, and of a signal with a long expression."""
    rules: list[Json] = [
        {"record": "slo:error_budget:ratio", "expr": f"vector({budget})"},
        {"alert": "Burn", "expr": LONG.replace("{}", budget), "annotations": {"summary": text}},
        {"alert": "Slow", "expr": f"{'y' * 100} > {threshold}"},
    ]
    return resource("search", groups=[{"name": "slo", "rules": rules}])


def updated(before: Resource, after: Resource, detail: PlanDetail = FOLDED) -> list[str]:
    """The lines below the name of an object that is updated."""
    report = Planned(Plan(target="p1", changes=(Update(before, after),)))
    return FORMATS["text"]([report], detail).splitlines()[2:]


def test_what_only_follows_is_folded_and_counted() -> None:
    before, after = rule("0.001", f"{QUERY} 0.1%"), rule("0.005", f"{QUERY} 0.5%")
    assert updated(before, after) == [
        "      groups[slo].rules[slo:error_budget:ratio].expr: vector(0.001) -> vector(0.005)",
        "      and 6 lines that follow; `reliability plan --full` shows them",
    ]
    assert len(updated(before, after, WHOLE)) == 7
    folded = FORMATS["markdown"](
        [Planned(Plan(target="p1", changes=(Update(before, after),)))], FOLDED
    )
    assert folded.endswith("and 6 more lines; run `reliability plan --full` to see them")


def test_a_long_value_with_a_number_of_its_own_is_shown() -> None:
    shown = updated(rule("0.001"), rule("0.005", threshold="2000"))
    assert any(line.endswith("y > 2000") for line in shown)
    assert shown[-1] == "      and 3 lines that follow; `reliability plan --full` shows them"
    alone = updated(rule("0.001"), rule("0.001", threshold="2000"))
    assert [line.split(" > ")[-1] for line in alone[1:]] == ["1000", "2000"]


def test_a_long_line_is_cut_around_what_differs() -> None:
    shown = updated(rule("1", f"{QUERY} fails {QUERY}"), rule("1", f"{QUERY} ends {QUERY}"))
    assert [len(line) <= 160 for line in shown[1:]] == [True, True]
    assert ("} fails {" in shown[1], "} ends {" in shown[2]) == (True, True)
    narrow = updated(rule("1", QUERY), rule("1"), PlanDetail(view=TextView(80)))
    assert (len(narrow[1]) <= 80, narrow[2].strip()) == (True, '+ ""')


def test_a_terminal_shows_changes_in_colors_and_documents_first() -> None:
    detail = PlanDetail(documents=["search: target 99 % -> \x1b9 %"], view=TextView(80, color=True))
    lines = FORMATS["text"]([Planned(CHANGES)], detail).splitlines()
    assert lines == [
        r"search: target 99 % -> \x1b9 %",
        "",
        f"prometheus: 1 to create, 1 to update, 1 to delete; 2 owned; plan {CHANGES.short_digest}",
        "\x1b[32m  + rules web\x1b[0m",
        "\x1b[33m  ~ rules search\x1b[0m",
        "      groups[slo].rules[Burn].expr: x > 1 -> x > 2",
        "\x1b[31m  - rules legacy\x1b[0m",
    ]


def test_a_replica_shows_one_line_again_and_refers_to_the_first_for_more() -> None:
    def claims(target: str, *resources: Resource) -> Planned:
        changes = tuple(Claim(claimed) for claimed in resources)
        return Planned(Plan(target=target, changes=changes, owned=len(changes)))

    one = [claims(target, WEB) for target in ("a", "b")]
    two = [claims(target, LEGACY, WEB) for target in ("c", "d", "e")]
    only = "only its mark changes, to this repository"
    lines = [line for line in text(*one, *two).splitlines() if line.startswith("  ")]
    assert lines == [
        *[f"  = rules web ({only})"] * 2,
        f"  = rules legacy ({only})",
        f"  = rules web ({only})",
        *["  the same as c"] * 2,
    ]


def test_a_plan_of_an_experimental_provider_says_so() -> None:
    planned = Planned(replace(SETTLED, is_experimental=True))
    assert text(planned) == "files: no changes; 1 owned; experimental provider"
    [target] = json.loads(FORMATS["json"]([planned]))["sync_targets"]
    assert target["stability"] == "experimental"


def test_a_plan_over_its_limits_is_shown_and_then_refused() -> None:
    shown = text(Unsafe(CHANGES, "prometheus: too much"))
    assert shown == f"{text(Planned(CHANGES))}\nprometheus: too much"


def test_a_target_that_was_not_read_says_why() -> None:
    assert text(Unreached("loki", "loki: down")) == "loki: down"


def test_a_sync_says_what_is_done_and_why_the_rest_is_not() -> None:
    outcomes = (
        ChangeApplied(Create(WEB)),
        ChangeFailed(Update(OLD, NEW), "refused: bad"),
        ChangeApplied(Delete(LEGACY)),
    )
    assert (
        text(Synced(CHANGES, outcomes))
        == """\
prometheus: 2 of 3 changes done
  created rules web
  failed rules search: refused: bad
  deleted rules legacy"""
    )


def test_what_is_held_says_what_it_became_and_what_to_do() -> None:
    assert (
        text(Planned(plan(TARGET, [OLD], edited(NEW, OLD))))
        == """\
prometheus: 1 left alone; 1 owned
  ! rules search: changed outside the repository; held
      groups[slo].rules[Burn].expr: x > 1 -> x > 2
    = help: declare the change in services/ or policies/, or overwrite it: \
`reliability sync --overwrite rules/search`"""
    )


def test_what_is_overwritten_shows_both_the_drift_and_the_change() -> None:
    shown = text(Planned(plan(TARGET, [OLD], edited(NEW, OLD), PlanOptions(on_drift="overwrite"))))
    assert "x > 2 -> x > 1" in shown
    assert "rules search: changed outside the repository; to overwrite" in shown
    assert "help" not in shown


def test_what_is_not_ours_and_what_is_not_run_are_lines_of_their_own() -> None:
    held = Held(
        kept=(Intact(OLD, OLD.digest),),
        foreign=(Foreign(WEB.id, "/x: mine"),),
        stale=(Stale(OLD.id, "old"),),
    )
    shown = text(Planned(plan(TARGET, [OLD, WEB], held)))
    assert "0 to delete, 1 to reload; 1 owned" in shown
    assert "  > rules search: old" in shown
    assert "  x rules web: left alone: /x: mine" in shown


def test_drift_alone_leaves_out_what_the_repository_changes() -> None:
    drifted = plan(TARGET, [OLD, WEB], edited(NEW, OLD)).only_drift
    assert (
        DRIFT_FORMATS["text"]([Planned(drifted), Planned(SETTLED.only_drift)])
        == """\
prometheus: 1 of 1 drifted
  ! rules search: changed outside the repository; held
      groups[slo].rules[Burn].expr: x > 1 -> x > 2
    = help: declare the change in services/ or policies/, or overwrite it: \
`reliability sync --overwrite rules/search`
files: no drift; 1 owned"""
    )


def test_json_holds_digests_differences_and_outcomes() -> None:
    outcomes = (
        ChangeApplied(Create(WEB)),
        ChangeFailed(Update(OLD, NEW), "bad"),
        ChangeApplied(Delete(LEGACY)),
    )
    shown = json.loads(FORMATS["json"]([Synced(CHANGES, outcomes), Unreached("loki", "down")]))
    first, second = shown["sync_targets"]
    assert (shown["version"], second) == (1, {"sync_target": "loki", "error": "down"})
    assert (first["digest"], first["owned"], first["unsafe"]) == (CHANGES.digest, 2, None)
    assert first["changes"][1] == {
        "action": "update",
        "kind": "rules",
        "name": "search",
        "before": OLD.digest,
        "after": NEW.digest,
        "differences": [
            {"path": "groups[slo].rules[Burn].expr", "before": "x > 1", "after": "x > 2"}
        ],
    }
    assert first["outcomes"][1] == {
        "action": "update",
        "kind": "rules",
        "name": "search",
        "done": False,
        "reason": "bad",
    }


def test_json_says_which_plan_is_refused() -> None:
    [shown] = json.loads(FORMATS["json"]([Unsafe(CHANGES, "too much")]))["sync_targets"]
    assert shown["unsafe"] == "too much"


def test_markdown_is_a_table_for_each_target() -> None:
    assert (
        FORMATS["markdown"]([Planned(CHANGES), Unreached("loki", "loki: down")])
        == f"""\
### prometheus: 1 to create, 1 to update, 1 to delete; 2 owned; plan {CHANGES.short_digest}

| | object | |
|---|---|---|
| create | rules `web` |  |
| update | rules `search` |  |
| delete | rules `legacy` |  |

update rules `search`

```diff
@@ groups[slo].rules[Burn].expr @@
- x > 1
+ x > 2
```

### loki: not reached

`loki: down`"""
    )


def test_markdown_of_a_sync_says_what_failed() -> None:
    outcomes = (ChangeApplied(Create(WEB)), ChangeFailed(Update(OLD, NEW), "a | b"))
    shown = FORMATS["markdown"]([Synced(CHANGES, outcomes)])
    assert "### prometheus: 1 of 2 changes done" in shown
    assert "| **failed** | rules `search` | `a \\| b` |" in shown


@given(st.text(alphabet="a`|@<>-!*\n ", min_size=1, max_size=20))
def test_no_text_gets_out_of_its_code_span(value: str) -> None:
    span = code(value)
    found = re.fullmatch(r"(`+)(.*?)\1", span)
    assert found is not None
    assert "\n" not in span
    assert not re.search(rf"(?<!`){found[1]}(?!`)", found[2])
    assert not re.search(r"(?<!\\)\|", span)


def test_what_is_new_in_an_object_has_no_line_for_before_and_no_value_closes_the_block() -> None:
    wanted = resource("x", spec={"note": "```\n</details> @everyone", "labels": {"a": "1"}})
    changes = plan(TARGET, [wanted], intact(resource("x", spec={"labels": {}})))
    shown = FORMATS["markdown"]([Planned(changes)])
    assert shown.endswith(
        """
````diff
@@ spec.labels.a @@
+ 1
@@ spec.note @@
+ ```
+ </details> @everyone
````"""
    )


def differing(body: dict[str, Json], other: dict[str, Json]) -> str:
    changes: Plan = plan(TARGET, [resource("x", **other)], intact(resource("x", **body)))
    return "".join(FORMATS[form]([Planned(changes)]) for form in FORMATS)


def test_what_may_be_a_secret_is_masked_in_every_format() -> None:
    def with_secrets(word: str) -> dict[str, Json]:
        return {
            "global": {
                "slack_api_url": f"https://hooks.example/{word}",
                "smtp_auth_password": word,
            },
            "receivers": [
                {
                    "name": "pager",
                    "pagerduty_configs": [{"routing_key": word}],
                    "webhook_configs": [{"url": f"https://x.example/{word}"}],
                    "link": f"https://user:{word}@x.example/",
                }
            ],
        }

    shown = differing(with_secrets("s3cret-one"), with_secrets("s3cret-two"))
    assert differing({}, with_secrets("s3cret")).count("***") == 15
    assert "s3cret" not in shown
    assert "receivers[pager].pagerduty_configs[#1].routing_key" in shown
    assert "***" in shown


def test_a_secret_in_something_that_is_new_is_masked_too() -> None:
    receiver: Json = {"name": "pager", "pagerduty_configs": [{"routing_key": "s3cret"}]}
    assert "s3cret" not in differing({"receivers": []}, {"receivers": [receiver]})


def test_a_value_cannot_move_a_terminals_cursor() -> None:
    assert lines_of(("spec", "x"), "a\x1b[2Jb") == ["a\\x1b[2Jb"]
    assert lines_of(("spec", "x"), "sum(x)\n/\nsum(y)\n") == ["sum(x)", "/", "sum(y)"]
    assert lines_of(("spec", "x"), {"k\u202e": "v\x07"}) == ['"k\\u202e": "v\\x07"']


def test_long_values_are_shown_in_full_with_both_sides() -> None:
    old, new = ("x" * 300 + word + "y" * 300 for word in ("old", "new"))
    old_rules, new_rules = (resource("x", spec={"expr": word}) for word in (old, new))
    [change] = plan(TARGET, [new_rules], intact(old_rules)).changes
    assert isinstance(change, Update)
    [difference] = change.differences
    assert one_line(difference) is None
    assert [(line.sign, line.text) for line in diff_lines(difference)] == [("-", old), ("+", new)]


@given(bodies, bodies)
def test_every_line_of_both_sides_is_in_the_diff(
    before: dict[str, Json], after: dict[str, Json]
) -> None:
    for difference in differences(before, after):
        lines = list(diff_lines(difference))
        old = [line.text for line in lines if line.sign in "- "]
        new = [line.text for line in lines if line.sign in "+ "]
        assert old == lines_of(difference.keys, difference.before)
        assert new == lines_of(difference.keys, difference.after)


def test_what_is_loaded_again_is_counted_only_if_there_is_some() -> None:
    stale = Held(kept=(Intact(OLD, OLD.digest),), stale=(Stale(OLD.id, "old"),))
    again = plan(TARGET, [OLD], stale)
    assert (
        text(Planned(again))
        == f"""\
prometheus: 0 to create, 0 to update, 0 to delete, 1 to reload; 1 owned; \
plan {again.short_digest}
  > rules search: old"""
    )
    assert "to reload" not in text(Planned(CHANGES))
