"""Uploads to a local index and installs from it with hashes, as users will: `make dist-index`.

pypiserver stands for the index, and twine for trusted publishing: the file formats and the checks
of the upload are real, the identity is not.
"""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from tools.release.build import DIST, digests, wheel
from tools.release.programs import ROOT, new_environment, python_of, run

PROGRAM: Final = "reliability-as-code"


def main() -> int:
    """Upload, and install in a clean environment; the hashes must be those of the build."""
    with tempfile.TemporaryDirectory(prefix="index-") as folder:
        base = Path(folder)
        (base / "packages").mkdir()
        with index(base / "packages") as address:
            files = [path for path in sorted(DIST.iterdir()) if is_distribution(path.name)]
            twine = (sys.executable, "-m", "twine", "upload", "--non-interactive")
            login = ("-u", "trial", "-p", "trial")
            run(*twine, "--disable-progress-bar", "--repository-url", address, *login, *files)
            _install(base, address)
    return 0


def is_distribution(name: str) -> bool:
    """Return whether a file of dist/ is a wheel or an sdist."""
    return name.endswith((".whl", ".tar.gz"))


def _install(base: Path, address: str) -> None:
    """Install with `--require-hashes`: the dependencies from the index of pip, ours from here."""
    requirements = base / "requirements.txt"
    version = wheel().name.split("-")[1]
    own = [digest for name, digest in digests(DIST).items() if is_distribution(name)]
    hashes = " ".join(f"--hash=sha256:{digest}" for digest in own)
    locked = (ROOT / ".github/actions/reliability/requirements.txt").read_text(encoding="utf-8")
    requirements.write_text(f"{locked}\n{PROGRAM}=={version} {hashes}\n", encoding="utf-8")

    environment = new_environment(base / "venv", sys.executable, "pip")
    run(
        *(python_of(environment), "-m", "pip", "install", "--quiet", "--require-hashes"),
        *("--only-binary", ":all:", "--extra-index-url", f"{address}simple/", "-r", requirements),
    )
    shown = run(environment / "bin/reliability", "--version").strip()
    print(f"installed from {address} with --require-hashes: {shown}")


@contextlib.contextmanager
def index(packages: Path) -> Iterator[str]:
    """Run an index on a free port; yield its address.

    Raises:
        SystemExit: it ends, or does not answer within a minute.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    command = (sys.executable, "-m", "pypiserver", "run", "-i", "127.0.0.1", "-p", str(port))
    server = subprocess.Popen([*command, "-P", ".", "-a", ".", str(packages)])
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        with contextlib.suppress(URLError, ConnectionError):
            urlopen(address).close()  # noqa: S310  # our own address
            return
        time.sleep(0.1)
    raise SystemExit("the local index does not answer")


if __name__ == "__main__":
    sys.exit(main())
