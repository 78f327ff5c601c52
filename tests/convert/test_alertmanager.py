"""An Alertmanager file stays as it is, without its secrets; teams are read from its routes."""

from pathlib import PurePosixPath

import pytest

from reliability.alertmanager.routing import parse, walk
from reliability.load.catalog import BASE_ALERTMANAGER
from tests.convert.imported import document, findings, imported, rules_found, said

CONFIG = """\
# the hook is https://hooks.slack.com/services/T0/B0/FIRSTSECRET
global:
  slack_api_url: https://hooks.slack.com/services/T0/B0/FIRSTSECRET
  smtp_auth_password: "second-secret"
route:
  receiver: default
  group_by: [alertname]   # stays
  routes:
    - matchers: ['team="payments"']
      receiver: told
      routes:
        - matchers: ['severity=~"critical|page"']
          receiver: woken
    - match: {team: search}
      receiver: nobody
receivers:
  - name: default
    webhook_configs:
      - url: http://bridge:9000/hook
      - url: https://hooks.example.com/services/third-secret-0123456789
  - name: told
    slack_configs: [{channel: "#payments"}]
  - name: woken
    pagerduty_configs: [{routing_key: fourth-secret}]
    slack_configs: [{channel: payments-alerts}]
  - name: nobody
  - name: web-pager
    pagerduty_configs: [{routing_key_file: /etc/keys/web}]
  - name: mailed
    email_configs:
      - to: a@example.com
        auth_secret: fifth-secret
  - name: hooked
    webhook_configs:
      - url: http://plain/
        http_config:
          basic_auth: {username: u, password: sixth-secret}
          proxy_url: http://me:seventh-secret@proxy:3128
"""
FILE = {"alertmanager.yml": CONFIG}
SECRETS = [
    "FIRSTSECRET",
    *(f"{number}-secret" for number in ("second", "third", "fourth", "fifth", "sixth", "seventh")),
]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_in_any_file_or_diagnostic(secret: str) -> None:
    gathered = imported(FILE)
    assert secret in CONFIG
    for text in (*gathered.files.values(), *said(gathered)):
        assert secret not in text


def test_a_secret_becomes_a_file_that_alertmanager_reads() -> None:
    values = document(imported(FILE), str(BASE_ALERTMANAGER))
    assert values["global"] == {
        "slack_api_url_file": "/etc/alertmanager/secrets/global-slack-api-url",
        "smtp_auth_password_file": "/etc/alertmanager/secrets/global-smtp-auth-password",
    }
    hooks = values["receivers"][0]["webhook_configs"]
    assert hooks[0] == {"url": "http://bridge:9000/hook"}
    assert hooks[1] == {"url_file": "/etc/alertmanager/secrets/default-url"}
    client = values["receivers"][6]["webhook_configs"][0]["http_config"]
    assert client["basic_auth"] == {
        "username": "u",
        "password_file": "/etc/alertmanager/secrets/hooked-password",
    }
    assert client["proxy_url"] == "http://proxy:3128"
    assert values["receivers"][5]["email_configs"][0]["auth_secret"] == "removed-by-import"


def test_lines_without_a_secret_keep_every_byte() -> None:
    text = imported(FILE).files[BASE_ALERTMANAGER]
    changed = [
        number
        for number, (old, new) in enumerate(
            zip(CONFIG.splitlines(), text.splitlines(), strict=True), start=1
        )
        if old != new
    ]
    assert changed == [1, 3, 4, 20, 24, 32, 37, 38]


def test_alerts_go_where_they_went() -> None:
    before, after = (
        parse(document_of(CONFIG)),
        parse(document(imported(FILE), str(BASE_ALERTMANAGER))),
    )
    for labels in ({}, {"team": "payments"}, {"team": "payments", "severity": "page"}):
        assert [each.receiver for each in walk(before.root, labels)] == [
            each.receiver for each in walk(after.root, labels)
        ]


def document_of(text: str) -> dict[str, object]:
    from reliability.load.document import parse as parse_documents

    values: dict[str, object] = (
        parse_documents(PurePosixPath("a"), text.encode()).documents[0].values
    )
    return values


