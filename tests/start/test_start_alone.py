"""docs/start-alone.md is followed to the letter, until an alert fires at a real Alertmanager."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.environment import environment
from tests.project.repository import ROOT
from tests.servers.alertmanager import Alertmanager, run_alertmanager
from tests.servers.generation import Generation, find
from tests.servers.process import wait_for
from tests.servers.prometheus import Prometheus, prometheus_config
from tests.start.shop import LAST_HOUR, run_shop

pytestmark = pytest.mark.servers

PAGE: Final = ROOT / "docs/start-alone.md"
BLOCK: Final = re.compile(r"^```(sh|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOISY: Final = """\
groups:
  - name: noise
    rules:
      - {alert: CartUsed, expr: 'rate(http_requests_total{handler="/cart"}[5m]) > 0'}
      - {alert: DiskHalfFull, expr: disk_used > 0.5, labels: {severity: critical}}
"""
THEIRS: Final = {"route": {"receiver": "inbox"}, "receivers": [{"name": "inbox"}]}


def test_the_page_leads_from_nothing_to_an_alert_that_arrives(tmp_path: Path) -> None:
    generation = find("newer")
    if not isinstance(generation, Generation):
        pytest.skip(f"servers of the newer generation are unavailable: {generation.reason}")
    etc = tmp_path / "prometheus"
    etc.mkdir()
    (etc / "rules.yml").write_text(NOISY, encoding="utf-8")
    with run_alertmanager(generation, tmp_path / "alertmanager", THEIRS) as alertmanager:
        config = prometheus_config(
            rules=[f"{etc}/rules.yml", f"{etc}/reliability/*.yml"], alertmanagers=[alertmanager.url]
        )
        (etc / "reliability").mkdir()
        with run_shop(generation, etc, config, bad_hour=LAST_HOUR) as prometheus:
            screen = follow(tmp_path, prometheus, alertmanager)
            assert "99.2583 % measured over 3 days" in screen
            assert "pages a week" in screen
            arrived = wait_for(lambda: burning(alertmanager), within=60, what="the burn alert")
    assert arrived["tier"] == "alert"
    assert arrived["service"] == "shop"


def burning(alertmanager: Alertmanager) -> Mapping[str, str]:
    """The labels of the promise's alert at the Alertmanager, empty where it is not there."""
    found = [each["labels"] for each in alertmanager.alerts()]
    return next((each for each in found if each.get("slo", "").startswith("shop-")), {})


def follow(tmp_path: Path, prometheus: Prometheus, alertmanager: Alertmanager) -> str:
    """Run every block of the page in order, as one person would; all that was on the screen."""
    here = {
        "http://localhost:9090": prometheus.url,
        "http://localhost:9093": alertmanager.url,
        "[localhost]": "[127.0.0.1]",
        "/etc/": f"{tmp_path}/",
    }
    text = PAGE.read_text(encoding="utf-8")
    for written, there in here.items():
        text = text.replace(written, there)
    script = [
        "set -eux",
        'git() { command git -c user.name=me -c user.email=me@example.com "$@"; }',
    ]
    for language, block in BLOCK.findall(text):
        script.append(block if language == "sh" else _file(block))
    bin_folder = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=tmp_path,
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


def _file(block: str) -> str:
    """A file whose path is in its first line."""
    path = block.partition("\n")[0].removeprefix("# ")
    return f"cat > {path} <<'END'\n{block}END"
