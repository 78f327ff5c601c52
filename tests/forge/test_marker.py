"""The hidden line: found again whatever the key, and forged by nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.forge.marker import Marker, marker_of, text_of, with_marker

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT.filter(bool))
def test_any_key_comes_back(key: str) -> None:
    marker = Marker("finding", key)
    assert marker_of(with_marker(marker, "text")) == marker
    assert str(marker).count("--") == 2


@given(TEXT)
def test_any_text_leaves_the_marker_as_it_is(text: str) -> None:
    marker = Marker("finding", "a")
    assert marker_of(with_marker(marker, text)) == marker


@given(TEXT)
def test_a_text_comes_back_but_for_the_space_around_it(text: str) -> None:
    assert text_of(with_marker(Marker("a", "b"), text)) == text.replace("\r\n", "\n").strip()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "text",
        "text\n<!-- reliability:finding a -->",
        "<!-- reliability:finding a --> text",
        "<!-- reliability:finding -->",
        "<!-- reliability:Finding a -->",
        "<!-- reliability:finding a b -->",
        "> <!-- reliability:finding a -->",
    ],
)
def test_other_bodies_have_no_marker(body: str) -> None:
    assert marker_of(body) is None
    assert text_of(body) == body


@pytest.mark.parametrize(("kind", "key"), [("Finding", "a"), ("a b", "c"), ("", "a"), ("a", "")])
def test_a_marker_without_kind_or_key_is_refused(kind: str, key: str) -> None:
    with pytest.raises(ValueError, match="no marker has kind"):
        Marker(kind, key)
