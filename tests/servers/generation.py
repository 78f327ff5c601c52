"""The generations of servers that `tests/servers/install` unpacked: which there are, and where."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.environment import cache_folder

GENERATIONS: Final = ("debian", "newer")


@dataclass(frozen=True, slots=True)
class Generation:
    """The programs of one generation, with the versions they say they have."""

    name: str
    folder: Path
    prometheus_version: tuple[int, int, int]
    alertmanager_version: tuple[int, int, int]

    @property
    def prometheus(self) -> Path:
        return self.folder / "prometheus"

    @property
    def promtool(self) -> Path:
        return self.folder / "promtool"

    @property
    def alertmanager(self) -> Path:
        return self.folder / "prometheus-alertmanager"

    @property
    def amtool(self) -> Path:
        return self.folder / "amtool"

    @property
    def has_left_open_ranges(self) -> bool:
        """Whether `x[5m]` leaves out the sample exactly five minutes ago, as Prometheus 3 does."""
        return self.prometheus_version >= (3, 0, 0)


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A generation that this machine cannot have, and why."""

    name: str
    reason: str


def find(name: str) -> Generation | Unavailable:
    """The generation of this name, as it lies in the cache folder."""
    servers = cache_folder() / "servers"
    folder = servers / name
    if not (folder / "prometheus").is_file():
        why = servers / f"{name}.unavailable"
        return Unavailable(
            name, why.read_text().strip() if why.is_file() else "run tests/servers/install"
        )
    return Generation(
        name,
        folder,
        prometheus_version=version_of(folder / "prometheus"),
        alertmanager_version=version_of(folder / "prometheus-alertmanager"),
    )


def version_of(program: Path) -> tuple[int, int, int]:
    """What the program says its version is, without Debian's suffix."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"version (\d+)\.(\d+)\.(\d+)", said.stdout + said.stderr)
    assert found is not None, f"{program} names no version: {said.stdout}"
    return int(found[1]), int(found[2]), int(found[3])
