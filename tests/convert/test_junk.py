"""Whatever stands in an original in place of what belongs there, an import says so and goes on."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.load.document import parse
from tests.convert.imported import imported
from tests.convert.test_alertmanager import CONFIG
from tests.convert.test_burn_rates import BY_JOB, RECORD, four, recordings, rules
from tests.convert.test_owners import CATALOG
from tests.convert.test_prometheus_rules import DISK
from tests.convert.test_pyrra import NATIVE, RATIO
from tests.convert.test_sloth import CRD, SPEC, WINDOWS

PAIR = f"{RECORD}LONG > FACTOR*0.001 and {RECORD}SHORT > FACTOR*0.001"
BURNS = rules(*four(PAIR), records=recordings(f"{RECORD}W", BY_JOB))["r/shop.yml"]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", " ", "y", "{{ .x }}", "a/b:c", "\u2028", "0", "@", "*", "(((", "é"]),
    st.just([]),
    st.just({}),
    st.just([None, {}, "a", 1]),
    st.just({"name": ["a"], "x": {"y": None}}),
)


def documents(text: str) -> list[Any]:
    return [each.values for each in parse(PurePosixPath("a"), text.encode()).documents]


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*way, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*way, index))


def replaced(value: Any, way: tuple[Any, ...], junk: Any) -> Any:
    if not way:
        return junk
    copy = json.loads(json.dumps(value))
    inside = copy
    for step in way[:-1]:
        inside = inside[step]
    inside[way[-1]] = junk
    return copy


@pytest.mark.parametrize(
    "text",
    [DISK, BURNS, CONFIG, CATALOG, SPEC + WINDOWS, CRD, RATIO, NATIVE],
    ids=["rules", "burns", "alertmanager", "backstage", "sloth", "crd", "pyrra", "native"],
)
@given(data=st.data())
def test_junk_in_any_place_ends_no_import(text: str, data: st.DataObject) -> None:
    values = documents(text)
    index = data.draw(st.integers(0, len(values) - 1))
    way = data.draw(st.sampled_from(list(places(values[index]))))
    values[index] = replaced(values[index], way, data.draw(JUNK))
    shown = "\n---\n".join(json.dumps(each) for each in values)
    gathered = imported({"x.yaml": shown})
    for path, written in gathered.files.items():
        assert not parse(path, written.encode()).faults
    for diagnostic in gathered.diagnostics:
        assert "\n" not in diagnostic.problem.message


@given(text=st.text(alphabet="/*[]@#ab \\\n.-é", max_size=60))
def test_any_codeowners_is_read(text: str) -> None:
    gathered = imported({"CODEOWNERS": text})
    for path, written in gathered.files.items():
        assert not parse(path, written.encode()).faults
