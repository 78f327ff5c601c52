"""The release of this program on a package index: its version and the hashes of its wheels.

Somebody who installed the program from an index trusts that index. The workflows then install the
same version from the index that they are configured for, and pip compares the hash.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from reliability import __version__
from reliability.onboarding.init.tool_source import DISTRIBUTION, UnknownSource
from reliability.version import built_commit

HASH: Final = r"--hash=sha256:[0-9a-f]{64}"
LINE: Final = re.compile(rf"{DISTRIBUTION}==(?P<version>[0-9][0-9a-z.]*)(?P<hashes>(?: {HASH})+)")
SECONDS: Final = 120
"""The time after which pip is stopped, because an index does not answer."""


@dataclass(frozen=True, slots=True)
class ReleasedSource:
    """A version on an index, and the SHA-256 of its wheel in hexadecimal digits."""

    version: str
    digest: str

    @property
    def requirement(self) -> str:
        """The requirement for `pip install --require-hashes`."""
        return f"{DISTRIBUTION}=={self.version} --hash=sha256:{self.digest}"


def read_released(text: str) -> ReleasedSource | None:
    """Read a requirement with one hash; None if it is something else."""
    match = LINE.fullmatch(" ".join(text.split()))
    if match is None or match["hashes"].count("--hash=") != 1:
        return None
    return ReleasedSource(match["version"], match["hashes"].rpartition(":")[2])


def released_source() -> ReleasedSource | UnknownSource:
    """Return the release that is running, if it was installed from an index.

    pip resolves the same version again without installing it, and reports the hash of the wheel
    (https://pip.pypa.io/en/stable/reference/installation-report/).
    """
    try:
        installed = distribution(DISTRIBUTION)
    except PackageNotFoundError:
        return UnknownSource("reliability is not installed as a package")
    is_build = bool(built_commit(Path(sys.modules["reliability"].__file__ or "").parent))
    if installed.read_text("direct_url.json") is not None or not is_build:
        return UnknownSource("reliability was not installed from a package index")
    return on_index(__version__)


def on_index(version: str) -> ReleasedSource | UnknownSource:
    """Ask the index that pip is configured for about a version."""
    command = (
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--dry-run", "--ignore-installed", "--no-deps", "--only-binary", ":all:"),
        *("--report", "-", f"{DISTRIBUTION}=={version}"),
    )
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        return UnknownSource(f"pip cannot look up {DISTRIBUTION}: {type(error).__name__}")
    if done.returncode:
        last = (done.stderr.strip() or "no reason").splitlines()[-1]
        return UnknownSource(f"pip cannot look up {DISTRIBUTION} {version}: {last}")
    return _of_report(done.stdout, version)


def _of_report(text: str, version: str) -> ReleasedSource | UnknownSource:
    try:
        [entry] = json.loads(text)["install"]
        digest: Any = entry["download_info"]["archive_info"]["hashes"]["sha256"]
    except (ValueError, KeyError, TypeError):
        return UnknownSource("the report of pip names no SHA-256")
    return ReleasedSource(version, str(digest))