def test_a_team_is_read_from_the_labels_of_its_routes() -> None:
    spec = document(imported(FILE), "policies/teams/payments.yaml")["spec"]
    assert spec == {
        "members": ["@undecided"],
        "onCall": {"pagerduty": {"routingKey": "file:/etc/alertmanager/secrets/woken-routing-key"}},
        "channels": {"alert": {"slack": "#payments-alerts"}, "ticket": {"slack": "#payments"}},
    }


def test_a_team_is_read_from_the_name_of_a_receiver() -> None:
    spec = document(imported(FILE), "policies/teams/web.yaml")["spec"]
    assert spec["onCall"] == {"pagerduty": {"routingKey": "file:/etc/keys/web"}}


def test_what_a_team_has_no_word_for_is_said_with_the_team() -> None:
    more = (
        "\n      - {channel: '#payments-more'}\n    opsgenie_configs: [{api_key_file: /etc/o}]\n"
        "    pagerduty_configs: [{routing_key_file: /etc/one}, {routing_key_file: /etc/two}]\n"
    )
    slack = 'slack_configs: [{channel: "#payments"}]'
    assert slack in CONFIG
    text = CONFIG.replace(slack, f"slack_configs:\n      - {{channel: '#payments'}}{more}", 1)
    [told] = [each for each in said(imported({"a.yml": text})) if "team payments" in each]
    assert told.endswith(
        "missing: members; only in policies/alertmanager.base.yml: "
        "the pager of /etc/two, #payments-more, opsgenie_configs of told, "
        "the pager of /etc/alertmanager/secrets/woken-routing-key"
    )


def test_every_receiver_is_a_teams_or_said_to_stay() -> None:
    stays = [each for each in said(imported(FILE)) if "belongs to no known team" in each]
    assert [each.split()[4] for each in stays] == ["default", "nobody", "mailed", "hooked"]


def test_what_alertmanager_would_refuse_is_kept_and_said() -> None:
    gathered = imported({"a.yml": "route: {receiver: gone}\nreceivers: [{name: there}]\n"})
    assert BASE_ALERTMANAGER in gathered.files
    assert any("teams cannot be read from the routes: " in each for each in said(gathered))


def test_a_configuration_with_two_values_of_a_key_is_not_copied() -> None:
    gathered = imported({"a.yml": CONFIG + "receivers: [{name: default}]\n"})
    assert gathered.files == {}
    message = "the configuration is not imported: Alertmanager refuses duplicate keys"
    assert said(gathered) == [f"a.yml:39: left out: {message}"]


def test_a_second_configuration_is_not_put_over_the_first() -> None:
    gathered = imported({"a.yml": CONFIG, "b.yml": CONFIG.replace("alertname", "job")})
    assert "alertname" in gathered.files[BASE_ALERTMANAGER]
    assert any("is already imported from another file" in each for each in said(gathered))


def test_check_reads_what_was_imported() -> None:
    assert [each.rule for each in findings(imported(FILE)) if each.rule.startswith("doc")] == []


@pytest.mark.parametrize(
    ("url", "stays"),
    [
        ("http://bridge:9000/a/b", True),
        ("http://jiralert.ops.svc/alert/all", True),
        ("http://10.0.0.7:9000/a/b", True),
        ("https://bridge.example.com/hook", True),
        ("https://hooks.example.com/catch/123/abc", False),
        ("https://bridge.example.com/?token=a", False),
        ("http://me:pw@bridge:9000/hook", False),
        ("https://nosnch.in/0123456789", False),
    ],
)
def test_an_address_stays_where_it_is_no_key(url: str, stays: bool) -> None:
    receiver = f'{{name: a, webhook_configs: [{{url: "{url}"}}]}}'
    gathered = imported({"a.yml": f"route: {{receiver: a}}\nreceivers: [{receiver}]\n"})
    [webhook] = document(gathered, str(BASE_ALERTMANAGER))["receivers"][0]["webhook_configs"]
    kept = {"url": url}
    moved = {"url_file": "/etc/alertmanager/secrets/a-url"}
    assert webhook == (kept if stays else moved)


