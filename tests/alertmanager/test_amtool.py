"""`walk` names the receivers that `amtool config routes test` names, on trees of any shape."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reliability.alertmanager.routing import parse, walk
from tests.servers.generation import Generation
from tests.servers.programs import receivers_of

NAMES = ("a", "b", "c")
VALUES = ("x", "y", "xy", "X", "x-1", "é")
PATTERNS = (
    *("x", "x|y", ".*", ".+", "", "x.*", "(x|y)+", "[a-x]", "[^x]", "(?i)x", "x?y", "é", r"\\w+"),
    *(r"x-\\d", "^x$", "x{1,2}", "(?:xy|x)", "[[:upper:]]", r"\\pL", r"\\S{2}"),
)

matchers = st.one_of(
    st.builds(
        '{}{}"{}"'.format,
        st.sampled_from(NAMES),
        st.sampled_from(["=", "!="]),
        st.sampled_from(["", *VALUES]),
    ),
    st.builds(
        '{}{}"{}"'.format,
        st.sampled_from(NAMES),
        st.sampled_from(["=~", "!~"]),
        st.sampled_from(PATTERNS),
    ),
)
nodes: st.SearchStrategy[dict[str, Any]] = st.deferred(
    lambda: st.fixed_dictionaries(
        {"has_receiver": st.booleans()},
        optional={
            "matchers": st.lists(matchers, max_size=3),
            "match": st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=1),
            "match_re": st.dictionaries(
                st.sampled_from(NAMES), st.sampled_from(["x|y", "x.*"]), max_size=1
            ),
            "continue": st.booleans(),
            "routes": st.lists(nodes, max_size=3),
        },
    )
)
label_sets = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), min_size=1)


def configuration(routes: list[dict[str, Any]]) -> dict[str, Any]:
    """A configuration in which each node with a receiver has one of its own."""
    numbers = count()
    named = [with_receiver(route, numbers) for route in routes]
    receivers = [{"name": "root"}, *({"name": f"r{n}"} for n in range(next(numbers)))]
    return {"route": {"receiver": "root", "routes": named}, "receivers": receivers}


def with_receiver(node: Mapping[str, Any], numbers: Iterator[int]) -> dict[str, Any]:
    own = {"receiver": f"r{next(numbers)}"} if node["has_receiver"] else {}
    rest = {key: value for key, value in node.items() if key not in ("has_receiver", "routes")}
    inner = [with_receiver(each, numbers) for each in node.get("routes", ())]
    return own | rest | {"routes": inner}


@pytest.mark.tools
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    routes=st.lists(nodes, min_size=1, max_size=4),
    alerts=st.lists(label_sets, min_size=4, max_size=4),
)
def test_walk_names_the_receivers_that_amtool_names(
    generation: Generation,
    tmp_path: Path,
    routes: list[dict[str, Any]],
    alerts: Sequence[Mapping[str, str]],
) -> None:
    config = configuration(routes)
    file = tmp_path / "alertmanager.yml"
    file.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    tree = parse(config)
    for labels in alerts:
        ours = [route.receiver for route in walk(tree.root, labels)]
        assert ours == receivers_of(generation, file, labels), labels
