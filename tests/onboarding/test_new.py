"""`new` without a terminal and without a server: what it writes, keeps, and refuses."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from reliability.onboarding.new.service_kinds import service_kinds
from tests.cli.program import Ended, reliability
from tests.servers.process import free_port

RUNBOOKS = "https://git.example.com/shop/blob/main"
JOURNEY = ("--journey", "A customer places an order")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    assert (
        reliability(
            *("init", "--team", "shop", "--member", "@lead", "--runbook-base", RUNBOOKS),
            folder=tmp_path,
        ).code
        == 0
    )
    return tmp_path


def new(root: Path, *more: str) -> Ended:
    return reliability("new", "shop", *more, folder=root)


def rules_of(root: Path) -> set[str]:
    """The rules of all findings."""
    ended = reliability("check", "--fail-on", "error", folder=root)
    assert ended.code == 0, ended.out
    return set(re.findall(r" \w+\[([a-z-]+)\]: ", ended.out))


def contents(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", [each.name for each in service_kinds()])
def test_files_of_each_kind_say_what_was_said(root: Path, kind: str) -> None:
    ended = new(root, *JOURNEY, "--kind", kind)
    assert (ended.code, "99 % over 30 days" in ended.err) == (0, True)
    assert "a guess, because no Prometheus is configured" in ended.err
    assert "review: " in ended.err
    for name in ("slo", "alert-policy", "ownership"):
        assert f"wrote  services/shop/{name}.yaml" in ended.out
    assert rules_of(root) == {"slo-agreement-missing"}
    runbook = (root / "docs/runbooks/shop-customer-places-order.md").read_text()
    assert "User impact" not in runbook
    assert runbook.endswith("\n**Contacts.** Team shop.\n")
    assert "@" not in (root / "services/shop/ownership.yaml").read_text()
    assert reliability("build", "--out", root / "made", folder=root).code == 0


def test_again_with_the_same_answers_nothing_is_written(root: Path) -> None:
    new(root, *JOURNEY, "--kind", "http")
    before = contents(root)
    ended = new(root, *JOURNEY, "--kind", "http", "--target", "0.95")
    assert (ended.code, "wrote" in ended.out, "added" in ended.out) == (0, False, False)
    assert "kept   services/shop/slo.yaml declares the SLO shop-customer-places-order" in ended.out
    assert contents(root) == before


def test_the_next_promise_goes_behind_what_a_person_wrote(root: Path) -> None:
    new(root, *JOURNEY, "--kind", "http", "--product", "@po", "--criticality", "critical")
    slo = root / "services/shop/slo.yaml"
    mine = "# mine, and it stays\r\n" + slo.read_text().rstrip("\n").replace("succeeded", "placed")
    slo.write_bytes(mine.encode())
    ended = new(root, "--journey", "A customer is told quickly", "--kind", "latency")
    assert "added  to the end of services/shop/slo.yaml" in ended.out
    assert slo.read_bytes().startswith(mine.encode())
    assert rules_of(root) == {"slo-agreement-missing", "person-undecided"}
    approvers = (root / "services/shop/ownership.yaml").read_text().splitlines()[-2:]
    assert [line.partition("  #")[0].strip() for line in approvers] == [
        'product: "@po"',
        'technical: "@undecided"',
    ]


def test_a_new_team_gets_a_file(root: Path) -> None:
    ended = new(root, *JOURNEY, "--kind", "queue", "--team", "orders", "--technical", "@lead")
    assert "wrote  policies/teams/orders.yaml" in ended.out
    assert '"#orders-alerts"' in (root / "policies/teams/orders.yaml").read_text()
    assert rules_of(root) == {"slo-agreement-missing", "person-undecided"}


def test_a_program_gets_json(root: Path) -> None:
    ended = new(root, *JOURNEY, "--kind", "grpc", "--target", "99.5 %", "--format", "json")
    said = json.loads(ended.out)
    assert (said["target"], said["measured"]) == ("0.995", False)
    assert [each["rule"] for each in said["findings"]] == ["slo-agreement-missing"]
    assert "grpc_server_handled_total" in said["total"]
    assert said["slo"] == "shop-customer-places-order"


def test_a_dry_run_shows_and_writes_nothing(root: Path) -> None:
    before = contents(root)
    ended = new(root, *JOURNEY, "--kind", "http", "--dry-run")
    assert (ended.code, "# services/shop/slo.yaml\napiVersion: openslo/v1" in ended.out) == (
        0,
        True,
    )
    assert contents(root) == before


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), "--journey is required without a terminal"),
        (JOURNEY, "--kind is required without a terminal"),
        (
            (*JOURNEY, "--kind", "web"),
            "--kind: not a valid answer: 'web'; expected one of http, grpc",
        ),
        ((*JOURNEY, "--kind", "http", "--target", "120 %"), "50 % to 99.999 %"),
        (
            (*JOURNEY, "--kind", "http", "--product", "boss"),
            "--product: not a valid handle: 'boss'",
        ),
        ((*JOURNEY, "--total", "x"), "needs --total and one of --good and --bad"),
        ((*JOURNEY, "--total", "x{", "--good", "x"), "--total: not valid PromQL"),
        ((*JOURNEY, "--total", "x", "--good", "rate(x[5m])"), "--good: "),
        (("--journey", "orders"), "write a sentence"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_written(
    root: Path, flags: tuple[str, ...], said: str
) -> None:
    before = contents(root)
    ended = new(root, *flags)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert contents(root) == before


def test_a_service_is_one_safe_path_segment(root: Path) -> None:
    ended = reliability("new", "../shop", *JOURNEY, "--kind", "http", folder=root)
    assert (
        ended.code,
        "SERVICE: not a valid name: '../shop'; use lower-case letters" in ended.err,
    ) == (2, True)


def test_without_a_repository_the_way_to_one_is_said(tmp_path: Path) -> None:
    ended = new(tmp_path, *JOURNEY)
    assert (ended.code, "no services/ in" in ended.err) == (2, True)


def test_a_dead_server_that_was_named_is_told_with_the_way_on(root: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    ended = new(root, *JOURNEY, "--kind", "http", "--prometheus", url)
    assert ended.code == 2
    assert f"{url} does not answer" in ended.err
    assert "leave out --prometheus to continue without a server" in ended.err


def test_a_dead_server_of_the_policies_makes_the_target_a_guess(root: Path) -> None:
    history = root / "policies/history.yaml"
    url = f"http://127.0.0.1:{free_port()}"
    source = f"source: {{type: prometheus, url: {url}}}"
    history.write_text(history.read_text().replace("source: {type: store}", source))
    ended = new(root, *JOURNEY, "--kind", "http")
    assert ended.code == 0
    assert "continuing without it: the target will be a guess" in ended.err
    assert (
        f"a guess, because {url} does not answer" in (root / "services/shop/slo.yaml").read_text()
    )


@pytest.fixture
def shop_window() -> Iterator[str]:
    """A server that is no Prometheus."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<h1>Welcome to our shop</h1>")

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_that_is_no_prometheus_is_told_apart(root: Path, shop_window: str) -> None:
    ended = new(root, *JOURNEY, "--kind", "http", "--prometheus", shop_window)
    assert (ended.code, "is not answered as a Prometheus does" in ended.err) == (2, True)


def test_a_notification_says_the_journey_once(root: Path) -> None:
    new(root, *JOURNEY, "--kind", "http", "--fast-tier", "alert")
    assert reliability("build", "--out", root / "made", folder=root).code == 0
    text = (root / "made/prometheus/shop.yml").read_text()
    assert "A customer places an order (shop-customer-places-order" in text
    assert "A customer places an order (A customer" not in text