WORDS = """\
# password is the password; key-0123456789 opens the door
global:
  smtp_smarthost: localhost:25
  smtp_from: alertmanager@example.org
  smtp_auth_username: alertmanager
  smtp_auth_password: password
  opsgenie_api_key: alertmanager
templates: [/etc/alertmanager/password/*.tmpl]
route: {receiver: payments-pager}
receivers:
  - name: payments-pager
    victorops_configs: [{api_key: payments, routing_key: payments}]
    webhook_configs:
      - url: http://bridge:9000/
        http_config: {authorization: {credentials: key-0123456789}}
    slack_configs:
      - {channel: "#payments", text: "ask with key-0123456789"}
    incidentio_configs: [{url: "https://api.incident.io/v2/a", alert_source_token: eighth-one}]
    sns_configs: [{topic_arn: "arn:a", sigv4: {access_key: AKIA, secret_key: ninth-one}}]
"""


def test_a_password_that_is_a_word_leaves_names_and_paths_alone() -> None:
    gathered = imported({"a.yml": WORDS})
    values = document(gathered, str(BASE_ALERTMANAGER))
    assert values["global"] == {
        "smtp_smarthost": "localhost:25",
        "smtp_from": "alertmanager@example.org",
        "smtp_auth_username": "alertmanager",
        "smtp_auth_password_file": "/etc/alertmanager/secrets/global-smtp-auth-password",
        "opsgenie_api_key_file": "/etc/alertmanager/secrets/global-opsgenie-api-key",
    }
    assert values["templates"] == ["/etc/alertmanager/password/*.tmpl"]
    assert values["route"]["receiver"] == values["receivers"][0]["name"] == "payments-pager"
    assert values["receivers"][0]["slack_configs"] == [
        {"channel": "#payments", "text": "ask with removed-by-import"}
    ]
    first = gathered.files[BASE_ALERTMANAGER].splitlines()[0]
    assert first == "# removed-by-import is the removed-by-import; removed-by-import opens the door"


def test_where_victorops_sends_is_no_secret() -> None:
    receiver = document(imported({"a.yml": WORDS}), str(BASE_ALERTMANAGER))["receivers"][0]
    assert receiver["victorops_configs"] == [
        {
            "api_key_file": "/etc/alertmanager/secrets/payments-pager-api-key",
            "routing_key": "payments",
        }
    ]


def test_check_finds_no_secret_in_what_was_imported() -> None:
    gathered = imported({"a.yml": WORDS})
    assert "eighth-one" not in gathered.files[BASE_ALERTMANAGER]
    assert "ninth-one" not in gathered.files[BASE_ALERTMANAGER]
    assert "secret-plain" not in rules_found(gathered)


@pytest.mark.parametrize(("key", "told"), [("service_key", 1), ("routing_key", 0)])
def test_a_key_of_pagerdutys_older_api_is_said(key: str, told: int) -> None:
    receiver = f"{{name: web-pager, pagerduty_configs: [{{{key}: abcdef}}]}}"
    gathered = imported({"a.yml": f"route: {{receiver: web-pager}}\nreceivers: [{receiver}]\n"})
    assert sum("used service_key" in each for each in said(gathered)) == told


WECHAT = """\
global:
  wechat_api_secret: Ab12Cd34Ef56Gh78
route: {receiver: ops}
receivers:
  - name: ops
    wechat_configs: [{to_user: '@all', api_secret: Ij90Kl12Mn34Op56}]
"""


def test_secrets_that_alertmanager_0_28_reads_from_no_file_are_taken_out() -> None:
    text = imported({"alertmanager.yml": WECHAT}).files[BASE_ALERTMANAGER]
    assert text.count("removed-by-import") == 2
    assert "_file" not in text


def test_a_secret_beside_its_file_adds_no_second_key() -> None:
    both = CONFIG.replace("global:\n", "global:\n  slack_api_url_file: /etc/am/slack\n")
    gathered = imported({"alertmanager.yml": both})
    text = gathered.files[BASE_ALERTMANAGER]
    assert text.count("slack_api_url_file: ") == 1
    assert "FIRSTSECRET" not in text
    assert any(
        "slack_api_url and slack_api_url_file are both set; Alertmanager accepts only one" in each
        for each in said(gathered)
    )
