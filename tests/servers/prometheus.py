"""A real Prometheus for the length of a `with` block, and what a test asks of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

from tests.servers.generation import Generation
from tests.servers.process import free_port, running, wait_for

LIFECYCLE: Final = "--web.enable-lifecycle"
FLAGS: Final = (
    LIFECYCLE,
    "--web.enable-admin-api",
    "--web.enable-remote-write-receiver",
    "--rules.alert.resend-delay=1s",
    "--rules.alert.for-grace-period=0s",
)


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running server: its address, its folder, its process id, and its API as a test reads it."""

    generation: Generation
    url: str
    folder: Path
    pid: int

    @property
    def config(self) -> Path:
        return self.folder / "prometheus.yml"

    def get(self, path: str, **parameters: str | float) -> Any:
        """The `data` of an API reply; raises on any other status than 200."""
        with httpx.Client(trust_env=False, timeout=60) as client:
            reply = client.get(f"{self.url}/api/v1/{path}", params=parameters).raise_for_status()
        return reply.json()["data"]

    def query(self, expression: str, at: datetime | None = None) -> list[dict[str, Any]]:
        """The result of an instant query; now where no time is given."""
        time = {} if at is None else {"time": at.timestamp()}
        result: list[dict[str, Any]] = self.get("query", query=expression, **time)["result"]
        return result

    def query_range(
        self, expression: str, start: datetime, end: datetime, step: timedelta
    ) -> list[dict[str, Any]]:
        """The series of a range query, both ends included."""
        result: list[dict[str, Any]] = self.get(
            "query_range",
            query=expression,
            start=start.timestamp(),
            end=end.timestamp(),
            step=step.total_seconds(),
        )["result"]
        return result

    def rules(self) -> dict[str, dict[str, Any]]:
        """Every loaded rule by its name, with `health` and `lastError`."""
        groups = self.get("rules")["groups"]
        return {rule["name"]: rule for group in groups for rule in group["rules"]}

    def firing(self) -> list[dict[str, str]]:
        """The labels of each alert that fires now."""
        alerts = self.get("alerts")["alerts"]
        return [alert["labels"] for alert in alerts if alert["state"] == "firing"]

    def reload(self) -> httpx.Response:
        """The answer when asked to read its files again: 200, or 500 with the reason."""
        return httpx.post(f"{self.url}/-/reload", trust_env=False, timeout=30)

    def wait_for_firing(self, alert: str, within: float = 30) -> dict[str, str]:
        """The labels of this alert once it fires."""
        return wait_for(
            lambda: next((a for a in self.firing() if a["alertname"] == alert), {}),
            within=within,
            what=f"{alert} firing",
        )

    def wait_for_alertmanager(self, within: float = 30) -> None:
        """Returns once an Alertmanager was discovered; an alert that fires before is dropped."""
        wait_for(
            lambda: self.get("alertmanagers")["activeAlertmanagers"],
            within=within,
            what="discovery of the Alertmanager",
        )


def prometheus_config(
    *,
    rules: Sequence[str] = (),
    alertmanagers: Sequence[str] = (),
    interval: timedelta = timedelta(seconds=1),
    out_of_order: timedelta = timedelta(0),
) -> dict[str, Any]:
    """A configuration: globs of rule files, URLs of Alertmanagers, how often rules are run."""
    targets = [url.removeprefix("http://") for url in alertmanagers]
    return {
        "global": {"evaluation_interval": seconds(interval), "scrape_interval": seconds(interval)},
        "rule_files": list(rules),
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": targets}]}]},
        "storage": {"tsdb": {"out_of_order_time_window": seconds(out_of_order)}},
    }


def seconds(length: timedelta) -> str:
    """A length as Prometheus writes it."""
    return f"{int(length.total_seconds())}s"


@contextmanager
def run_prometheus(
    generation: Generation,
    folder: Path,
    config: Mapping[str, Any] | str | None = None,
    *,
    port: int | None = None,
    flags: Sequence[str] = (),
    has_lifecycle: bool = True,
    retention: str | None = "400d",
) -> Iterator[Prometheus]:
    """A Prometheus in this folder, on 127.0.0.1, once it is ready; stopped at the end.

    The folder holds `prometheus.yml` (written here, or left as it is when no config is given),
    `data/` and `prometheus.log`. Rule globs may be relative to it. Without a retention the server
    keeps 15 days.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_config(folder / "prometheus.yml", config)
    address = f"127.0.0.1:{port or free_port()}"
    command: tuple[str | Path, ...] = (
        generation.prometheus,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        *(flag for flag in FLAGS if has_lifecycle or flag != LIFECYCLE),
        *([f"--storage.tsdb.retention.time={retention}"] if retention else []),
        *flags,
    )
    url = f"http://{address}"
    log = folder / "prometheus.log"
    with running(command, ready=f"{url}/-/ready", log=log, folder=folder) as process:
        yield Prometheus(generation, url, folder, process.pid)


def write_config(path: Path, config: Mapping[str, Any] | str | None) -> None:
    """Writes a server's configuration, given as text or as data; nothing when none is given."""
    match config:
        case None:
            assert path.is_file(), f"{path} is not there, and no config was given"
        case str():
            path.write_text(config, encoding="utf-8")
        case _:
            path.write_text(yaml.safe_dump(dict(config), sort_keys=False), encoding="utf-8")
