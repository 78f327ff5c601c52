"""A secret in any style of YAML is replaced, and what follows it stays on a line of its own."""

from pathlib import PurePosixPath

import pytest
import yaml

from reliability.convert.alertmanager.secrets import clean
from reliability.load.document import parse

SECRET = "0123456789abcdef0123456789abcdef"
STYLES = {
    "plain": SECRET,
    "single": f"'{SECRET}'",
    "double": f'"{SECRET}"',
    "literal": f"|\n          {SECRET}",
    "stripped": f"|-\n          {SECRET}",
    "kept": f"|+\n          {SECRET}\n",
    "folded": f">\n          {SECRET}",
    "with blank lines": f"|\n          {SECRET}\n\n",
    "kept with blank lines": f"|+\n          {SECRET}\n\n\n",
    "with a comment": f"{SECRET}  # of the team",
    "on the next line": f"\n          {SECRET}",
}


def cleaned(style: str, rest: str) -> tuple[str, object]:
    """The text without the secret, and its receivers."""
    text = f"""\
route: {{receiver: a}}
receivers:
  - name: a
    pagerduty_configs:
      - routing_key: {STYLES[style]}
{rest}"""
    [document] = parse(PurePosixPath("alertmanager.yml"), text.encode()).documents
    found = clean(document)
    return found.text, yaml.safe_load(found.text)["receivers"]


@pytest.mark.parametrize("style", STYLES)
def test_the_key_after_a_secret_stays(style: str) -> None:
    text, receivers = cleaned(style, "        severity: critical\n  - name: b\n")
    assert SECRET not in text
    path = "/etc/alertmanager/secrets/a-routing-key"
    pager = {"routing_key_file": path, "severity": "critical"}
    assert receivers == [{"name": "a", "pagerduty_configs": [pager]}, {"name": "b"}]


@pytest.mark.parametrize("style", STYLES)
def test_a_secret_may_be_the_last_value_of_a_file(style: str) -> None:
    text, receivers = cleaned(style, "")
    assert SECRET not in text
    path = "/etc/alertmanager/secrets/a-routing-key"
    assert receivers == [{"name": "a", "pagerduty_configs": [{"routing_key_file": path}]}]


def test_what_is_moved_to_a_file_is_what_alertmanager_read() -> None:
    text = """\
global: {opsgenie_api_key: 0123, victorops_api_key: "0124", smtp_auth_secret: abc}
route: {receiver: a}
receivers:
  - name: a
    pagerduty_configs: [{routing_key: 'it''s'}, {routing_key: 1.50}, {routing_key: plain}]
    webhook_configs: [{url: "http://me:secret@bridge/one"}]
"""
    [document] = parse(PurePosixPath("alertmanager.yml"), text.encode()).documents
    found = clean(document, "/secrets")
    assert found.contents == {
        "/secrets/global-opsgenie-api-key": "0123",
        "/secrets/global-victorops-api-key": "0124",
        "/secrets/a-routing-key": "it's",
        "/secrets/a-routing-key-2": "1.50",
        "/secrets/a-routing-key-3": "plain",
        "/secrets/a-url": "http://me:secret@bridge/one",
    }
    assert found.removed == (("global", "smtp_auth_secret"),)
    assert list(found.files.values()) == list(found.contents)
