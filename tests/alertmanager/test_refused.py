"""What is refused of a configuration, amtool refuses too, and what is not is accepted."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from reliability.alertmanager.routing import RoutingRefusedError, parse
from reliability.location import Pointer
from tests.servers.generation import Generation
from tests.servers.programs import check_alertmanager_config

NIGHTS = {
    "name": "nights",
    "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "06:00"}]}],
}


def configuration(*routes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    root = {"receiver": "a", "routes": list(routes)} | changes.pop("root", {})
    return {"route": root, "receivers": [{"name": "a"}], "time_intervals": [NIGHTS]} | changes


REFUSED = {
    "a receiver that is not declared": configuration({"receiver": "b"}),
    "a receiver without a name": configuration(receivers=[{"name": "a"}, {}]),
    "a receiver twice": configuration(receivers=[{"name": "a"}, {"name": "a"}]),
    "an interval that is not declared": configuration({"mute_time_intervals": ["days"]}),
    "an active interval that is not declared": configuration({"active_time_intervals": ["days"]}),
    "an interval twice": configuration(mute_time_intervals=[NIGHTS]),
    "a root that is muted": configuration(root={"mute_time_intervals": ["nights"]}),
    "a root that speaks at times": configuration(root={"active_time_intervals": ["nights"]}),
    "a root that asks": configuration(root={"matchers": ["x=y"]}),
    "a root that continues": configuration(root={"continue": True}),
    "a root without a receiver": configuration(root={"receiver": ""}),
    "a pattern that RE2 refuses": configuration({"matchers": ["x=~(?=y)"]}),
    "a text that is no matcher": configuration({"matchers": ["x y"]}),
    "a label twice in group_by": configuration({"group_by": ["x", "x"]}),
    "every label and others in group_by": configuration({"group_by": ["...", "x"]}),
    "an inhibition that RE2 refuses": configuration(
        inhibit_rules=[{"source_matchers": ["x=y", "x=~(?=y)"], "target_matchers": ["x=z"]}]
    ),
    "an interval of zero": configuration({"group_interval": "0s"}),
    "a pattern that is not there": configuration({"match_re": {"x": None}}),
    "a time that is none": configuration({"group_wait": "soon"}),
}
ACCEPTED = {
    "plain": configuration(),
    "muted": configuration({"mute_time_intervals": ["nights"]}),
    "the older key of intervals": configuration(
        {"active_time_intervals": ["nights"]}, time_intervals=[], mute_time_intervals=[NIGHTS]
    ),
    "a route behind a catch-all": configuration({"receiver": "a"}, {"matchers": ["x=y"]}),
    "a label that is to be empty": configuration({"match": {"x": None}}),
    "an inhibition of nothing": configuration(inhibit_rules=[{}]),
}


PLACES: dict[str, Pointer] = {
    "a root that asks": ("route", "matchers"),
    "a root without a receiver": ("route",),
    "a pattern that RE2 refuses": ("route", "routes", 0, "matchers", 0),
    "a text that is no matcher": ("route", "routes", 0, "matchers", 0),
    "a label twice in group_by": ("route", "routes", 0, "group_by"),
    "every label and others in group_by": ("route", "routes", 0, "group_by"),
    "an interval of zero": ("route", "routes", 0, "group_interval"),
    "a pattern that is not there": ("route", "routes", 0, "match_re", "x"),
    "a time that is none": ("route", "routes", 0, "group_wait"),
    "an inhibition that RE2 refuses": ("inhibit_rules", 0, "source_matchers", 1),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_refusal_points_to_what_is_refused(name: str) -> None:
    with pytest.raises(RoutingRefusedError) as refused:
        parse(REFUSED[name])
    assert refused.value.pointer == PLACES[name]


@pytest.mark.tools
@pytest.mark.parametrize("name", [*REFUSED, *ACCEPTED])
def test_amtool_says_the_same(name: str, generation: Generation, tmp_path: Path) -> None:
    config = (REFUSED | ACCEPTED)[name]
    file = tmp_path / "alertmanager.yml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    assert check_alertmanager_config(generation, file).accepted == (name in ACCEPTED)
    if name in ACCEPTED:
        assert parse(config).root.receiver == "a"
    else:
        with pytest.raises(RoutingRefusedError):
            parse(config)
