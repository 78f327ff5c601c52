"""Places by names: of documents, of items of lists, and of what has none."""

from typing import Any

import pytest

from reliability.load.named_place import named_place
from reliability.location import Pointer

POLICY: dict[str, Any] = {
    "kind": "AlertPolicy",
    "metadata": {"name": "pay"},
    "spec": {
        "objectives": [
            {"slo": "latency", "objective": "fast", "runbook": "a.md"},
            {"slo": "latency", "objective": "slow", "runbook": "b.md"},
            {"slo": "latency"},
        ],
        "signals": [{"name": "Slow"}, {"name": "Queue"}, {"name": "Slow"}, {"kind": "cause"}],
    },
}


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ((), "AlertPolicy pay"),
        (("metadata", "name"), "AlertPolicy pay/metadata/name"),
        (
            ("spec", "objectives", 0, "runbook"),
            "AlertPolicy pay/spec/objectives/latency/fast/runbook",
        ),
        (("spec", "objectives", 1), "AlertPolicy pay/spec/objectives/latency/slow"),
        (("spec", "objectives", 2, "slo"), "AlertPolicy pay/spec/objectives/latency/slo"),
        (("spec", "signals", 1), "AlertPolicy pay/spec/signals/Queue"),
        (("spec", "signals", 2, "expr"), "AlertPolicy pay/spec/signals/Slow#2/expr"),
        (("spec", "signals", 3), "AlertPolicy pay/spec/signals/3"),
        (("spec", "signals", 4, "name"), "AlertPolicy pay/spec/signals/4/name"),
        (("spec", "signals", 9, "name"), "AlertPolicy pay/spec/signals/9/name"),
        (("spec", "none", 0, "name"), "AlertPolicy pay/spec/none/0/name"),
    ],
)
def test_a_place_is_called_by_names(pointer: Pointer, place: str) -> None:
    assert named_place(POLICY, pointer) == place


def test_items_of_a_list_inside_an_item_have_names_too() -> None:
    conditions = [{"name": "fast"}, {"name": "slow"}]
    values = {**POLICY, "spec": {"policies": [{"name": "burn", "conditions": conditions}]}}
    pointer = ("spec", "policies", 0, "conditions", 1, "op")
    assert named_place(values, pointer) == "AlertPolicy pay/spec/policies/burn/conditions/slow/op"


def test_an_object_of_a_list_is_called_by_its_own_name() -> None:
    pointer = ("spec", "signals", 1)
    for documents in ([POLICY, {"kind": "SLO"}], [{"kind": "SLO"}, POLICY]):
        place = named_place(documents, (documents.index(POLICY), *pointer))
        assert place == named_place(POLICY, pointer)


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        "text",
        {"kind": "SLO"},
        {"kind": "SLO", "metadata": None},
        {"kind": "SLO", "metadata": {"name": 5}},
        {"kind": None, "metadata": {"name": "pay"}},
    ],
)
def test_a_document_without_kind_or_name_has_no_such_place(values: Any) -> None:
    assert named_place(values, ("spec",)) == ""


def test_a_place_stays_when_items_move() -> None:
    moved = {**POLICY, "spec": {"signals": [{"name": "New"}, *POLICY["spec"]["signals"]]}}
    assert named_place(moved, ("spec", "signals", 2)) == named_place(POLICY, ("spec", "signals", 1))
