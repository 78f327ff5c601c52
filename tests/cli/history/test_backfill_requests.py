"""`history backfill`: which servers it is about, and what it refuses, without a server."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest

from tests.cli.program import Ended, in_process, transcript
from tests.golden import Golden
from tests.history.shop import write_shop
from tests.live.repository import OWNER_ID

GOLDEN: Final = Path(__file__).parent / "golden"
BACKFILL: Final = ("history", "backfill")
TARGETS: Final = """\
apiVersion: reliability/v1
kind: SyncTargets
metadata: {{name: targets}}
spec:
  owner: {{id: "{owner}"}}
  allowedHosts: [127.0.0.1]
  targets:
    - {{name: files, provider: files, folder: out}}
    - {{name: one, provider: prometheus, url: "http://127.0.0.1:{ports[0]}", folder: /etc/one}}
    - name: two
      provider: prometheus
      url: http://127.0.0.1:{ports[1]}
      folder: /etc/two
      authorization: env:TWO
"""


class Nothing(BaseHTTPRequestHandler):
    """Knows no page, which is no reason to ask again."""

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_arguments: object) -> None:
        """Nothing: the test looks at what the command says."""


@pytest.fixture
def ports() -> Iterator[tuple[int, int]]:
    """Two servers that are no Prometheus."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Nothing) for _ in range(2)]
    threads = [
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}) for server in servers
    ]
    for thread in threads:
        thread.start()
    yield servers[0].server_port, servers[1].server_port
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def root(tmp_path: Path, ports: tuple[int, int]) -> Path:
    """A shop with two servers, the second of which is that of its history, too."""
    root = write_shop(tmp_path, f"http://127.0.0.1:{ports[1]}")
    (root / "policies/targets.yaml").write_text(TARGETS.format(owner=OWNER_ID, ports=ports))
    return root


def backfill(root: Path, *arguments: str, **variables: str) -> Ended:
    return in_process(*BACKFILL, *arguments, folder=root, **variables)


def test_requests_that_cannot_be_served(golden: Golden, root: Path) -> None:
    text = transcript(
        root,
        (*BACKFILL, "nobody"),
        (*BACKFILL, "--sync-target", "three"),
        (*BACKFILL, "--sync-target", "files"),
        (*BACKFILL, "--sync-target", "five", "--sync-target", "four", "--data-dir", "six=/data"),
        (*BACKFILL, "--data-dir", "/data"),
        (*BACKFILL, "--data-dir", "one=/data", "--data-dir", "/other"),
        (*BACKFILL, "--data-dir", "three=/data"),
        (*BACKFILL, "--sync-target", "two", "--data-dir", "one=/data"),
        (*BACKFILL, "--sync-target", "two"),
        (*BACKFILL, "--prometheus", "nowhere"),
        (*BACKFILL, "--prometheus", "http://127.0.0.1:9", "--sync-target", "one"),
        (*BACKFILL, "--days", "0"),
        (*BACKFILL, "--days", "401"),
    )
    (root / "policies/targets.yaml").unlink()
    history = root / "policies/history.yaml"
    history.write_text(history.read_text().replace("type: prometheus, url:", "type: store, u:"))
    text += transcript(root, BACKFILL)
    history.unlink()
    text += transcript(root, BACKFILL)
    golden.check(GOLDEN / "backfill-refused.txt", text)


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ((), 0),
        (("--sync-target", "one"), 0),
        (("--sync-target", "two"), 1),
        (("--sync-target", "two", "--sync-target", "one"), 0),
        (("shop", "--sync-target", "one"), 0),
        (("checkout", "--days", "1", "--sync-target", "one"), 0),
    ],
)
def test_the_servers_of_the_targets_are_asked_in_their_order(
    root: Path, ports: tuple[int, int], arguments: tuple[str, ...], asked: int
) -> None:
    ended = backfill(root, *arguments, TWO="Bearer x")
    assert (ended.code, ended.out) == (2, "")
    assert f"http://127.0.0.1:{ports[asked]}" in ended.err.splitlines()[-1]
    assert f"http://127.0.0.1:{ports[1 - asked]}" not in ended.err


def test_without_targets_the_server_of_the_history_is_asked(
    root: Path, ports: tuple[int, int]
) -> None:
    (root / "policies/targets.yaml").unlink()
    ended = backfill(root)
    assert (ended.code, f"http://127.0.0.1:{ports[1]}" in ended.err) == (2, True)


def test_a_server_that_is_named_is_asked_instead(root: Path, ports: tuple[int, int]) -> None:
    ended = backfill(root, "--prometheus", f"http://127.0.0.1:{ports[1]}")
    assert (ended.code, f"http://127.0.0.1:{ports[1]}" in ended.err) == (2, True)
    assert (root / ".reliability/backfill/prometheus").is_dir()


def test_a_host_that_is_not_allowed_is_not_asked(root: Path) -> None:
    targets = root / "policies/targets.yaml"
    targets.write_text(targets.read_text().replace("[127.0.0.1]", "[prometheus.example]"))
    ended = backfill(root)
    assert (ended.code, ended.out) == (2, "")
    assert "allowedHosts" in ended.err


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        (("--sync-target", "one"), ".reliability/backfill/one"),
        (("--sync-target", "one", "--out", "files"), "files/one"),
        (("--sync-target", "one", "--data-dir", "a/b=c"), None),
        (("--sync-target", "one", "--data-dir", "data"), None),
        (("--sync-target", "one", "--data-dir", "one=data"), None),
    ],
)
def test_files_go_below_the_name_of_the_server(
    root: Path, arguments: tuple[Any, ...], folder: str | None
) -> None:
    """The folder is made before the server is asked; a data folder has to be there."""
    (root / "data").mkdir()
    ended = backfill(root, *arguments)
    assert ended.code == 2
    assert "several are declared" not in ended.err
    places = (".reliability/backfill/one", "files/one")
    assert [place for place in places if (root / place).is_dir()] == [folder] * bool(folder)
