"""The containers of the Kubernetes page as processes: their commands, with folders as volumes.

There is no cluster. Paths of mounts become folders, the port becomes a free one, and the program
of the Prometheus image is that of this machine; all else is as the page has it.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.delivery.test_kubernetes_page import BLOCKS, MANIFESTS
from tests.environment import environment
from tests.live.repository import PROJECT
from tests.servers.generation import Generation, Unavailable, find
from tests.servers.process import free_port, running, wait_for

pytestmark = pytest.mark.servers

NAME = "example-hr/reliability"
BIN = Path(sys.executable).parent
Container = dict[str, Any]


def pod_of(kind: str) -> Any:
    [spec] = [manifest["spec"] for manifest in MANIFESTS if manifest["kind"] == kind]
    template = spec["jobTemplate"]["spec"]["template"] if kind == "CronJob" else spec["template"]
    return template["spec"]


def container_of(kind: str, name: str) -> Container:
    [container] = [each for each in pod_of(kind)["containers"] if each["name"] == name]
    made: Container = container
    return made


@dataclass(frozen=True, slots=True)
class Node:
    """Folders in place of volumes and of the servers that are reached by name."""

    folder: Path
    generation: Generation
    port: int

    def volume(self, name: str) -> Path:
        path = self.folder / "volumes" / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def here(self, text: str, container: Container) -> str:
        """A text of a manifest with the paths and the port of this machine."""
        folders = {
            mount["mountPath"]: str(self.volume(mount["name"]))
            for mount in container["volumeMounts"]
        }
        longest_first = sorted(map(re.escape, folders), key=len, reverse=True)
        paths = re.compile(rf"(?:{'|'.join(longest_first)})(?![\w.-])")
        return paths.sub(lambda path: folders[path[0]], text).replace("9090", str(self.port))

    def command(self, container: Container) -> list[str]:
        parts = [*container["command"], *container["args"]]
        return [self.here(part, container) for part in parts]

    def variables(self, container: Container, **other: str) -> dict[str, str]:
        """The environment of a container, with the clone's address on this machine."""
        named = {each["name"]: self.here(each["value"], container) for each in container["env"]}
        remote = {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.file://{self.folder}/server/.insteadOf",
            "GIT_CONFIG_VALUE_0": "https://github.com/",
        }
        path = f"{BIN}:{environment()['PATH']}"
        [secret] = [manifest for manifest in MANIFESTS if manifest["kind"] == "Secret"]
        return environment(PATH=path, **secret["stringData"], **remote, **{**named, **other})

    @property
    def bare(self) -> Path:
        return self.folder / "server" / f"{NAME}.git"

    @property
    def clone(self) -> Path:
        return self.folder / "clone"

    def git(self, *arguments: str) -> None:
        identity = ("-c", "user.name=Dev", "-c", "user.email=dev@example.com")
        subprocess.run(("git", *identity, *arguments), cwd=self.clone, check=True)

    def push(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", f"--message={message}")
        self.git("push", "--quiet", str(self.bare), "HEAD:main")

    def groups(self) -> set[str]:
        """The services whose rules the server has loaded."""
        url = f"http://127.0.0.1:{self.port}/api/v1/rules"
        data = httpx.get(url, trust_env=False, timeout=30).json()["data"]
        return {Path(group["file"]).stem for group in data["groups"]}


def targets_of_the_page(node: Node) -> str:
    """`policies/targets.yaml` as the recipe has it, with the folder and port of this machine."""
    [block] = [block for block in BLOCKS if "127.0.0.1:9090" in block and "provider:" in block]
    spec = yaml.safe_load(node.here(block, container_of("Deployment", "reliability")))
    head = {"apiVersion": "reliability/v1", "kind": "SyncTargets", "metadata": {"name": "targets"}}
    return yaml.safe_dump({**head, **spec})


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A repository on a server, and the Prometheus of the recipe with an empty folder of rules."""
    generation = find("newer")  # of the image that the page names
    if isinstance(generation, Unavailable):
        pytest.skip(generation.reason)
    made = Node(tmp_path_factory.mktemp("node"), generation, free_port())
    subprocess.run(("git", "init", "--quiet", "--bare", "-b", "main", str(made.bare)), check=True)
    for part in ("services", "policies", "docs/runbooks"):
        shutil.copytree(PROJECT / part, made.clone / part)
    (made.clone / "policies" / "targets.yaml").write_text(targets_of_the_page(made))
    made.git("init", "--quiet")
    made.push("What the team has agreed on")

    container = container_of("Deployment", "prometheus")
    [data] = [manifest["data"] for manifest in MANIFESTS if manifest["kind"] == "ConfigMap"]
    sidecar = container_of("Deployment", "reliability")
    config = made.here(data["prometheus.yml"], sidecar)
    (made.volume("config") / "prometheus.yml").write_text(config)
    program, *arguments = made.command(container)
    assert program == "prometheus"
    ready = f"http://127.0.0.1:{made.port}/-/ready"
    log = made.folder / "prometheus.log"
    command: list[str | Path] = [generation.prometheus, *arguments]
    with running(command, ready=ready, log=log, folder=made.folder):
        yield made


def emptied(node: Node, kind: str) -> Container:
    """The container of this tool, with its `emptyDir` volumes empty as in a new pod."""
    for volume in pod_of(kind)["volumes"]:
        if "emptyDir" in volume and volume["name"] not in ("rules", "data"):
            shutil.rmtree(node.volume(volume["name"]))
    container = container_of(kind, "reliability")
    for mount in container["volumeMounts"]:
        node.volume(mount["name"])
    return container


def job(node: Node) -> subprocess.CompletedProcess[str]:
    """One run of the CronJob."""
    container = emptied(node, "CronJob")
    return subprocess.run(
        node.command(container),
        cwd=node.here(container["workingDir"], container),
        env=node.variables(container),
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def sidecar(node: Node) -> Iterator[Path]:
    """The sidecar while it runs, with a shorter interval; yields what it printed."""
    container = emptied(node, "Deployment")
    log = node.folder / "sidecar.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            node.command(container),
            cwd=node.here(container["workingDir"], container),
            env=node.variables(container, INTERVAL="1"),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield log
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def test_the_cron_job_loads_the_rules_of_the_repository(node: Node) -> None:
    ended = job(node)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert node.groups() == {"attendance", "exports", "monitoring", "payroll-batch", "payslips"}

    again = job(node)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "prometheus: no changes" in again.stdout


def test_the_sidecar_follows_the_repository_and_reloads(node: Node) -> None:
    with sidecar(node) as log:
        wait_for(lambda: "no changes" in log.read_text(), within=60, what="the first sync")
        added = node.clone / "services" / "search"
        shutil.copytree(node.clone / "services" / "monitoring", added)
        for path in added.iterdir():
            path.write_text(path.read_text().replace("monitoring", "search"))
        node.push("A new service")
        wait_for(lambda: "created rules search" in log.read_text(), within=60, what="the reload")
    assert "search" in node.groups()
    assert "sync exited with" not in log.read_text()
