"""No secret of a file that is imported is in what an import writes, whatever holds it."""

import re
from pathlib import Path, PurePosixPath
from typing import Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reliability.convert.alertmanager.secrets import clean
from reliability.convert.free_text import REMOVED, masked_addresses, masked_values
from reliability.load.document import Document, parse
from tests.cli.program import in_process as reliability
from tests.hostile.planted import PLANTED

SECRET: Final = "oldPl4ntedXyzzy"
KEPT: Final = {
    "wechat corp_id": "a name that WeChat shows",
    "wechat agent_id": "a name that WeChat shows",
    "webex room_id": "the name of a room",
    "email auth_username": "the name of a user",
    "email auth_identity": "the name of a user",
    "global smtp_auth_identity": "the name of a user",
    "basic_auth username": "the name of a user",
    "oauth2 client_id": "the name of a program",
    "tls_config cert": "a certificate is public",
    "sigv4 role_arn": "the name of a role",
    "email header": "the sender's own header",
    "pagerduty detail": "the sender's own text",
    "pagerduty link": "a parameter whose name tells nothing",
    "tracing headers": "a header whose name tells nothing",
    "http_headers values": "a header whose name tells nothing",
}
"""What is no secret to Alertmanager, and is needed to notify anybody; and why."""

RULES: Final = """\
# See https://admin:s3cretPassw0rd@grafana.example/d/abc
groups:
  - name: shop
    rules:
      - alert: ShopDown
        expr: up{job="shop"} == 0
        labels:
          severity: critical
          api_token: Zx81Qw92Er73Ty
          team: sales
        annotations:
          summary: "Shop is down, tell https://hooks.slack.com/services/T0AAA/B0BBB/Zx81Qw92Er73Ty"
          description: >-
            Log in at https://ops:s3cretPassw0rd@vault.example/ui
            or open https://api.example/x?token=Zx81Qw92Er73Ty&page=2.
          runbook_url: https://wiki.example/run/shop?access_token=Zx81Qw92Er73Ty
"""


def planted(name: str) -> str:
    """An Alertmanager configuration that holds one secret."""
    body = PLANTED[name](SECRET)
    receivers = [*body.pop("receivers", []), {"name": "other"}]
    return yaml.safe_dump({"route": {"receiver": "other"}, "receivers": receivers, **body})


@pytest.mark.parametrize("name", sorted(PLANTED.keys() - KEPT.keys()))
def test_no_planted_secret_is_copied_and_each_has_a_diagnostic(name: str) -> None:
    [document] = parse(PurePosixPath("alertmanager.yml"), planted(name).encode()).documents
    cleaned = clean(document)
    assert SECRET not in cleaned.text
    lines = [n for n, line in enumerate(document.text.splitlines(), 1) if SECRET in line]
    assert {each.problem.at.span.line for each in cleaned.diagnostics} & set(lines), (
        cleaned.diagnostics
    )
    assert all(SECRET not in str(each) for each in cleaned.diagnostics)


def test_what_a_rule_file_holds_is_masked_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    ended = reliability("import", "rules.yml", "--into", "new", folder=tmp_path)
    assert ended.code == 0, ended
    written = {path: path.read_text() for path in (tmp_path / "new").rglob("*") if path.is_file()}
    for text in (*written.values(), ended.out, ended.err):
        assert "s3cretPassw0rd" not in text
        assert "Zx81Qw92Er73Ty" not in text
    drafts = "\n".join(written.values())
    assert "https://hooks.slack.com/removed-by-import" in drafts
    assert "https://removed-by-import@vault.example/ui" in drafts
    assert "?token=removed-by-import&page=2" in drafts
    assert "/run/shop?access_token=removed-by-import" in drafts
    for line in (1, 9, 12, 14, 15, 16):
        assert f"rules.yml:{line}:" in ended.out, ended.out


