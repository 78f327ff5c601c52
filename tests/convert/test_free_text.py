"""No secret of a file that is imported is in what an import writes, whatever holds it."""

from pathlib import Path, PurePosixPath
from typing import Final

import pytest
import yaml

from reliability.convert.alertmanager.secrets import clean
from reliability.convert.free_text import masked_addresses
from reliability.load.document import parse
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


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/o/r/blob/0a1b2c3d4e5f60718293a4b5c6d7e8f901234567/docs/x.md",
        "https://grafana.example/d/efa86fd1d0c121a26444b636a3f509a8/kube?var-pod={{ $labels.pod }}",
        "https://wiki.example/x?auth_key={{ $labels.key }}",
        "mail to a@b.example, see http://runbooks.example/a#b",
        'expr: probe_success{instance="https://shop.example/pay"} == 0',
    ],
)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    masked = masked_addresses(PurePosixPath("rules.yml"), text)
    assert (masked.text, masked.diagnostics) == (text, ())
