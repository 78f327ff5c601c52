"""`init --alertmanager`: a live configuration comes into Git, and its secrets do not."""

import stat
import subprocess
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reliability.alertmanager.containment import missing_from
from reliability.convert.alertmanager.secrets import clean
from reliability.load.document import parse
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.servers.generation import Generation

SLACK = "https://hooks.slack.com/services/T000/B000/hushhush1234"
PAGER = "0123456789abcdef0123456789abcdef"
HEADER = "x7Qp90LmRt55Zw"
SECRETS = (SLACK, "hushhush1234", PAGER, HEADER)
LIVE = f"""\
# The old pager was {PAGER}
global:
  slack_api_url: &slack '{SLACK}'
  resolve_timeout: 5m
route:
  receiver: errors
  routes:
    - {{matchers: [team="shop", severity="page"], receiver: shop-pager}}
receivers:
  - name: errors
    slack_configs: [{{channel: "#errors"}}]
  - name: shop-pager
    pagerduty_configs:
      - routing_key: {PAGER}
    slack_configs:
      - {{channel: "#shop-alerts", api_url: *slack}}
    webhook_configs:
      - url: http://127.0.0.1:9/hook
        http_config: {{http_headers: {{X-Key: {{secrets: [{HEADER}]}}}}}}
"""


@pytest.fixture
def live(tmp_path: Path) -> Path:
    file = tmp_path / "etc/alertmanager.yml"
    file.parent.mkdir()
    file.write_text(LIVE)
    return file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    subprocess.run(("git", "init", "--quiet", str(folder)), check=True)
    return folder


def take_over(root: Path, live: Path, *more: str) -> Ended:
    secrets = () if "--secrets" in more else ("--secrets", str(live.parent / "secrets"))
    arguments = ("init", "--team", "shop", "--alertmanager", str(live), *secrets, *more)
    return reliability(*arguments, folder=root)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {str(path): path.read_bytes() for path in files}


def test_secrets_go_to_files_and_the_live_file_stays(root: Path, live: Path) -> None:
    ended = take_over(root, live)
    assert ended.code == 0, ended.err
    secrets = sorted((live.parent / "secrets").iterdir())
    assert {path.name: path.read_text() for path in secrets} == {
        "global-slack-api-url": SLACK,
        "shop-pager-routing-key": PAGER,
        "shop-pager-api-url": SLACK,
        "shop-pager-x-key": HEADER,
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert live.read_text() == LIVE
    base = (root / "policies/alertmanager.base.yml").read_text()
    assert missing_from(yaml.safe_load(base), yaml.safe_load(LIVE)) is None
    assert base.count(f"{live.parent}/secrets/global-slack-api-url") == 1
    assert not any(secret in base + ended.out + ended.err for secret in SECRETS)
    assert reliability("check", folder=root).code == 0


def test_policies_name_the_files_that_were_written_and_what_is_missing_is_said(
    root: Path, live: Path
) -> None:
    ended = take_over(root, live)
    folder = live.parent / "secrets"
    team = (root / "policies/teams/shop.yaml").read_text()
    assert f"routingKey: file:{folder}/shop-pager-routing-key" in team
    assert 'alert: {slack: "#shop-alerts"}' in team
    policy = (root / "policies/notification.yaml").read_text()
    assert f"apiUrl: file:{folder}/global-slack-api-url" in policy
    assert f"see policies/:\n  {folder}/heartbeat-url\n" in ended.err


def test_the_history_in_git_holds_no_secret(root: Path, live: Path) -> None:
    take_over(root, live)
    git = ("git", "-C", str(root), "-c", "user.name=me", "-c", "user.email=me@example.com")
    subprocess.run((*git, "add", "--all"), check=True)
    subprocess.run((*git, "commit", "--quiet", "--message=one"), check=True)
    shown = subprocess.run((*git, "log", "--patch", "--all"), capture_output=True, check=True)
    assert not any(secret.encode() in shown.stdout for secret in SECRETS)


@pytest.mark.tools
def test_alertmanager_reads_the_copy(root: Path, live: Path, generation: Generation) -> None:
    take_over(root, live)
    base = root / "policies/alertmanager.base.yml"
    command = (str(generation.amtool), "check-config", str(base))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_time_nothing_is_written(root: Path, live: Path) -> None:
    take_over(root, live)
    before = contents(root.parent)
    ended = take_over(root, live)
    assert (ended.code, "wrote" in ended.out) == (0, False)
    assert contents(root.parent) == before


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("resolve_timeout: 5m", "smtp_auth_secret: hush", "alertmanager.yml:4:21: Alertmanager"),
        ("resolve_timeout: 5m", "resolve_timeout: [", "alertmanager.yml:6: did not find"),
        ("receivers:", "receivers_:", "is not an Alertmanager configuration"),
        ("receiver: errors", "reciever: errors", "alertmanager.yml:6:"),
    ],
)
def test_what_cannot_be_taken_over_whole_is_refused_and_nothing_is_written(
    root: Path, live: Path, before: str, after: str, said: str
) -> None:
    live.write_text(LIVE.replace(before, after))
    there = contents(root.parent)
    ended = take_over(root, live)
    assert (ended.code, said in ended.err) == (2, True), ended.err
    assert contents(root.parent) == there


