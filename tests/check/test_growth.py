"""Repeated fragments in every text of a signal: twice the text takes about twice the time."""

from __future__ import annotations

import json
import time
from typing import Final

import pytest

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
    begin = time.process_time()
    findings = checked(
        {"services/shop/alert-policy.yaml": f"apiVersion: reliability/v1\n{document}"}
    )
    spent = time.process_time() - begin
    assert "document-unreadable" not in {finding.rule for finding in findings}
    return spent


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_the_time_of_a_check_grows_with_the_text(fragment: str) -> None:
    _warm, least, half, whole = (seconds(fragment, n) for n in (1, 1, SIZE, 2 * SIZE))
    # The least is taken from both, and some is added, since short times vary.
    assert whole - least < 3 * (half - least) + 0.3, (least, half, whole)
