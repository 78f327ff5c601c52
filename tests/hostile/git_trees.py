"""Trees of Git that a stranger commits, as the head of a change or as what it is compared with."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.hostile.trees import SERVICE, TREES

Make = Callable[[Path], None]


def _write(path: str, content: bytes = b"a: 1\n") -> Make:
    def made(root: Path) -> None:
        whole = Path(os.fsdecode(root / path))
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_bytes(content)

    return made


def _all(*makes: Make) -> Make:
    def made(root: Path) -> None:
        for make in makes:
            make(root)

    return made


def _gitlink(path: str) -> Make:
    """A submodule that leads nowhere, put straight into the index."""
    return lambda root: _index(root, f"160000 {'1' * 40}\t{path}")


def _index(root: Path, *lines: str) -> None:
    subprocess.run(
        ["git", "update-index", "--add", "--index-info"],
        input="".join(f"{line}\n" for line in lines).encode(),
        cwd=root,
        check=True,
        capture_output=True,
    )


def _many_entries(root: Path) -> None:
    empty = _blob(root, b"")
    _index(root, *(f"100644 {empty}\tx/{number % 97}/{number}.yaml" for number in range(20_000)))


def _blob(root: Path, content: bytes) -> str:
    done = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"],
        input=content,
        cwd=root,
        check=True,
        capture_output=True,
    )
    return done.stdout.decode().strip()


def _modes(root: Path) -> None:
    text = _blob(root, b"a: 1\n")
    _index(root, f"100755 {text}\t{SERVICE}/run.yaml", f"120000 {text}\t{SERVICE}/link.yaml")


def _link_of_a_megabyte(root: Path) -> None:
    _index(root, f"120000 {_blob(root, b'x' * 1_000_000)}\t{SERVICE}/long.yaml")


def _document_as_link(root: Path) -> None:
    text = _blob(root, (root / SERVICE / "slo.yaml").read_bytes())
    _index(root, f"120000 {text}\t{SERVICE}/slo.yaml")


BARE: Final = _all(
    _write("HEAD", b"ref: refs/heads/main\n"),
    _write("config", b"[core]\n\tbare = true\n\tfsmonitor = touch ran\n\thooksPath = hooks\n"),
    _write("objects/info/alternates", b"../../.git/objects\n"),
    _write("refs/heads/keep", b""),
    _write("hooks/post-checkout", b"#!/bin/sh\ntouch ran\n"),
    _write("commondir", b"../.git\n"),
    _write("packed-refs", b"# pack-refs with: peeled\n"),
    _write("shallow", b"0" * 40 + b"\n"),
    _write("info/grafts", b"0" * 40 + b"\n"),
)

COMMITTED: Final[dict[str, Make]] = {
    "a bare repository at the top": BARE,
    "a bare repository in services": lambda root: BARE(root / "services"),
    "a bare repository in a service": lambda root: BARE(root / SERVICE),
    "a bare repository without HEAD": _all(_write("objects/x", b""), _write("refs/x", b"")),
    "a worktree's file beside": _write("gitdir", b"/tmp/nowhere\n"),
    "a submodule in place of a document": _gitlink(f"{SERVICE}/x.yaml"),
    "a submodule in place of a service": _gitlink("services/sub"),
    "a submodule in policies": _gitlink("policies/sub"),
    "a .gitmodules with a command": _write(
        ".gitmodules", b'[submodule "x"]\n\tpath = services/sub\n\turl = ext::sh -c touch% ran\n'
    ),
    "attributes of a filter": _write(".gitattributes", b"* filter=x diff=x merge=x text=auto\n"),
    "attributes that export": _write(".gitattributes", b"* export-subst export-ignore ident\n"),
    "attributes of another encoding": _write(
        ".gitattributes", b"*.yaml working-tree-encoding=latin1 eol=crlf\n"
    ),
    "attributes of 200,000 lines": _write(".gitattributes", b"*.yaml -diff\n" * 200_000),
    "a mailmap, an ignore list and a config": _all(
        _write(".mailmap", b"<a> <b>\n"),
        _write(".gitignore", b"services/\n*\n"),
        _write(".gitconfig", b"[core]\n\tfsmonitor = touch ran\n"),
        _write(".lfsconfig", b"[lfs]\n\turl = http://127.0.0.1:1/\n"),
    ),
    "a pointer of Git LFS": _write(
        f"{SERVICE}/x.yaml",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 9\n",
    ),
    "names with magic of pathspecs": _all(
        _write(":(exclude)services/x.yaml"), _write("services/:(top)/x.yaml")
    ),
    "names that look like options": _all(
        _write("--output=ran"), _write("services/-rf/-x.yaml"), _write("-c/x.yaml")
    ),
    "names with quotes, tabs and lines": _all(
        _write("services/a\tb/x.yaml"), _write('services/"\n/x.yaml'), _write("services/\\/x.yaml")
    ),
    "names that are no text": _write("services/\udcff\udcfe/x.yaml"),
    "names of diffs": _all(_write("a/b/services/x.yaml"), _write("services/diff --git a/x/x.yaml")),
    "names of Git": _all(
        _write("services/HEAD/x.yaml"),
        _write("services/.gitx/x.yaml"),
        _write("services/git~/x.yaml"),
    ),
    "names of 250 characters": _write(f"services/{'x' * 250}/{'y' * 245}.yaml"),
    "modes of links and programs": _modes,
    "a link of a megabyte": _link_of_a_megabyte,
    "a document that became a link": _document_as_link,
    "20,000 entries beside": _many_entries,
    "folders 200 deep": _write("services/" + "d/" * 200 + "x.yaml"),
    "a blob of 40 MB": _write(f"{SERVICE}/x.yaml", b"#" * 40_000_000),
    "patches in a document": _write(
        "notes.md",
        b"\n".join((b"diff --git a/x b/x", b"@@ -1 +1 @@", b"+++ b/services/x", b"")) * 50,
    ),
    **{
        f"on disk: {name}": make
        for name, make in TREES.items()
        if not any(word in name for word in ("pipe", "socket", "not be read", "20 GB", "1,500"))
    },
}
"""By name; each is done to a repository that is without fault, and committed."""
