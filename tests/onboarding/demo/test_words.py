"""The paragraphs of the demo."""

import pytest

from reliability.onboarding.demo.words import paragraph


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one  two\n three", ["one two three"]),
        ("x" * 100, ["x" * 100]),
        (f"see {'y' * 90} there", ["see", "y" * 90, "there"]),
        (f"{'a' * 80} burn-rate", ["a" * 80, "burn-rate"]),
        ("b" * 88, ["b" * 88]),
        (f"{'c' * 86} d", [f"{'c' * 86} d"]),
        (f"{'c' * 87} d", ["c" * 87, "d"]),
    ],
)
def test_a_paragraph_is_wrapped_between_words(text: str, lines: list[str]) -> None:
    assert paragraph(text).splitlines() == lines
