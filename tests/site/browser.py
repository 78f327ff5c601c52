"""Chromium for tests and screenshots, and axe-core, which checks accessibility in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.environment import cache_folder
from tests.servers.chromium import find_chromium
from tests.servers.generation import Unavailable

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OPEN_ALL: Final = "document.querySelectorAll('details').forEach((one) => { one.open = true })"


def find_browser() -> Path | Unavailable:
    """Find the program of a browser that playwright can drive, or why there is none."""
    if find_spec("playwright") is None:
        return Unavailable("playwright", "not installed; run make setup")
    return find_chromium()


def find_axe() -> Path | Unavailable:
    """Find the script of axe-core, or why there is none."""
    servers = cache_folder() / "servers"
    script = servers / "axe/node_modules/axe-core/axe.min.js"
    if script.is_file():
        return script
    why = servers / "axe.unavailable"
    reason = why.read_text().strip() if why.is_file() else "run tests/servers/install"
    return Unavailable("axe", reason)


@contextmanager
def started_browser(program: Path) -> "Iterator[Browser]":
    """Start a browser without a window for a block."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
