"""Reports about what a plan leaves alone and takes over: a line or a row for each."""

import json
from datetime import UTC, datetime

from reliability.plan.alerts import ActiveAlert
from reliability.plan.change import Blocked, Claim, Delete, Drift, Postponed, Reload, Update
from reliability.plan.held import Owner, Pending
from reliability.plan.plan import Plan
from reliability.plan.render import DRIFT_FORMATS, FORMATS
from reliability.plan.report import Planned, Unreached
from reliability.resource import ResourceId
from tests.plan.resources import TARGET, resource

OLD, NEW = (resource("search", spec={"expr": f"x > {limit}"}) for limit in (1, 2))
OWNER = Owner("id1", "git.example/a")
ALERT = ActiveAlert(
    {"alertname": "Burn", "tier": "alert"}, "firing", datetime(2026, 11, 26, 14, 29, tzinfo=UTC)
)
LEFT = Plan(
    target=TARGET,
    owned=3,
    others=(("git.example/a (id id1)", 2),),
    drifted=(Drift(id=NEW.id, why="changed", differences=(), held=True),),
    blocked=(Blocked(ResourceId(TARGET, "config", "alertmanager"), "owned", OWNER, "another"),),
    postponed=(Postponed(Update(OLD, NEW), (ALERT,)),),
    pending=(Pending(ResourceId(TARGET, "routes", "former"), "alerts need it"),),
    missing=("/etc/key",),
)
TAKEN = Plan(
    target=TARGET,
    owned=3,
    changes=(
        Update(OLD, NEW, OWNER),
        Claim(resource("web")),
        Claim(resource("shop"), OWNER),
        Delete(resource("cart"), OWNER),
        Reload(resource("pay").id, "not loaded"),
    ),
)


def test_text_has_a_line_for_everything_that_is_left_alone() -> None:
    assert (
        FORMATS["text"]([Planned(LEFT)])
        == """\
prometheus: 3 left alone; 3 owned; 2 owned by git.example/a (id id1)
  ! rules search: changed; held
    = help: declare the change in services/ or policies/, or overwrite it: \
`reliability sync --overwrite rules/search`
  ! rules search: would end an active alert: Burn{tier="alert"} has been firing since \
2026-11-26 14:29 UTC; held
      spec.expr: x > 1 -> x > 2
    = help: sync again when it is resolved, or pass --allow-active
  . routes former: alerts need it
  ? /etc/key: this secret file does not exist on this machine; notifications that need it fail
  x config alertmanager: left alone: owned
    = help: an Alertmanager has one configuration and one owner: set `routes: external` on this \
target, and ask the owner to add the routes"""
    )


def test_text_says_from_whom_an_object_is_taken_over() -> None:
    assert (
        FORMATS["text"]([Planned(TAKEN)])
        == f"""\
prometheus: 0 to create, 1 to update, 1 to delete, 2 to claim, 1 to reload; 3 owned; \
plan {TAKEN.short_digest}
  ~ rules search (taken over from git.example/a (id id1))
      spec.expr: x > 1 -> x > 2
  = rules web (only its mark changes, to this repository)
  = rules shop (taken over from git.example/a (id id1))
  - rules cart (taken over from git.example/a (id id1))
  > rules pay: not loaded"""
    )


def test_markdown_has_a_row_for_everything_that_is_left_alone() -> None:
    assert (
        FORMATS["markdown"]([Planned(LEFT)])
        == """\
### prometheus: 3 left alone; 3 owned; 2 owned by git.example/a (id id1)

| | object | |
|---|---|---|
| held | rules `search` | `changed` |
| held | rules `search` | `would end an active alert: Burn{tier="alert"} has been firing since \
2026-11-26 14:29 UTC` |
| pending | routes `former` | `alerts need it` |
| file missing | `/etc/key` | this secret file does not exist on this machine; notifications that \
need it fail |
| left alone | config `alertmanager` | `owned` |

held rules `search`

```diff
@@ spec.expr @@
- x > 1
+ x > 2
```"""
    )


def test_json_says_what_is_taken_over_and_from_whom() -> None:
    [shown] = json.loads(FORMATS["json"]([Planned(TAKEN)]))["sync_targets"]
    update, web, shop, cart, pay = shown["changes"]
    named = {"taken_over_from": "git.example/a (id id1)"}
    body = resource("web").digest
    assert update.items() >= {"before": OLD.digest, "after": NEW.digest, **named}.items()
    assert web == {
        "action": "claim",
        "kind": "rules",
        "name": "web",
        "before": body,
        "after": body,
        "differences": [],
    }
    assert shop == {**web, "name": "shop", **named}
    assert cart.items() >= {"action": "delete", "before": body, "after": None, **named}.items()
    assert pay == {"action": "reload", "kind": "rules", "name": "pay", "reason": "not loaded"}


def test_drift_names_what_is_not_loaded_and_targets_that_are_down() -> None:
    assert (
        DRIFT_FORMATS["text"]([Planned(TAKEN), Unreached("loki", "loki: down")])
        == """\
prometheus: 1 of 3 drifted
  > rules pay: not loaded
loki: down"""
    )
