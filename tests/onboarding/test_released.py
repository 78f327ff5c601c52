"""A release on an index: its line for workflows, and what pip says of an index on this machine."""

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from reliability import __version__
from reliability.onboarding.init.github_files import TOOL, declared_source, write_github_files
from reliability.onboarding.init.released import (
    ReleasedSource,
    on_index,
    read_released,
    released_source,
)
from reliability.onboarding.init.tool_source import ToolSource, UnknownSource
from tests.environment import alone_in_environment
from tests.project.repository import ROOT

DIGEST = "0f" * 32
LINE = f"reliability-as-code==0.1.0 --hash=sha256:{DIGEST}"


class SilentHandler(SimpleHTTPRequestHandler):
    """Serves a folder, and writes nothing on the screen."""

    def log_message(self, *_arguments: object) -> None:
        return


@pytest.fixture
def index(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An index of one distribution (PEP 503), and the folder of its files."""
    folder = tmp_path / "simple/reliability-as-code"
    folder.mkdir(parents=True)
    handler = partial(SilentHandler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/", folder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def looked_up(address: str, version: str) -> ReleasedSource | UnknownSource:
    """What a pip that knows only this index says of a version."""
    with alone_in_environment(PIP_INDEX_URL=address, PIP_CONFIG_FILE="/dev/null"):
        return on_index(version)


def test_the_hash_is_that_of_the_wheel_on_the_index(index: tuple[str, Path]) -> None:
    address, folder = index
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert looked_up(address, __version__) == ReleasedSource(__version__, digest)
    missing = looked_up(address, "9.9.9")
    assert missing == UnknownSource(
        "pip cannot look up reliability-as-code 9.9.9: "
        "ERROR: No matching distribution found for reliability-as-code==9.9.9"
    )


@contextmanager
def installed_in(folder: Path) -> Iterator[None]:
    """Look for distributions in a folder first, until the end of the block."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def test_a_program_of_another_origin_is_no_release(tmp_path: Path) -> None:
    record = tmp_path / "reliability_as_code-1.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Name: reliability-as-code\nVersion: 1\n")
    reason = "reliability was not installed from a package index"
    with installed_in(tmp_path):
        assert released_source() == UnknownSource(reason)
    source = {"url": "file:///a", "vcs_info": {"commit_id": "1"}}
    (record / "direct_url.json").write_text(json.dumps(source))
    with installed_in(tmp_path):
        assert released_source() == UnknownSource(reason)


def test_the_line_is_written_and_read_again(tmp_path: Path) -> None:
    source = read_released(LINE)
    assert source == ReleasedSource("0.1.0", DIGEST)
    list(write_github_files(tmp_path, source))
    assert (tmp_path / TOOL).read_text(encoding="utf-8") == f"{LINE}\n"
    assert declared_source(tmp_path) == source


def test_a_commit_is_still_read(tmp_path: Path) -> None:
    source = ToolSource("https://git.example.com/tools/reliability.git", "a" * 40)
    list(write_github_files(tmp_path, source))
    assert declared_source(tmp_path) == source


@pytest.mark.parametrize(
    "line",
    [
        "reliability-as-code==0.1.0",
        LINE.replace("sha256", "md5"),
        LINE[:-1],
        f"{LINE} --index-url=https://example.com",
        f"{LINE} --hash=sha256:{DIGEST}",
        LINE.replace("reliability-as-code", "reliability"),
        json.dumps(LINE),
        "",
    ],
)
def test_a_line_without_exactly_one_hash_is_not_a_release(line: str) -> None:
    assert read_released(line) is None
