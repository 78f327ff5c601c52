"""Repeated fragments in every text of a signal: twice the text takes about twice the time."""

from __future__ import annotations

import gc
import json
import time
from typing import Final

import pytest

from reliability.load.named_place import ListNames, named_place
from tests.check.repository import checked

FRAGMENTS: Final = (
    *("{{", "}}", '{{"', "{{ $", "{{/*", "{{ if . }}", "{%", "{#", "${", "<!--", "-->"),
    *("(", ")", "[", "]", "<", ">", "\\", "`", '"', "'", "''", "://", "@", "a@", "http://a@"),
    *(" ", "\n", "- ", "* ", "# ", "a b ", "a.", "a-", "a_", "0", "1m", "=~", "é", "\u3042", "|"),
)
SIZE: Final = 25_000
"""Characters; text of the square of it would take minutes."""


def seconds(fragment: str, size: int) -> float:
    """The CPU time of a check with this text in each field, without what a check always takes."""
    text = json.dumps((fragment * size)[:size], ensure_ascii=False)
    fields = ("summary", "description", "runbook", "expr", "labels: {x")
    written = "".join(f"      {field}: {text}{'}' if '{' in field else ''}\n" for field in fields)
    signal = f"    - name: A\n      kind: cause\n      tier: ticket\n{written}"
    document = (
        f"kind: AlertPolicy\nmetadata: {{name: shop}}\nspec:\n  service: shop\n  signals:\n{signal}"
    )
    # A collection walks what all tests of this process left, which no text causes.
    gc.disable()
    try:
        begin = time.process_time()
        findings = checked(
            {"services/shop/alert-policy.yaml": f"apiVersion: reliability/v1\n{document}"}
        )
        spent = time.process_time() - begin
    finally:
        gc.enable()
    assert "document-unreadable" not in {finding.rule for finding in findings}
    return spent


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_the_time_of_a_check_grows_with_the_text(fragment: str) -> None:
    # Once for each size: what was read once is cached.
    _warm, least, half, whole = (seconds(fragment, n) for n in (1, 1, SIZE, 2 * SIZE))
    # The least is taken from both, and some is added, since short times vary.
    assert whole - least < 3 * (half - least) + 0.3, (least, half, whole)


def test_the_time_to_name_locations_grows_with_their_number() -> None:
    spent = []
    for count in (1_000, 4_000):
        policy = {"kind": "A", "metadata": {"name": "a"}, "spec": [{"name": "b"}] * count}
        begin, names = time.process_time(), ListNames()
        places = {named_place(policy, ("spec", index), names) for index in range(count)}
        spent.append(time.process_time() - begin)
        assert len(places) == count
    assert spent[1] < 8 * spent[0] + 0.1, spent
