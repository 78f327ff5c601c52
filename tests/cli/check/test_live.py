"""`check --live` as a user sees it: servers that are none, credentials, what may not be mixed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.check.examples import minimal_files
from tests.check.repository import write
from tests.cli.copied import edit
from tests.cli.program import Ended, in_process
from tests.servers.process import free_port


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one error of its own."""
    folder = write(minimal_files(), tmp_path)
    edit(folder / "services/attendance/alert-policy.yaml", "runbooks/clock-in", "runbooks/clock")
    return folder


def check(folder: Path, *arguments: str, **variables: str) -> Ended:
    return in_process("check", "--today", "2026-11-25", *arguments, folder=folder, **variables)


@contextmanager
def page(status: int) -> Iterator[str]:
    """A server that answers everything with one page; its address holds a password."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"<html>sign in</html>")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://someone:hush@127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_server_that_is_gone_is_one_line_and_the_rest_is_checked(repository: Path) -> None:
    port = free_port()
    ended = check(repository, "--live", f"http://someone:hush@127.0.0.1:{port}")
    assert ended.code == 2
    assert "error[alert-without-runbook]" in ended.out
    assert ended.err.splitlines()[-1] == (
        f"reliability: --live: http://127.0.0.1:{port} does not answer: connection refused"
    )
    assert "hush" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, "is not answered as a Prometheus does: Invalid JSON"),
        (404, "status 404; write the URL without /api/v1"),
        (401, "GET /api/v1/query answers 401: the credential is refused"),
    ],
)
def test_a_page_is_no_server_of_metrics(repository: Path, status: int, said: str) -> None:
    with page(status) as url:
        ended = check(repository, "--live", url)
    assert ended.code == 2
    assert "error[alert-without-runbook]" in ended.out
    assert said in ended.err.splitlines()[-1]
    assert "hush" not in ended.out + ended.err


def test_the_address_may_stand_in_the_environment(repository: Path) -> None:
    with page(404) as url:
        ended = check(repository, "--live", "env:METRICS", METRICS=url)
    assert (ended.code, "status 404" in ended.err) == (2, True)
    for value in ("", "host:hush"):
        ended = check(repository, "--live", "env:METRICS", METRICS=value)
        assert ended.code == 2
        message = (
            "--live: env:METRICS does not hold an address such as http://HOST:PORT"
            if value
            else "the environment variable METRICS is not set; env:METRICS needs it"
        )
        assert ended.err.splitlines()[-1] == f"reliability: {message}"


def test_an_authorization_is_referred_to_and_never_said(repository: Path) -> None:
    given = ("--live", "http://127.0.0.1:1", "--live-authorization")
    for arguments, said in (
        ((*given, "Bearer hush"), "a secret must be a reference; write env:NAME or file:PATH"),
        ((*given, "env:TOKEN"), "env:TOKEN holds more than one line of ASCII"),
        (("--live-authorization", "env:TOKEN"), "--live-authorization needs --live URL"),
    ):
        ended = check(repository, *arguments, TOKEN="Bearer hush\n")
        assert (ended.code, said in ended.err) == (2, True)
        assert "hush" not in ended.out + ended.err


@pytest.mark.parametrize("text", ["localhost:9090", "ftp://x", "http://x?token=hush", "http://:1"])
def test_what_is_no_address_is_not_repeated(repository: Path, text: str) -> None:
    ended = check(repository, "--live", text)
    assert ended.code == 2
    assert "--live: not a valid address; write http://HOST:PORT or env:NAME" in ended.err
    assert text not in ended.err


@pytest.mark.parametrize("option", ["--fix", "--diff", "--documents-only", "--test-rules"])
def test_a_server_is_asked_by_a_plain_check_only(repository: Path, option: str) -> None:
    ended = check(repository, "--live", "http://127.0.0.1:1", option)
    assert ended.code == 2
    assert "--live" in ended.err
    assert ended.out == ""
