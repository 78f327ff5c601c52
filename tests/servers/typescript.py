"""The types of Grafana and Perses, and TypeScript, that `tests/servers/install` fetched."""

from pathlib import Path

from tests.environment import cache_folder
from tests.servers.generation import Unavailable


def find_types() -> Path | Unavailable:
    """The folder that has them in `node_modules`, or why there is none."""
    servers = cache_folder() / "servers"
    if (servers / "types" / "complete").is_file():
        return servers / "types"
    why = servers / "types.unavailable"
    reason = why.read_text().strip() if why.is_file() else "run tests/servers/install"
    return Unavailable("types", reason)
