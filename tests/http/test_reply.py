"""An answer that was read whole: its status, and its words in messages."""

import pytest
from pydantic import TypeAdapter

from reliability.http.reply import HttpReply, TooLargeError, UnexpectedReplyError, one_line


def reply(status: int = 200, content: bytes = b"", values: int = 10, **headers: str) -> HttpReply:
    return HttpReply(
        server="prometheus",
        request="GET /x",
        status_code=status,
        headers=headers,
        content=content,
        values=values,
    )


@pytest.mark.parametrize(
    ("status", "is_success", "is_redirect"),
    [
        (199, False, False),
        (200, True, False),
        (299, True, False),
        (300, False, True),
        (399, False, True),
        (400, False, False),
    ],
)
def test_the_status_says_whether_it_succeeded_or_leads_elsewhere(
    status: int, is_success: bool, is_redirect: bool
) -> None:
    found = reply(status, location="/there")
    assert (found.is_success, found.is_redirect) == (is_success, is_redirect)
    assert not reply(status).is_redirect


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (" a\r\n\tb ", "a b"),
        ("a\x1b[2J", "a�[2J"),
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 299 + "…"),
        (" " * 7_000 + "late", ""),
    ],
)
def test_the_words_of_a_server_are_one_short_line(said: str, shown: str) -> None:
    assert one_line(said) == shown
    assert reply(content=said.encode()).words == shown


def test_content_is_text_whatever_its_bytes_are() -> None:
    assert reply(content=b"a\xff").text == "a�"
    assert reply(content=b"a\xff").words == "a�"


def test_content_is_not_in_a_traceback() -> None:
    assert "secret" not in repr(reply(content=b"secret"))


def test_an_answer_of_another_form_says_where_it_differs() -> None:
    form = TypeAdapter(dict[str, int])
    assert reply(content=b'{"a": 1}').read(form, "a Prometheus") == {"a": 1}
    with pytest.raises(UnexpectedReplyError) as caught:
        reply(content=b'{"a": "x"}').read(form, "a Prometheus")
    assert str(caught.value) == (
        "prometheus: GET /x is not answered as a Prometheus does: "
        "a: Input should be a valid integer, unable to parse string as an integer"
    )


def test_an_answer_with_too_many_values_is_refused() -> None:
    form = TypeAdapter(list[int])
    assert reply(content=b"[1,2]", values=2).read(form, "a Prometheus") == [1, 2]
    with pytest.raises(TooLargeError) as caught:
        reply(content=b"[1,2,3]", values=2).read(form, "a Prometheus")
    assert str(caught.value) == (
        "prometheus: GET /x: the answer holds 3 values, and the limit is 2"
    )
