"""A live Alertmanager configuration as `init` takes it over: text, secrets, teams, refusals."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from reliability.errors import ReliabilityError
from reliability.onboarding.init.takeover import (
    TakeOver,
    ensure_free,
    missing_secret_files,
    take_over,
    write_secrets,
)
from tests.check.examples import minimal_files
from tests.check.repository import loaded

KEY: Final = "0123456789abcdef0123456789abcdef"
URL: Final = "https://hooks.slack.com/services/T0/B0/Zx81Qw92Er73Ty"


@pytest.fixture
def live(tmp_path: Path) -> Path:
    (tmp_path / "live").mkdir()
    (tmp_path / "repository").mkdir()
    return tmp_path / "live" / "alertmanager.yml"


def taken(live: Path, text: str, folder: str = "secrets") -> TakeOver:
    live.write_text(text)
    return take_over(live, live.parent / folder, live.parent.parent / "repository")


def refused(live: Path, text: str) -> str:
    with pytest.raises(ReliabilityError) as refusal:
        taken(live, text)
    return str(refusal.value).replace(str(live), "LIVE")


PAGERS: Final = f"""\
route:
  receiver: shop-pager
  routes: [{{matchers: [team="pay"], receiver: pay}}]
receivers:
  - {{name: shop-pager, pagerduty_configs: [{{routing_key: {KEY}}}]}}
  - {{name: pay, slack_configs: [{{channel: "#pay"}}]}}
