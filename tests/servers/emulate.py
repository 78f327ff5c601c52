"""The emulator of GitHub that `tests/servers/install` fetched, for the length of a `with` block."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.environment import cache_folder
from tests.servers.generation import Unavailable
from tests.servers.process import free_port, running

# The emulator has no flag for the address that it listens on.
LOOPBACK = """
const net = require("node:net");
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...rest) {
  if (typeof first === "number") {
    if (typeof rest[0] === "string") rest.shift();
    return listen.call(this, first, "127.0.0.1", ...rest);
  }
  return listen.call(this, { ...first, host: "127.0.0.1" }, ...rest);
};
"""


def find_emulator() -> Path | Unavailable:
    """Its program, or why there is none."""
    servers = cache_folder() / "servers"
    program = servers / "emulate" / "node_modules" / "emulate" / "dist" / "index.js"
    if program.is_file():
        return program
    why = servers / "emulate.unavailable"
    return Unavailable(
        "emulate", why.read_text().strip() if why.is_file() else "run tests/servers/install"
    )


@contextmanager
def run_emulator(program: Path, folder: Path, people: Sequence[str]) -> Iterator[str]:
    """Its address, on 127.0.0.1. The token of a person is `token-<name>`; state is in memory."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "loopback.cjs").write_text(LOOPBACK)
    seed = {
        "tokens": {f"token-{name}": {"login": name, "scopes": ["repo"]} for name in people},
        "github": {"users": [{"login": name} for name in people]},
    }
    (folder / "seed.json").write_text(json.dumps(seed))
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = (
        *("node", "-r", folder / "loopback.cjs", program),
        *("start", "--service", "github", "--port", str(port)),
        *("--base-url", url, "--seed", folder / "seed.json"),
    )
    log = folder / "emulate.log"
    with running(command, ready=f"{url}/meta", log=log, folder=folder):
        yield url
