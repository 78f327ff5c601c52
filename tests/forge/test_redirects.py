"""An artifact is fetched from where GitHub redirects to, and a token is never printed."""

from tempfile import TemporaryFile

import httpx
import pytest

from reliability.errors import ForgeError
from reliability.forge.github.artifacts import Artifact, download
from reliability.forge.github.client import GitHubAccess, open_client
from tests.http.raw import talking, whole
from tests.providers.served import served


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_redirect_is_followed_once_without_the_token(status: int) -> None:
    asked: list[tuple[str, str | None]] = []

    def storage(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path, request.headers.get("authorization")))
        return httpx.Response(200, content=b"zip")

    def content(github: str) -> bytes:
        access = GitHubAccess(url=github, repository="acme/slos", token="secret")
        with TemporaryFile() as into:
            artifact = Artifact(9, 7, f"{github}/zip")
            download(open_client(access, lambda _: None), "secret", artifact, into)
            return into.read()

    with served(storage) as url:
        location = f"Location: {url}/stored\r\nContent-Length: 0\r\n".encode()
        with talking(whole(b"HTTP/1.1 %d Moved\r\n%b" % (status, location))) as github:
            assert content(github) == b"zip"
        for other in (200, 304):
            with (
                talking(whole(b"HTTP/1.1 %d Other\r\n%b" % (other, location))) as github,
                pytest.raises(ForgeError, match=f"github answers {other}"),
            ):
                content(github)
    assert asked == [("/stored", None)]


def test_a_token_is_not_in_the_text_of_an_object() -> None:
    access = GitHubAccess(url="https://api.example.com", repository="acme/slos", token="secret")
    assert "secret" not in repr(access)
    assert "acme/slos" in repr(access)