"""


def test_secrets_go_to_files_that_only_their_owner_reads(live: Path) -> None:
    takeover = taken(live, PAGERS)
    secret = live.parent / "secrets/shop-pager-routing-key"
    assert takeover.text == PAGERS.replace(f"routing_key: {KEY}", f"routing_key_file: {secret}")
    assert takeover.secrets == {secret: KEY}
    ensure_free(takeover, live.parent)

    assert list(write_secrets(takeover)) == [secret]
    assert secret.read_text() == KEY
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) & 0o055 == 0o055
    assert (secret.stat().st_uid, secret.stat().st_gid) == (
        live.stat().st_uid,
        live.stat().st_gid,
    )
    assert list(write_secrets(takeover)) == []
    ensure_free(takeover, live.parent)


def test_folders_of_secrets_are_made(live: Path) -> None:
    takeover = taken(live, PAGERS, "a/b")
    assert list(write_secrets(takeover)) == [live.parent / "a/b/shop-pager-routing-key"]


def test_a_secret_that_is_a_common_word_may_be_a_word_of_the_copy(live: Path) -> None:
    takeover = taken(live, PAGERS.replace(KEY, "pager"))
    assert list(takeover.secrets.values()) == ["pager"]
    assert "receiver: shop-pager" in takeover.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to another user")
def test_secrets_belong_to_the_owner_of_the_live_file(live: Path) -> None:
    live.write_text(PAGERS)
    os.chown(live, 12_345, 12_346)
    [secret] = write_secrets(taken(live, PAGERS))
    assert (secret.stat().st_uid, secret.stat().st_gid) == (12_345, 12_346)


def test_a_file_with_other_content_is_not_overwritten(live: Path) -> None:
    takeover = taken(live, PAGERS)
    [secret] = takeover.secrets
    secret.parent.mkdir()
    message = (
        f"{secret} exists with other content; move it away, or pass another folder with --secrets"
    )
    target = live.parent / "target"
    target.write_text(KEY)
    for make in (
        lambda: secret.write_text("other"),
        lambda: secret.write_bytes(b"\xff"),
        lambda: secret.symlink_to(target),
        lambda: secret.mkdir(),
    ):
        make()
        for function in (
            lambda: list(write_secrets(takeover)),
            lambda: ensure_free(takeover, live),
        ):
            with pytest.raises(ReliabilityError) as refusal:
                function()
            assert str(refusal.value) == message
        secret.rmdir() if secret.is_dir() else secret.unlink()
    secret.write_text(f"{KEY}\n")
    assert list(write_secrets(takeover)) == []


def test_a_folder_that_cannot_be_made_is_said(live: Path) -> None:
    takeover = taken(live, PAGERS)
    (live.parent / "secrets").write_text("a file")
    with pytest.raises(ReliabilityError, match=r"routing-key cannot be written: "):
        list(write_secrets(takeover))


def test_a_copy_in_the_repository_must_be_the_same(live: Path) -> None:
    takeover, root = taken(live, PAGERS), live.parent.parent / "repository"
    base = root / "policies/alertmanager.base.yml"
    base.parent.mkdir()
    base.write_text(takeover.text)
    ensure_free(takeover, root)
    message = (
        f"policies/alertmanager.base.yml exists and differs from {live} without its secrets; "
        "compare both, and delete the copy if the live file is correct"
    )
    for is_link in (False, True):
        if is_link:
            (root / "same").write_text(takeover.text)
            base.unlink()
            base.symlink_to(root / "same")
        else:
            base.write_text("other")
        with pytest.raises(ReliabilityError) as refusal:
            ensure_free(takeover, root)
        assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [\n", "LIVE:2: did not find expected node content"),
        ("", "LIVE is not an Alertmanager configuration: expected route and receivers"),
        ("- a\n", "LIVE is not an Alertmanager configuration: expected route and receivers"),
        (
            "route: {}\n",
            "LIVE is not an Alertmanager configuration: expected route and receivers",
        ),
        (
            "receivers: []\n",
            "LIVE is not an Alertmanager configuration: expected route and receivers",
        ),
        (
            f"{PAGERS}---\n{PAGERS}",
            "LIVE is not an Alertmanager configuration: expected route and receivers",
        ),
        ("route: {receiver: b}\nreceivers: [{name: a}]\n", "LIVE:1:19: unknown receiver b"),
        (
            f"global: {{wechat_api_secret: {KEY}, smtp_auth_secret: {KEY}}}\n{PAGERS}",
            "LIVE:1:29, LIVE:1:81: Alertmanager cannot read this secret from a file, so the "
            "configuration cannot be taken over; nothing was written",
        ),
        (
            PAGERS.replace('"#pay"', f'"#pay-{KEY}"'),
            "LIVE: a secret would remain in the copy, for example in a comment, a name or a "
            "template; remove it first; nothing was written",
        ),
    ],
)
def test_what_cannot_be_taken_over_is_refused(live: Path, text: str, message: str) -> None:
    assert refused(live, text) == message


def test_secrets_may_not_be_in_the_repository(live: Path) -> None:
    live.write_text(PAGERS)
    root = live.parent.parent / "repository"
    with pytest.raises(ReliabilityError) as refusal:
        take_over(live, root / "secrets", root)
    assert str(refusal.value) == (
        f"{root / 'secrets'} is inside the repository {root}, and secrets must not be committed; "
        "pass a folder outside of it with --secrets"
    )
    with pytest.raises(ReliabilityError, match=r"missing\.yml cannot be read: No such file"):
        take_over(live.parent / "missing.yml", live.parent / "secrets", root)


SLACK: Final[Mapping[str, tuple[str, str]]] = {
    "nothing": ("", ""),
    "a global URL": (f"global: {{slack_api_url: '{URL}'}}", "FOLDER/secrets/global-slack-api-url"),
    "a global file": ("global: {slack_api_url_file: slack}", "FOLDER/slack"),
    "an absolute global file": ("global: {slack_api_url_file: /etc/slack}", "/etc/slack"),
    "global text": ("global: text", ""),
}


@pytest.mark.parametrize("name", SLACK)
def test_the_file_of_the_webhook_of_slack(live: Path, name: str) -> None:
    text, path = SLACK[name]
    takeover = taken(live, f"{text}\nroute: {{receiver: a}}\nreceivers: [{{name: a}}]\n")
    assert takeover.slack_file == path.replace("FOLDER", str(live.parent))


@pytest.mark.parametrize(
    ("configs", "path"),
    [
        ("[{channel: a}]", ""),
        ("[]", ""),
        (f"[{{channel: a}}, {{api_url: '{URL}'}}]", "FOLDER/secrets/b-api-url"),
        (f"[{{api_url_file: x}}, {{api_url: '{URL}'}}]", "FOLDER/x"),
    ],
)
def test_without_a_global_webhook_the_first_of_a_receiver_is_taken(
    live: Path, configs: str, path: str
) -> None:
    receivers = f"[{{name: a}}, {{name: b, slack_configs: {configs}}}]"
    takeover = taken(live, f"route: {{receiver: a}}\nreceivers: {receivers}\n")
    assert takeover.slack_file == path.replace("FOLDER", str(live.parent))


def test_the_pager_of_a_team_is_its_own_or_the_only_one(live: Path) -> None:
    takeover = taken(live, PAGERS)
    secret = str(live.parent / "secrets/shop-pager-routing-key")
    assert [takeover.pager_key(team) for team in ("shop", "pay", "unknown")] == [secret] * 3
    more = "  - {name: web-pager, pagerduty_configs: [{routing_key_file: /etc/web}]}\n"
    takeover = taken(live, PAGERS + more)
    assert [takeover.pager_key(team) for team in ("shop", "web", "pay")] == [secret, "/etc/web", ""]
    assert taken(live, "route: {receiver: a}\nreceivers: [{name: a}]\n").pager_key("a") == ""


def test_files_of_secrets_that_are_not_here(live: Path) -> None:
    files = minimal_files()
    team = files["policies/teams/workforce.yaml"]
    here = live.parent / "here"
    here.write_text(KEY)
    own = f"  onCall: {{pagerduty: {{routingKey: file:{here}}}}}\n"
    other = f"  onCall: {{pagerduty: {{routingKey: file:{live.parent}/gone}}}}\n"
    for number, on_call in enumerate((own, other, other)):
        head = team.partition("spec:")[0].replace("workforce", f"team-{number}")
        files[f"policies/teams/team-{number}.yaml"] = f"{head}spec:\n  members: ['@a']\n{on_call}"
    catalog, findings = loaded(files)
    assert findings == []
    missing = [path for path in missing_secret_files(catalog) if path.parent == live.parent]
    assert missing == [live.parent / "gone"]
