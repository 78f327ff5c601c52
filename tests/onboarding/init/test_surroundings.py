"""What `init` detects: each variable, file and remote, with its evidence and its value."""

import subprocess
from pathlib import Path

import pytest

from reliability.onboarding.init.surroundings import (
    TOOLS,
    DetectedTool,
    Surroundings,
    look_around,
)
from tests.check.repository import write

Row = tuple[str, str, str]


def rows(root: Path, **environment: str) -> list[Row]:
    """Each tool that is detected, with evidence and value."""
    seen = look_around(root, environment).seen
    return [(detected.tool, detected.where, detected.value) for detected in seen]


@pytest.mark.parametrize(
    ("name", "text", "tool", "value"),
    [
        ("PROM_URL", "http://p:9090", "prometheus", "http://p:9090"),
        ("MY_PROMETHEUS_ADDRESS", "https://p/prom/", "prometheus", "https://p/prom"),
        ("PROMETHEUS_ENDPOINT", "http://[::1]:9090//", "prometheus", "http://[::1]:9090"),
        ("PROM_SERVER", "http://me:secret@p", "prometheus", ""),
        ("ALERTMANAGER_URL", "http://a:9093/", "alertmanager", "http://a:9093"),
        ("X_ALERTMANAGER_ENDPOINT", "a:9093", "alertmanager", ""),
        ("SLACK_WEBHOOK", "https://hooks.example/x", "slack", ""),
        ("OUR_SLACK_BOT_TOKEN", "x", "slack", ""),
        ("PD_API_KEY", "x", "pagerduty", ""),
        ("PAGERDUTY_TOKEN", "https://pd", "pagerduty", ""),
        ("DD_APP_KEY", "x", "datadog", ""),
        ("DATADOG_API_KEY", "x", "datadog", ""),
        ("GH_TOKEN", "x", "github", ""),
        ("GITHUB_TOKEN", "https://github.com/a/b", "github", ""),
    ],
)
def test_the_name_of_a_variable_shows_a_tool_and_only_addresses_are_read(
    tmp_path: Path, name: str, text: str, tool: str, value: str
) -> None:
    assert rows(tmp_path, **{name: text}) == [(tool, f"the variable {name}", value)]
    assert rows(tmp_path, **{name: ""}) == []


@pytest.mark.parametrize(
    "name",
    [
        "PROM_URLS",
        "APROM_URL",
        "ALERTMANAGER_SERVER",
        "XSLACK_URL",
        "PDX_KEY",
        "MY_DD_API_KEY",
        "MY_GITHUB_TOKEN",
        "GITHUB_TOKENS",
    ],
)
def test_other_variables_show_nothing(tmp_path: Path, name: str) -> None:
    assert rows(tmp_path, **{name: "http://x"}) == []


def test_variables_are_ordered_by_tool_then_name(tmp_path: Path) -> None:
    environment = {"SLACK_URL": "x", "B_PROM_URL": "http://b", "A_PROM_URL": "http://a"}
    assert rows(tmp_path, **environment) == [
        ("prometheus", "the variable A_PROM_URL", "http://a"),
        ("prometheus", "the variable B_PROM_URL", "http://b"),
        ("slack", "the variable SLACK_URL", ""),
    ]


FILES: list[tuple[str, str, list[Row]]] = [
    ("prometheus", "rule_files: []\n", [("prometheus", "file.yml", "")]),
    (
        "its Alertmanagers",
        """\
scrape_configs: []
alerting:
  alertmanagers:
    - {scheme: https, static_configs: [{targets: ["a:9093", "b:9093"]}, {labels: {}}, 7]}
    - {static_configs: [{targets: ["c:9093"]}]}
    - {dns_sd_configs: []}
    - none
""",
        [
            ("prometheus", "file.yml", ""),
            ("alertmanager", "file.yml", "https://a:9093"),
            ("alertmanager", "file.yml", "https://b:9093"),
            ("alertmanager", "file.yml", "http://c:9093"),
        ],
    ),
    (
        "alerting that is a list",
        "scrape_configs: []\nalerting: [x]\n",
        [("prometheus", "file.yml", "")],
    ),
    (
        "receivers",
        """\
route: {receiver: a}
receivers:
  - {name: a, slack_configs: [{channel: "#one"}, {channel: "#two"}, {send_resolved: true}]}
  - {name: b, pagerduty_configs: [{routing_key: x}]}
  - {name: c, pagerduty_configs: []}
  - text
""",
        [
            ("alertmanager", "file.yml", ""),
            ("slack", "file.yml", "#one"),
            ("slack", "file.yml", "#two"),
            ("slack", "file.yml", ""),
            ("pagerduty", "file.yml", ""),
        ],
    ),
    (
        "receivers that are a mapping",
        "route: {}\nreceivers: {}\n",
        [("alertmanager", "file.yml", "")],
    ),
    ("rules", "groups: []\n", []),
    ("services that are no mappings", "services: {prometheus: prom/prometheus, other: }\n", []),
    ("another image", "services: {web: {image: nginx, ports: ['1:2']}}\n", []),
    (
        "an image by another name",
        "services: {p: {image: example/prometheus-proxy}}\n",
        [("prometheus", "file.yml, service p", "")],
    ),
    ("an image without a folder", "services: {p: {image: prometheus}}\n", []),
    (
        "Datadog, whose port is no address of a server",
        "services: {dd: {image: 'datadog/agent:7', ports: ['8126:8126']}}\n",
        [("datadog", "file.yml, service dd", "")],
    ),
]


