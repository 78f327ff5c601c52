"""Follows docs/start/quickstart.md to the letter, beside noisy servers; times each step."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.environment import environment
from tests.onboarding.inbox import HEARTBEAT, PAGER, SLACK, Inbox, run_inbox
from tests.onboarding.shop import LAST_HOUR, run_shop
from tests.project.repository import ROOT
from tests.servers.alertmanager import Alertmanager, run_alertmanager
from tests.servers.generation import Generation
from tests.servers.process import free_port, wait_for
from tests.servers.prometheus import Prometheus, prometheus_config

PAGE: Final = ROOT / "docs/start/quickstart.md"
PART: Final = re.compile(r"^## (.*?)$|^```(sh|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN: Final = re.compile(r"^@step ([\d.]+) (.*)\n", re.MULTILINE)
ROUTING_KEY: Final = "0123456789abcdef0123456789abcdef"
CORPORA: Final = {
    "awesome-prometheus-alerts/prometheus-self-monitoring/embedded-exporter.yml": (
        *("PrometheusJobMissing", "PrometheusAllTargetsMissing"),
        "PrometheusAlertmanagerE2eDeadManSwitch",
    ),
    "awesome-prometheus-alerts/host-and-hardware/node-exporter.yml": (
        *("HostOutOfMemory", "HostUnusualNetworkThroughputIn"),
    ),
    "kube-prometheus/kubePrometheus-prometheusRule.yaml": ("TargetDown", "Watchdog"),
}
"""Rules that many teams have copied; some fire here from the start, for nobody's sake."""

OURS: Final = (
    {"alert": "CartUsed", "expr": 'rate(http_requests_total{handler="/cart"}[1h]) > 0'},
    {"alert": "DiskHalfFull", "expr": "disk_used > 0.5", "labels": {"severity": "critical"}},
)


