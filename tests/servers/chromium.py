"""The browser that tests look at pages with: an installed one, or the one that was unpacked."""

import shutil
from pathlib import Path
from typing import Final

from tests.environment import cache_folder
from tests.servers.generation import Unavailable

INSTALLED: Final = ("chromium", "google-chrome", "google-chrome-stable")
"""Programs that are used if they are installed; `tests/servers/install` looks for the same."""


def find_chromium() -> Path | Unavailable:
    """The program, or why there is none."""
    for name in INSTALLED:
        program = shutil.which(name)
        if program is not None:
            return Path(program)
    servers = cache_folder() / "servers"
    if (servers / "chromium/run").is_file():
        return servers / "chromium/run"
    why = servers / "chromium.unavailable"
    reason = why.read_text().strip() if why.is_file() else "run tests/servers/install"
    return Unavailable("chromium", reason)
