"""Whole numbers of options: ASCII digits only, within limits."""

from __future__ import annotations

from typing import Any

import click

from reliability.scalars import ScalarError, whole


class Whole(click.IntRange):
    """A whole number in a range; Python would also take `1_0` and the digits of other scripts."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the text of an option."""
        try:
            number = whole(value) if isinstance(value, str) else int(value)
        except ScalarError as error:
            self.fail(str(error), param, ctx)
        return int(super().convert(number, param, ctx))
