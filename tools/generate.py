"""Writes every generated file of this repository; with --check it only names what is stale.

A generator is a function in `tools/generators/` that returns what it owns. GENERATORS is the list.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.generated import Generated, Generator
from tools.generators.catalogs import catalogs
from tools.generators.command_page import command_page
from tools.generators.page_outputs import page_outputs
from tools.generators.pictures import pictures
from tools.generators.public_surface import public_surface
from tools.generators.rule_pages import rule_pages
from tools.generators.schemas import schema_files
from tools.generators.sync_sizes import sync_sizes
from tools.generators.target_gaps import target_gaps

ROOT: Final = Path(__file__).resolve().parent.parent


GENERATORS: Final[tuple[Generator, ...]] = (
    rule_pages,
    command_page,
    page_outputs,
    pictures,
    catalogs,
    schema_files,
    public_surface,
    target_gaps,
    sync_sizes,
)


def outdated(generated: Generated, root: Path) -> Iterator[str]:
    """The files that are missing or differ from what the generator would write now."""
    for name, content in generated.files.items():
        path = root / name
        if not path.is_file() or path.read_bytes() != _bytes(content):
            yield name


def left_over(generated: Generated, root: Path) -> Iterator[str]:
    """The files in a generator's folders that it no longer writes."""
    for glob in generated.folders:
        for path in sorted(root.glob(glob)):
            name = path.relative_to(root).as_posix()
            if path.is_file() and name not in generated.files:
                yield name


def stale(generators: tuple[Generator, ...], root: Path) -> Iterator[str]:
    """Each stale file with what is wrong with it, one line a file."""
    for generator in generators:
        generated = generator()
        yield from (f"{name}: not what would be generated" for name in outdated(generated, root))
        yield from (f"{name}: no longer generated" for name in left_over(generated, root))


def write(generators: tuple[Generator, ...], root: Path) -> Iterator[str]:
    """Writes what differs and removes what is left over; names each file that it touched."""
    for generator in generators:
        generated = generator()
        for name in outdated(generated, root):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_bytes(generated.files[name]))
            yield f"{name}: written"
        for name in left_over(generated, root):
            (root / name).unlink()
            yield f"{name}: removed"


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def main(arguments: list[str]) -> int:
    """Runs every generator; 1 when --check found a stale file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; name what is stale")
    if not parser.parse_args(arguments).check:
        for line in write(GENERATORS, ROOT):
            print(line)
        return 0
    lines = list(stale(GENERATORS, ROOT))
    for line in lines:
        print(line, file=sys.stderr)
    if lines:
        print("run make generate", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