COMMIT: Final = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
TOKEN: Final = "Zx81Qw92Er73TyZx81Qw92Er73Ty"
HOLDING_NONE: Final = (
    f"https://github.com/o/r/blob/{COMMIT}/docs/x.md",
    "https://grafana.example/d/efa86fd1d0c121a26444b636a3f509a8/kube?var-pod={{ $labels.pod }}",
    "https://wiki.example/x?auth_key={{ $labels.key }}",
    "mail to a@b.example, see http://runbooks.example/a#b",
    'expr: probe_success{instance="https://shop.example/pay"} == 0',
    "https://grafana.example/mimir-runbooks/#mimirhighvolumelevel1blocksqueried",
    "https://runbooks.example/#KubeDeploymentVersion2Mismatch",
    "https://docs.example/document/d/1/edit?tab=t.0#heading=h.htgsbwue3fyz",
    f"https://git.example/linux.git/commit/?id={COMMIT}",
    "https://portal.example/?id=1b4e28ba-2fa1-11d2-883f-0016d3cca427",
    "https://kibana.example/#/discover?_g=(time:(from:now-12h))&_a=(query:(query:'status:%205*'))",
    "ssh://git@github.com/o/r.git or git+ssh://git@github.com/o/r",
    "https://discord.com/invite/abc1 https://discord.gg/abc1 https://discord.com/channels/1/2",
    "https://wiki.example/x#:~:text=the%20password,key",
    "https://grafana.example/d/x?&var-job=a",
    "https://rook.example/radosgw/admin/?#add-remove-realm https://x.example/index.php?",
    "https://json-schema.example/draft-07/schema#",
)
HOLDING_ONE: Final = {
    f"https://hooks.slack.com/services/T0/B0/{TOKEN}": "https://hooks.slack.com/{}",
    f"https://discord.com/api/webhooks/1/{TOKEN}": "https://discord.com/{}",
    f"https://a.webhook.office.com/webhookb2/{TOKEN}": "https://a.webhook.office.com/{}",
    "https://nosnch.in/abc": "https://nosnch.in/{}",
    f"https://events.example/x?routing_key={TOKEN}#a": "https://events.example/x?routing_key={}#a",
    "https://x.example/?&access_token=r": "https://x.example/?&access_token={}",
    "https://x.example/?&a=b&&sig=r&#": "https://x.example/?&a=b&&sig={}&#",
    f"https://x.example/?token={COMMIT}": "https://x.example/?token={}",
    f"https://x.example/?k={TOKEN}": "https://x.example/?k={}",
    "https://x.example/#access_token=r&b=c": "https://x.example/#access_token={}&b=c",
    "https://x.example/#/login?token=r": "https://x.example/#/login?token={}",
    f"https://paste.example/#{TOKEN}=": "https://paste.example/#{}",
    "https://user:word@x.example/a": "https://{}@x.example/a",
    "ssh://git:word@x.example/a": "ssh://{}@x.example/a",
    f"https://{TOKEN}@sentry.example/1": "https://{}@sentry.example/1",
    "https://x.example/?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE": "https://x.example/?AWSAccessKeyId={}",
    "https://x.example/ghp_0123456789abcdefghij0123456789abcdef/a": "https://x.example/{}/a",
    "https://x.example/a?q=eyJhbGciOi.eyJzdWIi.abc-_": "https://x.example/a?q={}",
}


@pytest.mark.parametrize("text", HOLDING_NONE)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    masked = masked_addresses(PurePosixPath("rules.yml"), text)
    assert (masked.text, masked.diagnostics) == (text, ())


@pytest.mark.parametrize(("text", "left"), HOLDING_ONE.items())
def test_what_is_a_secret_is_masked_and_nothing_else_changes(text: str, left: str) -> None:
    masked = masked_addresses(PurePosixPath("rules.yml"), f"a\nb: {text}")
    assert masked.text == f"a\nb: {left.format(REMOVED)}"
    [diagnostic] = masked.diagnostics
    assert diagnostic.problem.at.span.line == 2


@given(
    st.lists(
        st.sampled_from((*HOLDING_NONE, *HOLDING_ONE))
        | st.text("ab1/?#&=;@: '()\n", max_size=20).map("https://x.example/{}".format)
    )
)
def test_only_secrets_are_replaced_in_any_text(parts: list[str]) -> None:
    text = " ".join(parts)
    masked = masked_addresses(PurePosixPath("rules.yml"), text)
    pieces = (re.escape(piece) for piece in masked.text.split(REMOVED))
    assert re.fullmatch(r"\S+".join(pieces), text)
    assert bool(masked.diagnostics) is (REMOVED in masked.text)
    assert masked_addresses(PurePosixPath("rules.yml"), masked.text).text == masked.text


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("Zx81Qw92Er73Ty", "removed-by-import"),
        (">-\n  Zx81Qw92Er73Ty", "removed-by-import\n"),
        ("|\n  Zx81Qw92Er73Ty", "removed-by-import\n"),
        ("|- # a comment\n  Zx81Qw92Er73Ty", "removed-by-import\n"),
        ("|\n  -----BEGIN KEY-----\n  Zx81Qw92Er73Ty", "removed-by-import\n\n"),
        ('"Zx81Qw\\\n  92Er73Ty"', "removed-by-import\n"),
        ("\n  Zx81Qw92Er73Ty", "\n  removed-by-import"),
        ("env:API_TOKEN", None),
        ("|\n  a plain phrase", None),
    ],
)
def test_a_secret_is_masked_in_any_style(written: str, masked: str | None) -> None:
    text = f"a: 1\napi_token: {written}\nb: 2\n"
    result = masked_values(documents_of(text), text)
    assert result.text == text.replace(written, written if masked is None else masked)
    messages = [str(each.problem.message) for each in result.diagnostics]
    assert messages == ([] if masked is None else ["api_token is a secret and is not copied"])


