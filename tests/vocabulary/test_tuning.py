"""Garbage collection is paused and resumed, and sets of keys are shared."""

import gc

import pytest
from pydantic import BaseModel

from reliability.tuning import MUCH, collector_paused, freeze_objects, share_written_keys


class TwoKeys(BaseModel):
    """A model with two keys, neither of which is required."""

    one: int = 0
    other: int = 0


def test_collection_is_paused_for_a_block_and_goes_on_after_an_error() -> None:
    assert gc.isenabled()
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(LookupError), collector_paused():
        raise LookupError
    assert gc.isenabled()


def test_only_many_new_objects_are_left_out_of_collection() -> None:
    gc.unfreeze()
    try:
        with collector_paused():
            few = [[number] for number in range(10)]
        assert (len(few), gc.get_freeze_count()) == (10, 0)
        with collector_paused():
            many = [[number] for number in range(2 * MUCH)]
        assert gc.get_freeze_count() > len(many)
        gc.unfreeze()
        freeze_objects()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_models_with_the_same_written_keys_share_the_set_of_them() -> None:
    models = [TwoKeys(one=1), TwoKeys(one=2), TwoKeys(other=1), TwoKeys(one=1, other=2)]
    for model in models:
        share_written_keys(model)
    keys = [model.model_fields_set for model in models]
    assert keys == [{"one"}, {"one"}, {"other"}, {"one", "other"}]
    assert keys[0] is keys[1]
