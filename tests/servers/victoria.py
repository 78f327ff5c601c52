"""A real VictoriaMetrics for the length of a `with` block, where this machine has one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.environment import cache_folder
from tests.servers.generation import Unavailable
from tests.servers.process import free_port, running


def find_victoria() -> Path | Unavailable:
    """Its program, or why there is none."""
    servers = cache_folder() / "servers"
    program = servers / "victoria" / "victoria-metrics"
    if program.is_file():
        return program
    why = servers / "victoria.unavailable"
    return Unavailable(
        "victoria",
        why.read_text().strip() if why.is_file() else "run tests/servers/install victoria",
    )


@contextmanager
def run_victoria(program: Path, folder: Path) -> Iterator[str]:
    """Its address, on 127.0.0.1; it keeps samples of any age."""
    folder.mkdir(parents=True, exist_ok=True)
    address = f"127.0.0.1:{free_port()}"
    command = (
        program,
        f"-storageDataPath={folder / 'data'}",
        f"-httpListenAddr={address}",
        "-retentionPeriod=100y",
        "-loggerLevel=WARN",
    )
    url, log = f"http://{address}", folder / "victoria.log"
    with running(command, ready=f"{url}/health", log=log, folder=folder):
        yield url


def make_visible(url: str) -> None:
    """Lets queries see what was pushed until now; by itself it takes about a second."""
    httpx.get(f"{url}/internal/force_flush", trust_env=False, timeout=30).raise_for_status()


@contextmanager
def run_vmalert(
    program: Path, folder: Path, datasource: str, rules: str, *flags: str
) -> Iterator[str]:
    """The address of a vmalert beside `program`, with the rule files of a glob."""
    address = f"127.0.0.1:{free_port()}"
    command: tuple[str | Path, ...] = (
        program.with_name("vmalert"),
        f"-rule={rules}",
        f"-datasource.url={datasource}",
        f"-remoteWrite.url={datasource}",
        f"-httpListenAddr={address}",
        *(flags or ("-notifier.blackhole",)),
    )
    url, log = f"http://{address}", folder / "vmalert.log"
    with running(command, ready=f"{url}/health", log=log, folder=folder):
        yield url