def test_lines_below_a_masked_secret_keep_their_numbers() -> None:
    text = 'a: {\n  api_token: "Zx81Qw\\\n    92Er73Ty", b: 2,\n  c: 3}\nd: 4\n'
    result = masked_values(documents_of(text), text)
    [document] = documents_of(result.text)
    assert document.values == {"a": {"api_token": "removed-by-import", "b": 2, "c": 3}, "d": 4}
    assert document.locate(("a", "c")).span.line == 4
    assert document.locate(("d",)).span.line == 5


def documents_of(text: str) -> tuple[Document, ...]:
    return parse(PurePosixPath("rules.yml"), text.encode()).documents


REPEATED: Final = """\
groups:
  - name: shop
    rules:
      - {alert: A, expr: up == 0, labels: &page {severity: critical, api_token: Zx81Qw92Er73Ty}}
      - {alert: B, expr: up == 1, labels: {<<: *page, team: sales}}
      - {alert: C, expr: up == 2, labels: *page}
"""


def test_what_an_alias_or_a_merge_repeats_is_masked_where_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(REPEATED)
    ended = reliability("import", "rules.yml", "--into", "new", folder=tmp_path)
    assert ended.code == 0, ended
    written = [path.read_text() for path in (tmp_path / "new").rglob("*") if path.is_file()]
    assert not any("Zx81Qw92Er73Ty" in text for text in (*written, ended.out, ended.err))
    assert ended.out.count("api_token is a secret and is not copied") == 1
    [policy] = (tmp_path / "new").rglob("alert-policy.yaml")
    labels = [signal["labels"] for signal in yaml.safe_load(policy.read_text())["spec"]["signals"]]
    page = {"severity": "critical", "api_token": "removed-by-import"}
    assert labels == [page, {**page, "team": "sales"}, page]


SHARED_RECEIVERS: Final = """\
route: {receiver: a}
receivers:
  - name: a
    pagerduty_configs:
      - &pager {routing_key: Zx81Qw92Er73TyZx81Qw92Er73Ty12, severity: critical}
  - name: b
    pagerduty_configs:
      - *pager
  - name: c
    webhook_configs: &hook
      - url: https://hooks.example.com/services/T0/Zx81Qw92Er73Ty
    discord_configs: &discord
      - webhook_url: https://discord.example/Zx81Qw92Er73Ty
        proxy_url: http://ops:Zx81Qw92Er73Ty@proxy.example
  - name: d
    webhook_configs: *hook
    discord_configs: *discord
"""


def test_receivers_that_share_a_secret_by_an_alias_share_its_file(tmp_path: Path) -> None:
    [document] = parse(PurePosixPath("alertmanager.yml"), SHARED_RECEIVERS.encode()).documents
    cleaned = clean(document)
    folder = "/etc/alertmanager/secrets"
    key, hook, discord = (
        f"{folder}/{name}" for name in ("a-routing-key", "c-url", "c-webhook-url")
    )
    pager = {"routing_key_file": key, "severity": "critical"}
    chat = {"webhook_url_file": discord, "proxy_url": "http://proxy.example"}
    shared = {"webhook_configs": [{"url_file": hook}], "discord_configs": [chat]}
    assert yaml.safe_load(cleaned.text)["receivers"] == [
        {"name": "a", "pagerduty_configs": [pager]},
        {"name": "b", "pagerduty_configs": [pager]},
        {"name": "c", **shared},
        {"name": "d", **shared},
    ]
    assert cleaned.contents.keys() == {key, hook, discord}
    by_place = {pointer[1:3]: path for pointer, path in cleaned.files.items()}
    assert by_place == {
        (0, "pagerduty_configs"): key,
        (1, "pagerduty_configs"): key,
        (2, "webhook_configs"): hook,
        (2, "discord_configs"): discord,
        (3, "webhook_configs"): hook,
        (3, "discord_configs"): discord,
    }
    assert [pointer[1:] for pointer in cleaned.removed] == [
        (number, "discord_configs", 0, "proxy_url") for number in (2, 3)
    ]
    assert len(cleaned.diagnostics) == 4
