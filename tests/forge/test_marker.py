"""The hidden line: found again whatever the key, and forged by nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.errors import ForgeError
from reliability.forge.marker import Marker, ensure_readable, marker_of, text_of, with_marker

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


@pytest.mark.parametrize(("form", "number"), [("", 1), ("/1", 1), ("/2", 2), ("/999999", 999999)])
def test_a_marker_of_any_format_is_the_same_and_only_a_newer_one_is_refused(
    form: str, number: int
) -> None:
    marker = marker_of(f"<!-- reliability{form}:finding a%2Db -->\ntext")
    assert marker == Marker("finding", "a-b")
    assert marker.format == number
    if number == 1:
        ensure_readable(marker, "a page")
        return
    with pytest.raises(ForgeError) as refused:
        ensure_readable(marker, "a page")
    assert str(refused.value) == (
        f"a page has a marker of format {number}, and 1 is the newest that is read here: a newer "
        "version of reliability wrote it; update this one"
    )


@pytest.mark.parametrize("form", ["/0", "/01", "/1000000", "/", "/x"])
def test_another_number_is_not_a_format(form: str) -> None:
    assert marker_of(f"<!-- reliability{form}:finding a -->") is None