@dataclass(frozen=True, slots=True)
class Step:
    """A heading of the page, all that was on the screen below it, and how long it took."""

    heading: str
    screen: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Alone:
    """One person's machine: a folder, a Prometheus that scrapes, an Alertmanager with a noise."""

    folder: Path
    prometheus: Prometheus
    alertmanager: Alertmanager
    inbox: Inbox

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never come into Git."""
        return (self.inbox.url + SLACK, SLACK, ROUTING_KEY, HEARTBEAT)

    def history(self) -> str:
        """Everything that every commit of the repository holds."""
        command = (
            "git",
            "-C",
            str(self.folder / "reliability-repository"),
            "log",
            "--all",
            "--patch",
        )
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout

    def noises(self) -> set[str]:
        """The names of the alerts that are at the Alertmanager."""
        return {each["labels"]["alertname"] for each in self.alertmanager.alerts()}

    def follow(self) -> Iterator[Step]:
        """Run every block of the page in order, as one person would, then wait for the page.

        It begins once there is a noise.
        """
        wait_for(self.noises, within=30, what="a noise at the Alertmanager")
        yield from _steps(self._run(_script(self._page())))
        began = time.monotonic()
        arrived = wait_for(self.paged, within=120, what="the page in Slack and PagerDuty")
        yield Step("A page arrives", "\n".join(arrived), time.monotonic() - began)

    def paged(self) -> list[str]:
        """What Slack and PagerDuty got of the SLO's alert; empty until both have it."""
        slo = "shop-customer-places-order"
        slack, pager = self.inbox.at(SLACK, slo), self.inbox.at(PAGER, slo)
        return [slack[0], pager[0]] if slack and pager else []

    def _page(self) -> str:
        here = {
            "http://localhost:9090": self.prometheus.url,
            "http://localhost:9093": self.alertmanager.url,
            "https://hc-ping.com/your-check": self.inbox.url + HEARTBEAT,
            "/etc/": f"{self.folder}/",
        }
        text = PAGE.read_text(encoding="utf-8")
        for written, there in here.items():
            text = text.replace(written, there)
        return text

    def _run(self, script: str) -> str:
        """All that was on the screen; an AssertionError tells it where a command failed."""
        bin_folder = Path(sys.executable).parent
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=environment(PATH=f"{bin_folder}:{environment()['PATH']}", NO_COLOR="1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@contextmanager
def alone(generation: Generation, folder: Path, corpora: Path | None) -> Iterator[Alone]:
    """The servers, until the end of the block; noisy rules are the corpora's where there are any.

    Prometheus scrapes the Alertmanager, and a database that went away.
    """
    etc = folder / "prometheus"
    (etc / "reliability").mkdir(parents=True)
    (etc / "rules.yml").write_text(noisy(corpora), encoding="utf-8")
    with (
        run_inbox() as inbox,
        run_alertmanager(generation, folder / "alertmanager", theirs(inbox)) as alertmanager,
    ):
        rules = [f"{etc}/rules.yml", f"{etc}/reliability/*.yml"]
        config = prometheus_config(rules=rules, alertmanagers=[alertmanager.url])
        scraped = {"alertmanager": alertmanager.url, "database": f"//127.0.0.1:{free_port()}"}
        config["scrape_configs"] = [
            {"job_name": job, "static_configs": [{"targets": [url.partition("//")[2]]}]}
            for job, url in scraped.items()
        ]
        with run_shop(generation, etc, config, bad_hour=LAST_HOUR) as prometheus:
            yield Alone(folder, prometheus, alertmanager, inbox)


def theirs(inbox: Inbox) -> dict[str, Any]:
    """A configuration with secrets in it, as a company has it before."""
    pager = {"routing_key": ROUTING_KEY}
    return {
        "global": {"slack_api_url": inbox.url + SLACK, "pagerduty_url": inbox.url + PAGER},
        "route": {
            "receiver": "errors",
            "routes": [{"matchers": ['severity="page"', 'team="shop"'], "receiver": "shop-pager"}],
        },
        "receivers": [
            {"name": "errors", "slack_configs": [{"channel": "#errors"}]},
            {"name": "shop-pager", "pagerduty_configs": [pager]},
        ],
    }


def noisy(corpora: Path | None) -> str:
    """A file of rules: a few of the corpora's, or two of our own."""
    rules = list(OURS) if corpora is None else list(_chosen(corpora / "prometheus-rules"))
    return yaml.safe_dump({"groups": [{"name": "noise", "rules": rules}]}, sort_keys=False)


def _chosen(folder: Path) -> Iterator[dict[str, Any]]:
    for file, names in CORPORA.items():
        content = yaml.safe_load((folder / file).read_text(encoding="utf-8"))
        groups = content.get("spec", content)["groups"]
        rules = {rule.get("alert"): rule for group in groups for rule in group["rules"]}
        yield from (rules[name] for name in names)


def _script(page: str) -> str:
    script = [
        "set -eu",
        'git() { command git -c user.name=me -c user.email=me@example.com "$@"; }',
    ]
    for heading, language, block in PART.findall(page):
        if heading:
            script.append(f'set +x; echo "@step $EPOCHREALTIME {heading.replace("`", "")}"')
        else:
            script.append(f"set -x\n{block if language == 'sh' else _file(block)}")
    return "\n".join((*script, 'set +x; echo "@step $EPOCHREALTIME end"'))


def _file(block: str) -> str:
    """A file whose path is in its first line."""
    path = block.partition("\n")[0].removeprefix("# ")
    return f"cat > {path} <<'END'\n{block}END"


def _steps(screen: str) -> Iterator[Step]:
    _, *parts = SHOWN.split(screen)
    moments = [float(each) for each in parts[0::3]]
    told = zip(parts[1::3], parts[2::3], moments, moments[1:], strict=False)
    for heading, shown, began, ended in told:
        text = re.sub(r"^\+ (set [+-]x|command git .*|cat)\n", "", shown, flags=re.MULTILINE)
        if text.strip():
            yield Step(heading, text, ended - began)
