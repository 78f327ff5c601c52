"""moto's server, which keeps what is written to AWS's API, for the tests of a process."""

import atexit
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.environment import environment
from tests.servers.process import free_port, stop, wait_until_ready


@cache
def moto_url() -> str:
    """The address of the server on 127.0.0.1, started once and stopped with the process."""
    folder = Path(tempfile.mkdtemp(prefix="moto-"))
    port, log = free_port(), folder / "moto.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test"),
        )
    atexit.register(stop, process)
    url = f"http://127.0.0.1:{port}"
    wait_until_ready(process, f"{url}/moto-api/", log)
    return url