def test_secrets_do_not_go_into_the_repository(root: Path, live: Path) -> None:
    there = contents(root.parent)
    for folder in ("secrets", str(root / "a/b"), "../repository/x"):
        ended = take_over(root, live, "--secrets", folder)
        assert (ended.code, "is inside the repository" in ended.err) == (2, True)
    assert contents(root.parent) == there


def test_a_file_that_holds_something_else_is_not_written_over(root: Path, live: Path) -> None:
    secret = live.parent / "secrets/global-slack-api-url"
    secret.parent.mkdir()
    secret.write_text("mine\n")
    ended = take_over(root, live)
    assert (ended.code, f"{secret} exists with other content" in ended.err) == (2, True)
    assert (secret.read_text(), contents(root)) == ("mine\n", {})
    secret.unlink()
    secret.symlink_to(live)
    assert take_over(root, live).code == 2
    assert live.read_text() == LIVE


def test_a_copy_that_was_changed_since_is_not_written_over(root: Path, live: Path) -> None:
    take_over(root, live)
    base = root / "policies/alertmanager.base.yml"
    base.write_text(base.read_text() + "# mine\n")
    ended = take_over(root, live)
    assert (ended.code, "exists and differs from" in ended.err) == (2, True)
    assert base.read_text().endswith("# mine\n")


def test_servers_that_were_named_become_targets(root: Path, live: Path) -> None:
    ended = take_over(
        *(root, live, "--alertmanager-url", "http://am.example:9093"),
        *("--prometheus", "http://prom.example:9090", "--rules-folder", "/etc/prometheus/ours"),
    )
    assert ended.code == 0
    spec = yaml.safe_load((root / "policies/targets.yaml").read_text())["spec"]
    assert spec["allowedHosts"] == ["prom.example", "am.example"]
    assert [each["provider"] for each in spec["targets"]] == ["prometheus", "alertmanager"]
    assert spec["targets"][0]["folder"] == "/etc/prometheus/ours"
    assert spec["targets"][1]["file"] == str(live)
    assert len(spec["owner"]["id"]) >= 16
    assert reliability("check", folder=root).code == 0


KEYS = st.from_regex(r"[a-f0-9]{12}[a-z][0-9]", fullmatch=True)
NAMES = st.from_regex(r"[a-z]{3,8}", fullmatch=True)


@st.composite
def configurations(draw: st.DrawFn) -> tuple[dict[str, object], set[str]]:
    """A configuration with secrets of several kinds, and these secrets."""
    secrets: set[str] = set()

    def secret(prefix: str = "") -> str:
        secrets.add(key := draw(KEYS))
        return prefix + key

    kinds: dict[str, Callable[[], dict[str, object]]] = {
        "slack_configs": lambda: {"api_url": secret("https://hooks.slack.com/services/T0/B0/")},
        "pagerduty_configs": lambda: {"routing_key": secret()},
        "opsgenie_configs": lambda: {"api_key": secret()},
        "webhook_configs": lambda: {
            "url": "http://inside.local/x",
            "http_config": {"basic_auth": {"username": "me", "password": secret()}},
        },
    }
    receivers = []
    for name in draw(st.lists(NAMES, min_size=1, max_size=4, unique=True)):
        chosen = draw(st.lists(st.sampled_from(sorted(kinds)), max_size=3, unique=True))
        receivers.append({"name": name, **{kind: [kinds[kind]()] for kind in chosen}})
    config: dict[str, object] = {"route": {"receiver": receivers[0]["name"]}}
    if draw(st.booleans()):
        config["global"] = {"slack_api_url": secret("https://hooks.slack.com/services/T0/B0/")}
    return {**config, "receivers": receivers}, secrets


@given(configurations(), st.booleans())
def test_whatever_the_configuration_all_of_it_but_its_secrets_is_in_the_copy(
    made: tuple[dict[str, object], set[str]], flow: bool
) -> None:
    config, secrets = made
    text = yaml.safe_dump(config, default_flow_style=flow, sort_keys=False)
    [document] = parse(PurePosixPath("alertmanager.yml"), text.encode()).documents
    cleaned = clean(document, "/run/secrets")
    base = yaml.safe_load(cleaned.text)
    assert missing_from(base, config) is None
    assert cleaned.removed == ()
    assert not any(secret in cleaned.text for secret in secrets)
    assert secrets <= {text[-14:] for text in cleaned.contents.values()}


@given(configurations(), st.data())
def test_a_copy_that_lost_something_is_seen(
    made: tuple[dict[str, object], set[str]], data: st.DataObject
) -> None:
    config, _ = made
    receivers = list(config["receivers"])  # type: ignore[call-overload]
    lost = data.draw(st.integers(0, len(receivers) - 1))
    without = {**config, "receivers": receivers[:lost] + receivers[lost + 1 :]}
    assert missing_from(without, config) == ("receivers", lost)
    assert missing_from(config, without) is None


def test_one_secret_of_several_that_would_remain_is_enough_to_refuse(
    root: Path, live: Path
) -> None:
    live.write_text(LIVE.replace("shop-pager", f"pager-{PAGER}"))
    ended = take_over(root, live)
    assert (ended.code, ended.out) == (2, "")
    assert "a secret would remain in the copy, for example in a comment, a name" in ended.err
    assert not (live.parent / "secrets").exists()
    assert list(root.glob("policies/*")) == []
