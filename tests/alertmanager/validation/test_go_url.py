"""Scheme and host of an address as Go's `url.Parse` reads them, and what it refuses."""

import pytest

from reliability.alertmanager.validation.go_url import go_url


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ("", "")),
        (" ", ("", "")),
        ("HTTP://a.b:9093/c?d#e", ("http", "a.b:9093")),
        ("http://user:word@a.b/", ("http", "a.b")),
        ("http://[::1]:80", ("http", "[::1]:80")),
        ("http:///path", ("http", "")),
        ("mailto:a@b", ("mailto", "")),
        ("//a.b/c", ("", "a.b")),
        ("//user@a.b:9", ("", "a.b:9")),
        ("///c", ("", "")),
        ("/c//d", ("", "")),
        ("a/b:c", ("", "")),
        ("//a b/c", None),
        ("http://a b/", None),
        ("http://a:b/", None),
        ("http://us er@a/", None),
        ("a:b:c", ("a", "")),
        ("1:b", None),
        (":b", None),
        ("/%zz", None),
        ("/#%zz", None),
        ("/\x7f", None),
    ],
)
def test_an_address_is_read_as_go_reads_it(text: str, parts: tuple[str, str] | None) -> None:
    assert go_url(text) == parts
