"""What a stranger may do to a folder, beside what stands in a file."""

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.hostile.texts import HEAD

SERVICE: Final = "services/attendance"


def _link(path: str, to: str) -> Callable[[Path], None]:
    return lambda root: (root / path).symlink_to(to)


def _file(path: str, content: bytes) -> Callable[[Path], None]:
    def made(root: Path) -> None:
        (root / path).write_bytes(content)

    return made


def _pipe(path: str) -> Callable[[Path], None]:
    return lambda root: os.mkfifo(root / path)


def _socket(root: Path) -> None:
    here = Path.cwd()
    os.chdir(root / SERVICE)  # the name of a socket has at most 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("x.yaml")
    finally:
        os.chdir(here)


def _link_loop(root: Path) -> None:
    (root / SERVICE / "a.yaml").symlink_to("b.yaml")
    (root / SERVICE / "b.yaml").symlink_to("a.yaml")


def _case(root: Path) -> None:
    shutil.copytree(root / SERVICE, root / "services" / "Attendance")


def _closed_file(root: Path) -> None:
    (root / SERVICE / "slo.yaml").chmod(0)


def _closed_folder(root: Path) -> None:
    (root / SERVICE).chmod(0)


def _many_files(root: Path) -> None:
    for number in range(10_000):
        (root / SERVICE / f"x{number}.yaml").write_bytes(b"a: 1\n")


def _many_folders(root: Path) -> None:
    for number in range(10_000):
        (root / "services" / f"x{number}").mkdir()


def _deep_folders(root: Path) -> None:
    here = Path.cwd()
    os.chdir(root / "services")
    try:
        for _ in range(1_500):
            Path("deep").mkdir()
            os.chdir("deep")
        Path("x.yaml").write_bytes(b"a: 1\n")
    finally:
        os.chdir(here)


def _large(start: bytes) -> Callable[[Path], None]:
    """A file of 30 MB, in pieces, so that the writer's own memory does not count."""

    def made(root: Path) -> None:
        with (root / SERVICE / "x.yaml").open("wb") as file:
            file.write(start)
            for _ in range(30):
                file.write(b"x" * 1_000_000)

    return made


def _sparse_file(root: Path) -> None:
    with (root / SERVICE / "x.yaml").open("wb") as file:
        file.truncate(20 << 30)


def _odd_names(root: Path) -> None:
    for number, name in enumerate(
        (b"\xff.yaml", b"\x1b[2J\n::error::.yaml", b"-x.yaml", b" .yaml")
    ):
        (root / SERVICE / os.fsdecode(name)).write_bytes(b"a: %d\n" % number)


def _services_is_a_file(root: Path) -> None:
    shutil.rmtree(root / "services")
    (root / "services").write_bytes(b"a: 1\n")


def _policies_is_a_pipe(root: Path) -> None:
    shutil.rmtree(root / "policies")
    os.mkfifo(root / "policies")


def _runbook_is_a_pipe(root: Path) -> None:
    (root / "docs/runbooks/clock-in.md").unlink()
    os.mkfifo(root / "docs/runbooks/clock-in.md")


def _owners(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def made(root: Path) -> None:
        (root / ".github").mkdir()
        make(root)

    return made


TREES: Final[dict[str, Callable[[Path], None]]] = {
    "a link to a file outside": _link(f"{SERVICE}/x.yaml", "/etc/passwd"),
    "a link to a folder outside": _link("services/away", "/etc"),
    "a link to the folder above": _link(f"{SERVICE}/again", ".."),
    "a link to nowhere": _link(f"{SERVICE}/x.yaml", "nowhere"),
    "links that go round": _link_loop,
    "a link to a device": _link(f"{SERVICE}/x.yaml", "/dev/zero"),
    "a pipe": _pipe(f"{SERVICE}/x.yaml"),
    "a socket": _socket,
    "a folder named as a document": lambda root: (root / SERVICE / "x.yaml").mkdir(),
    "names that differ in case": _case,
    "names that are no text": _odd_names,
    "a scalar of 30 MB": _large(b"a: "),
    "a key of 30 MB": _large(b""),
    "a file of 20 GB": _sparse_file,
    "10,000 files": _many_files,
    "10,000 empty folders": _many_folders,
    "folders 1,500 deep": _deep_folders,
    "a file that may not be read": _closed_file,
    "a folder that may not be read": _closed_folder,
    "services is a file": _services_is_a_file,
    "policies is a pipe": _policies_is_a_pipe,
    "a runbook is a pipe": _runbook_is_a_pipe,
    "CODEOWNERS is a pipe": _owners(_pipe(".github/CODEOWNERS")),
    "CODEOWNERS is a device": _owners(_link(".github/CODEOWNERS", "/dev/zero")),
    "CODEOWNERS of 3 MB": _owners(_file(".github/CODEOWNERS", b"*a*b*c*d @x\n" * 240_000)),
    "CODEOWNERS of one long pattern": _owners(
        _file(".github/CODEOWNERS", b"**/" * 300_000 + b"x @x\n")
    ),
    "CODEOWNERS of other bytes": _owners(_file(".github/CODEOWNERS", b"\xff\x00" * 10_000)),
    "a base file of Alertmanager that nests": _file(
        "policies/alertmanager.base.yaml",
        b"route: {receiver: a, routes: " * 45 + b"[]" + b"}" * 45,
    ),
    "2,000 services in one file": _file(
        f"{SERVICE}/x.yaml",
        "---\n".join(HEAD.replace("attendance", f"s{n}") for n in range(2_000)).encode(),
    ),
}
"""By name; each is done to a repository that is without fault."""