@pytest.mark.parametrize(
    ("text", "detected"), [row[1:] for row in FILES], ids=[row[0] for row in FILES]
)
def test_a_file_shows_its_tools(tmp_path: Path, text: str, detected: list[Row]) -> None:
    write({"file.yml": text}, tmp_path)
    assert rows(tmp_path) == detected


@pytest.mark.parametrize(
    ("ports", "address"),
    [
        ("['9091:9090']", "http://localhost:9091"),
        ("['9091:9090/tcp']", "http://localhost:9091"),
        ("['127.0.0.1:9091:9090']", "http://localhost:9091"),
        ("['9090']", ""),
        ("[9090]", ""),
        ("['9090', '9092:9090']", "http://localhost:9092"),
        ("['${PORT}:9090']", ""),
        ("['${PORT}:9090', '9093:9090']", "http://localhost:9093"),
        ("[{published: 9094, target: 9090}]", "http://localhost:9094"),
        ("[{target: 9090}, '9095:9090']", ""),
        ("'9091:9090'", ""),
        ("[]", ""),
    ],
)
def test_the_published_port_of_a_container_is_its_address(
    tmp_path: Path, ports: str, address: str
) -> None:
    for image, tool in (("prom/prometheus", "prometheus"), ("prom/alertmanager", "alertmanager")):
        write({"compose.yml": f"services: {{x: {{image: {image}, ports: {ports}}}}}\n"}, tmp_path)
        assert rows(tmp_path) == [(tool, "compose.yml, service x", address)]


@pytest.mark.parametrize(
    ("remote", "value"),
    [
        ("git@github.com:acme/ops.git", "acme/ops"),
        ("https://github.com/acme/ops", "acme/ops"),
        ("https://github.com/acme/ops.git/", "acme/ops"),
        ("ssh://git@github.com/acme/ops.x", "acme/ops.x"),
        ("https://gitlab.com/acme/ops.git", None),
        ("https://github.com/acme/ops/more", None),
    ],
)
def test_a_remote_on_github_is_the_repository(
    tmp_path: Path, remote: str, value: str | None
) -> None:
    subprocess.run(("git", "init", "--quiet", str(tmp_path)), check=True)
    subprocess.run(("git", "-C", str(tmp_path), "remote", "add", "origin", remote), check=True)
    expected = [] if value is None else [("github", "the Git remote", value)]
    assert rows(tmp_path) == expected


def test_files_come_after_variables_and_before_remotes_and_nothing_twice(tmp_path: Path) -> None:
    subprocess.run(("git", "init", "--quiet", str(tmp_path)), check=True)
    for name in ("one", "two"):
        remote = ("remote", "add", name, "git@github.com:acme/ops.git")
        subprocess.run(("git", "-C", str(tmp_path), *remote), check=True)
    write({"a.yml": "rule_files: []\n", "b/r.yml": "groups: []\n"}, tmp_path)
    write({"c.yml": "route: {}\nreceivers: []\n"}, tmp_path)
    around = look_around(tmp_path, {"PROM_URL": "http://p"})
    assert [(detected.tool, detected.where) for detected in around.seen] == [
        ("prometheus", "the variable PROM_URL"),
        ("prometheus", "a.yml"),
        ("alertmanager", "c.yml"),
        ("github", "the Git remote"),
    ]
    assert (around.rule_files, around.alertmanager_files) == (("b/r.yml",), ("c.yml",))


def test_evidence_with_a_value_is_preferred() -> None:
    bare, later = DetectedTool("prometheus", "x"), DetectedTool("prometheus", "y", "http://y")
    last = DetectedTool("prometheus", "z", "http://z")
    around = Surroundings((bare, later, last, DetectedTool("slack", "s")))
    assert around.first("prometheus") == later
    assert (around.value("prometheus"), around.value("slack")) == ("http://y", "")
    assert [tool for tool in TOOLS if around.has(tool)] == ["prometheus", "slack"]
    assert around.first("datadog") is None
