"""Empty values of OpenSLO, null and the empty text, where they are as good as no value."""

from __future__ import annotations

from typing import Any

from pydantic import BeforeValidator


def empty_as(instead: Any) -> BeforeValidator:
    """Read null as a default, as the reference does with every field that need not be there."""
    return BeforeValidator(lambda value: instead if value is None else value)


def _none_if_blank(value: Any) -> Any:
    return None if value == "" else value


BLANK_IS_ABSENT = BeforeValidator(_none_if_blank)
"""An empty text where the reference takes the field for left out."""
