"""Whatever stands in the configuration that a team already has, check ends with findings."""

import copy
import json
from collections.abc import Iterator
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.check.engine.run import BUG
from tests.check.examples import minimal_files
from tests.check.repository import checked

BASE: Final[dict[str, Any]] = {
    "global": {
        "slack_api_url_file": "/etc/slack",
        "smtp_smarthost": "mail.example.com:587",
        "smtp_from": "alerts@example.com",
        "resolve_timeout": "5m",
    },
    "route": {
        "receiver": "mail",
        "group_by": ["alertname"],
        "routes": [
            {"receiver": "chat", "matchers": ["severity=critical"], "continue": True},
            {"match": {"team": "web"}, "match_re": {"tier": "a|b"}, "group_wait": "1m"},
            {"matchers": ["x=y"], "mute_time_intervals": ["nights"], "routes": [{}]},
        ],
    },
    "receivers": [
        {"name": "mail", "email_configs": [{"to": "ops@example.com"}]},
        {"name": "chat", "slack_configs": [{"channel": "#ops", "text": "<!here>"}]},
    ],
    "inhibit_rules": [{"source_matchers": ["a=b"], "target_match": {"c": "d"}, "equal": ["e"]}],
    "time_intervals": [{"name": "nights", "time_intervals": []}],
}
JUNK: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [None, "", "x", 0, -1, 1.5, True, [], [None], ["x"], [[]], [{}], {}, {"x": None}, {"name": []}]
)
OWNERLESS: Final = "services/attendance/ownership.yaml"


def places(value: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if pointer:
        yield pointer
    items = enumerate(value) if isinstance(value, list) else ()
    for key, inner in value.items() if isinstance(value, dict) else items:
        yield from places(inner, (*pointer, key))


@settings(max_examples=150, derandomize=True)
@given(pointer=st.sampled_from([*places(BASE)]), junk=JUNK, has_owner=st.booleans())
def test_no_rule_crashes_on_what_stands_there(
    pointer: tuple[Any, ...], junk: Any, has_owner: bool
) -> None:
    base = copy.deepcopy(BASE)
    around: Any = base
    for step in pointer[:-1]:
        around = around[step]
    around[pointer[-1]] = junk
    files = minimal_files() | {"policies/alertmanager.base.yml": json.dumps(base)}
    if not has_owner:
        del files[OWNERLESS]
    assert [each.problem.message for each in checked(files) if each.rule == BUG] == []
