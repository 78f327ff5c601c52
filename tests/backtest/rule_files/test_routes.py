"""Which changes of an Alertmanager configuration may notify an alert otherwise."""

from typing import Any

import pytest

from reliability.alertmanager.routing import parse
from reliability.backtest.rule_files.routes import is_rerouted

LABELS = {"alertname": "Long", "severity": "page"}
OFFICE = [{"name": "office", "time_intervals": [{"weekdays": ["monday:friday"]}]}]
NIGHT = [{"name": "office", "time_intervals": [{"weekdays": ["saturday"]}]}]
MAIL = [{"to": "a@example.com"}]


def tree(*routes: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {
        "route": {"receiver": "mail", "routes": list(routes)},
        "receivers": [{"name": "mail", "email_configs": MAIL}, {"name": "pager"}],
        "time_intervals": OFFICE,
        **keys,
    }


def page(**keys: Any) -> dict[str, Any]:
    return {"receiver": "pager", "matchers": ["severity=page"], **keys}


def inhibition(**keys: Any) -> list[dict[str, Any]]:
    return [{"source_matchers": ["severity=down"], "target_matchers": ["severity=page"], **keys}]


BEFORE = tree(page())
ACTIVE = page(active_time_intervals=["office"])
MUTED = page(mute_time_intervals=["office"])


@pytest.mark.parametrize(
    ("old", "new", "is_otherwise"),
    [
        (BEFORE, BEFORE, False),
        (BEFORE, tree(), True),
        (BEFORE, tree(page(receiver="mail")), True),
        (BEFORE, tree(page(**{"continue": True})), True),
        (BEFORE, tree(page(group_by=["team"])), True),
        (BEFORE, tree(page(group_wait="1s")), True),
        (BEFORE, tree(page(group_interval="1h")), True),
        (BEFORE, tree(page(repeat_interval="9h")), True),
        (BEFORE, tree(MUTED), True),
        (BEFORE, tree(ACTIVE), True),
        (tree(MUTED), tree(ACTIVE), True),
        (tree(MUTED), tree(MUTED, time_intervals=NIGHT), True),
        (tree(ACTIVE), tree(ACTIVE, time_intervals=NIGHT), True),
        (BEFORE, tree(page(), time_intervals=NIGHT), False),
        (BEFORE, tree(page(matchers=["severity=page", "team=a"])), True),
        (BEFORE, tree(page(matchers=["severity=~page|down"])), False),
        (BEFORE, tree(page(), page(matchers=["severity=info"])), False),
        (BEFORE, tree(page(routes=[page(matchers=["team=a"])])), True),
        (BEFORE, tree(page(routes=[page(matchers=["severity=info"])])), False),
        (BEFORE, tree(page(), inhibit_rules=inhibition()), True),
        (BEFORE, tree(page(), inhibit_rules=inhibition(target_matchers=["severity=info"])), False),
        (BEFORE, tree(page(), inhibit_rules=inhibition(target_matchers=["team=a"])), True),
        (
            tree(page(), inhibit_rules=inhibition()),
            tree(page(), inhibit_rules=inhibition(equal=["team"])),
            True,
        ),
        (
            BEFORE,
            tree(page(), receivers=[{"name": "mail"}, {"name": "pager", "email_configs": MAIL}]),
            True,
        ),
    ],
)
def test_an_alert_may_be_notified_otherwise(
    old: dict[str, Any], new: dict[str, Any], is_otherwise: bool
) -> None:
    sides = [(parse(config), config["time_intervals"]) for config in (old, new)]
    assert is_rerouted(LABELS, sides[0], sides[1]) is is_otherwise
    assert is_rerouted(LABELS, sides[1], sides[0]) is is_otherwise
