"""`amtool`, which validates a configuration as the Alertmanager of the same version does."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from reliability.errors import ProviderError
from reliability.http.reply import one_line

OFF: Final = "off"
WITHIN: Final = 60
"""Time limit of one run in seconds; a large configuration takes less than one second."""

FAILED: Final = re.compile(r"  FAILED: (.*?)(?:\n\n|\namtool: |\Z)", re.DOTALL)
LINE: Final = re.compile(r"^yaml: unmarshal errors:\s*(?:line \d+: )?|^\s*line \d+: ", re.MULTILINE)
VERSION: Final = re.compile(r"version (\S+)")


def found_amtool(named: str | None, search_path: str) -> str | None:
    """Return the path of the named amtool, or of the first one in the search path.

    Return None if none is named and none is found, and for the name `off`.

    Raises:
        ProviderError: the named amtool is not found.
    """
    if named == OFF:
        return None
    program = shutil.which(named or "amtool", path=search_path)
    if named and program is None:
        raise ProviderError(f"{named} is not there; pass --amtool PROGRAM, or --amtool {OFF}")

    return program


def amtool_refusal(amtool: str, configuration: str) -> str | None:
    """Return why amtool refuses a configuration, on one line with its version, else None.

    The configuration may contain secrets, so it is written to a temporary folder that only this
    user can read.

    Raises:
        ProviderError: amtool cannot be started, or does not end within a minute.
    """
    with TemporaryDirectory(prefix="reliability-") as folder:
        file = Path(folder) / "alertmanager.yml"
        file.write_text(configuration, encoding="utf-8")
        done = _run(amtool, "check-config", str(file))

    if done.returncode == 0:
        return None
    failed = FAILED.search(done.stdout)
    reason = LINE.sub("", failed[1]) if failed else done.stderr.partition("\n")[0]
    version = VERSION.search(_run(amtool, "--version").stdout)
    name = f"amtool {version[1]}" if version else "amtool"

    return f"{name} refuses the merged configuration: {one_line(reason.strip())}"


def _run(amtool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [amtool, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            errors="replace",
            timeout=WITHIN,
            check=False,
        )
    except OSError as error:
        raise ProviderError(f"{amtool} cannot be started: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise ProviderError(f"{amtool} did not end within {WITHIN} seconds") from error
