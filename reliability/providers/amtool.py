"""`amtool`, which reads a configuration as the Alertmanager it comes with."""

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
"""Seconds that one run may take; a large configuration takes less than one."""

FAILED: Final = re.compile(r"  FAILED: (.*?)(?:\n\n|\namtool: |\Z)", re.DOTALL)
LINE: Final = re.compile(r"^yaml: unmarshal errors:\s*|^\s*line \d+: ", re.MULTILINE)
VERSION: Final = re.compile(r"version (\S+)")


def found_amtool(named: str | None, search_path: str) -> str | None:
    """The amtool that is named, else the first on the PATH; None if there is none, or for `off`.

    Raises:
        ProviderError: the one that is named is not there.
    """
    if named == OFF:
        return None
    program = shutil.which(named or "amtool", path=search_path)
    if named and program is None:
        raise ProviderError(f"{named} is not there; pass --amtool PROGRAM, or --amtool {OFF}")

    return program


def amtool_refusal(amtool: str, configuration: str) -> str | None:
    """Why amtool refuses a configuration, in one line with its version; None if it accepts it.

    The file is in a folder of its own that only this user can read, and is removed at the end.

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
            text=True,
            errors="replace",
            timeout=WITHIN,
            check=False,
        )
    except OSError as error:
        raise ProviderError(f"{amtool} cannot be started: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise ProviderError(f"{amtool} did not end within {WITHIN} seconds") from error
