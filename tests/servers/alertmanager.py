"""A real Alertmanager for the length of a `with` block, and what a test asks of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import yaml

from reliability.compile.alertmanager.templates import KEY, name_of, without_template
from tests.servers.generation import Generation
from tests.servers.process import free_port, running
from tests.servers.prometheus import write_config


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """A running server: its address, its folder, its process id, and its API as a test reads it."""

    generation: Generation
    url: str
    folder: Path
    pid: int

    @property
    def config(self) -> Path:
        return self.folder / "alertmanager.yml"

    def status(self) -> dict[str, Any]:
        """What the server says of itself; `config.original` is the configuration it runs."""
        reply = httpx.get(f"{self.url}/api/v2/status", trust_env=False).raise_for_status()
        status: dict[str, Any] = reply.json()
        return status

    def alerts(self) -> list[dict[str, Any]]:
        """Every alert it knows, with `labels`, `receivers` and `status`."""
        reply = httpx.get(f"{self.url}/api/v2/alerts", trust_env=False).raise_for_status()
        alerts: list[dict[str, Any]] = reply.json()
        return alerts

    def send(
        self,
        labels: Mapping[str, str],
        annotations: Mapping[str, str] | None = None,
        ends: datetime | None = None,
    ) -> None:
        """Posts one alert as Prometheus would; with an end that lies in the past it is resolved."""
        alert: dict[str, Any] = {
            "labels": dict(labels),
            "annotations": dict(annotations or {}),
            "startsAt": datetime.now(UTC).isoformat(),
        }
        if ends is not None:
            alert |= {"startsAt": ends.isoformat(), "endsAt": ends.isoformat()}
        httpx.post(f"{self.url}/api/v2/alerts", json=[alert], trust_env=False).raise_for_status()

    def reload(self) -> httpx.Response:
        """The answer when asked to read its file again: 200, or 500 with the reason."""
        return httpx.post(f"{self.url}/-/reload", trust_env=False, timeout=30)


def _with_template_beside(
    folder: Path, config: Mapping[str, Any] | str | None
) -> Mapping[str, Any] | str | None:
    """Writes the template file of a compiled config, and gives the rest of it."""
    body = yaml.safe_load(config) if isinstance(config, str) else config
    if body is None or KEY not in body:
        return config
    (folder / name_of(body[KEY])).write_text(body[KEY], encoding="utf-8")
    return without_template(body)


@contextmanager
def run_alertmanager(
    generation: Generation,
    folder: Path,
    config: Mapping[str, Any] | str | None = None,
    *,
    port: int | None = None,
    flags: Sequence[str] = (),
) -> Iterator[Alertmanager]:
    """An Alertmanager in this folder, on 127.0.0.1, once it is ready; stopped at the end.

    The folder holds `alertmanager.yml` (written here, or left as it is when no config is given),
    the template file of a compiled config, `data/` and `alertmanager.log`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_config(folder / "alertmanager.yml", _with_template_beside(folder, config))
    address = f"127.0.0.1:{port or free_port()}"
    command: tuple[str | Path, ...] = (
        generation.alertmanager,
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
        *flags,
    )
    url = f"http://{address}"
    log = folder / "alertmanager.log"
    with running(command, ready=f"{url}/-/ready", log=log, folder=generation.folder) as process:
        yield Alertmanager(generation, url, folder, process.pid)
