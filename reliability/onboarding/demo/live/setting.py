"""Configures the demo's repository for servers on this machine: targets, secrets, group wait."""

from __future__ import annotations

from pathlib import Path
from secrets import token_hex
from typing import Final

from reliability.onboarding.demo.live.processes import HOST
from reliability.onboarding.shipped import SECRETS

TARGETS: Final = """\
apiVersion: reliability/v1
kind: SyncTargets
metadata: {{name: targets}}
spec:
  owner: {{id: "{owner}"}}
  allowedHosts: [{host}]
  targets:
    - name: prometheus
      provider: prometheus
      url: http://{host}:{prometheus}
      folder: {live}/prometheus/rules
    - name: alertmanager
      provider: alertmanager
      url: http://{host}:{alertmanager}
      file: {live}/alertmanager/alertmanager.yml
"""

BASE: Final = """\
# The existing Alertmanager configuration; generated routes are added. The demo simulates PagerDuty.
global:
  pagerduty_url: {stage}/pager
route: {{receiver: inbox}}
receivers: [{{name: inbox}}]
"""

PROMETHEUS: Final = """\
global: {{scrape_interval: 1s, evaluation_interval: 15s}}
rule_files: [{live}/prometheus/rules/*.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["{host}:{alertmanager}"]}}]}}]}}
scrape_configs:
  - job_name: attendance
    static_configs: [{{targets: ["{stage}"]}}]
"""

FIRST: Final = "route: {receiver: inbox}\nreceivers: [{name: inbox}]\n"
"""The configuration that Alertmanager starts with."""


def point_at(root: Path, live: Path, ports: tuple[int, int], stage: str) -> None:
    """Write the live targets, the configurations of both servers, and the secret files.

    `ports` are those of Prometheus and Alertmanager; `stage` is the URL of the simulated services.
    """
    prometheus, alertmanager = ports
    owner = token_hex(8)
    values = {
        "host": HOST,
        "owner": owner,
        "prometheus": prometheus,
        "alertmanager": alertmanager,
        "live": live,
    }
    for name in ("prometheus/rules", "alertmanager", "secrets"):
        (live / name).mkdir(parents=True)
    written = {
        root / "policies/targets.yaml": TARGETS.format(**values),
        root / "policies/alertmanager.base.yml": BASE.format(stage=stage),
        live / "alertmanager/alertmanager.yml": FIRST,
        live / "prometheus/prometheus.yml": PROMETHEUS.format(
            **values | {"stage": stage.removeprefix("http://")}
        ),
    }
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    _secrets(root, live / "secrets", stage)


def _secrets(root: Path, folder: Path, stage: str) -> None:
    """Write secret files into the demo's folder, with URLs of the stage, and reference them."""
    for path in (root / "policies").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        changed = text.replace(f"file:{SECRETS}/", f"file:{folder}/")
        changed = changed.replace("grouping: {wait: 30s,", "grouping: {wait: 1s,")
        if changed != text:
            path.write_text(changed, encoding="utf-8")

    for name in ("slack-url", "heartbeat-url"):
        (folder / name).write_text(f"{stage}/{name.removesuffix('-url')}", encoding="utf-8")
    for team in ("workforce", "payroll", "platform"):
        (folder / f"{team}-pagerduty-key").write_text(f"{team}-key", encoding="utf-8")
