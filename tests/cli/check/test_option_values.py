"""Values of options of `check`: addresses, references to secrets, and reports."""

from pathlib import Path

import click
import pytest

from reliability.cli.check.options import (
    ReportFile,
    is_address,
    report_files,
    secret_reference,
    server_address,
)
from tests.check.repository import write
from tests.cli.program import in_process

CONTEXT = click.Context(click.Command("check"))
OPTION = click.Option(["--x"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://localhost", True),
        ("https://a.example:9090/prom/", True),
        ("HTTP://[::1]:9090", True),
        ("http://me:word@a", True),
        ("", False),
        ("localhost:9090", False),
        ("//localhost", False),
        ("http://", False),
        ("http://:9090", False),
        ("ftp://a", False),
        ("http://a?b=c", False),
        ("http://a#b", False),
        ("http://a?b#c", False),
        ("http://a b", False),
        ("http://a\tb", False),
        ("http://a\x1b", False),
        ("http://[::1", False),
        ("http://a:99999", False),
        ("http://a:x", False),
    ],
)
def test_an_address_is_one_of_a_server_without_a_query(text: str, *, expected: bool) -> None:
    assert is_address(text) is expected
    if expected:
        assert server_address(CONTEXT, OPTION, text) == text
        return
    with pytest.raises(click.BadParameter) as refusal:
        server_address(CONTEXT, OPTION, text)
    assert refusal.value.message == "not a valid address; write http://HOST:PORT or env:NAME"


@pytest.mark.parametrize("text", [None, "env:A", "file:/a", "env:", "file:a b"])
def test_a_reference_is_read_as_it_is(text: str | None) -> None:
    assert server_address(CONTEXT, OPTION, text) == text
    assert secret_reference(CONTEXT, OPTION, text) == text


@pytest.mark.parametrize("text", ["", "Bearer word", "ENV:A", "http://a"])
def test_a_secret_itself_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter) as refusal:
        secret_reference(CONTEXT, OPTION, text)
    assert refusal.value.message == "a secret must be a reference; write env:NAME or file:PATH"


def test_a_report_has_a_form_and_a_file() -> None:
    texts = ("sarif=a.sarif", "json=b=c.json", "text=x")
    assert report_files(CONTEXT, OPTION, texts) == (
        ReportFile("sarif", Path("a.sarif")),
        ReportFile("json", Path("b=c.json")),
        ReportFile("text", Path("x")),
    )
    for text in ("sarif", "sarif=", "=a", "pdf=a", "", "SARIF=a"):
        with pytest.raises(click.BadParameter) as refusal:
            report_files(CONTEXT, OPTION, (text,))
        assert refusal.value.message.startswith(f"{text} is not FORM=FILE with one of text, ")


@pytest.mark.parametrize("secret", ["Bearer ä", "Bearer a\nb", "Bearer a\x7f"])
def test_a_header_is_one_line_of_ascii(tmp_path: Path, secret: str) -> None:
    write({"services/a/notes.yaml": "# nothing\n"}, tmp_path)
    asked = ("check", "--live", "http://127.0.0.1:1", "--live-authorization", "env:TOKEN")
    ended = in_process(*asked, folder=tmp_path, TOKEN=secret)
    line = "reliability: --live: env:TOKEN holds more than one line of ASCII\n"
    assert (ended.code, ended.err.splitlines(keepends=True)[-1]) == (2, line)
