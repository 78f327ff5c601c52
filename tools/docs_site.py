"""Builds the documentation site from docs/ with Zensical: `python -m tools.docs_site`.

The pages of docs/ stay plain Markdown that a forge shows too. A copy is prepared for the site:
folders that pages link to get a list of their files, and links out of docs/ lead to the repository,
or are plain text if its address is not known. `repo_url` of Zensical is never set, since its script
would ask the forge for the number of stars.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = ROOT / "docs"
OUT: Final = ROOT / "build" / "docs-site"
SECTIONS: Final = {
    "start": "Start",
    "concepts": "Concepts",
    "guides": "Guides",
    "github": "GitHub",
    "reference": "Reference",
    "internals": "Internals",
    "runbooks": "Runbooks of the example",
}
"""Heading of each folder in the navigation, in their order."""
LISTED: Final = {
    "reference/rules": "Rules",
    "reference/schemas": "JSON Schemas",
    "internals/adr": "Decisions",
}
"""Folders below a section, with a heading of their own."""
LINK: Final = re.compile(r"\[([^\[\]]*)\]\(([^()\s]+)\)")
FENCE: Final = re.compile(r"^(```+).*?^\1$", re.MULTILINE | re.DOTALL)
CONFIG: Final = """\
[project]
site_name = "reliability"
site_description = "SLOs, alerts and notification routes as files in a Git repository"
docs_dir = "docs"
site_dir = "site"
{more}nav = {nav}

[project.theme]
language = "en"
font = false
features = [
  "content.code.copy",
  "navigation.footer",
  "navigation.indexes",
  "navigation.path",
  "navigation.top",
  "search.highlight",
  "toc.follow",
]

[[project.theme.palette]]
media = "(prefers-color-scheme)"
toggle.icon = "lucide/sun-moon"
toggle.name = "Switch to light mode"

[[project.theme.palette]]
media = "(prefers-color-scheme: light)"
scheme = "default"
toggle.icon = "lucide/sun"
toggle.name = "Switch to dark mode"

[[project.theme.palette]]
media = "(prefers-color-scheme: dark)"
scheme = "slate"
toggle.icon = "lucide/moon"
toggle.name = "Switch to the mode of the system"
"""


def prepare(folder: Path, repository: str, url: str) -> None:
    """Write the pages and the configuration of Zensical into an empty folder.

    `repository` is the address below which files are (`https://example.com/o/r/blob/main`), and
    `url` that of the site; either may be empty.
    """
    for file in sorted(DOCS.rglob("*")):
        path = folder / "docs" / file.relative_to(DOCS)
        if file.is_dir():
            path.mkdir(parents=True)
        elif file.suffix == ".md":
            path.write_text(page_text(file, repository), encoding="utf-8")
        else:
            shutil.copyfile(file, path)

    for name, title in LISTED.items():
        index = folder / "docs" / name / "index.md"
        if not index.with_name("README.md").exists():
            index.write_text(listing(DOCS / name, title), encoding="utf-8")
    more = f"site_url = {json.dumps(url)}\n" if url else ""
    config = CONFIG.format(more=more, nav=nav_text(folder / "docs"))
    (folder / "zensical.toml").write_text(config, encoding="utf-8")


def page_text(page: Path, repository: str) -> str:
    """Return a page whose links lead to pages of the site, or to the repository."""

    def link(found: re.Match[str]) -> str:
        text, target = found[1], found[2]
        path, _, anchor = target.partition("#")
        if "://" in target or not path:
            return found[0]
        file = Path(os.path.normpath(page.parent / path))
        if file.is_relative_to(DOCS):
            listed = file.is_dir() and file.relative_to(DOCS).as_posix() in LISTED
            name = "README.md" if (file / "README.md").exists() else "index.md"
            return f"[{text}]({path.rstrip('/')}/{name})" if listed else found[0]
        if not repository:
            return text
        after = f"#{anchor}" if anchor else ""
        return f"[{text}]({repository}/{file.relative_to(ROOT).as_posix()}{after})"

    return outside_code(page.read_text(encoding="utf-8"), link)


def outside_code(text: str, link: Callable[[re.Match[str]], str]) -> str:
    """Return a page with its links replaced, except in blocks of code."""
    parts, last = [], 0
    for fence in FENCE.finditer(text):
        parts += [LINK.sub(link, text[last : fence.start()]), fence[0]]
        last = fence.end()
    return "".join([*parts, LINK.sub(link, text[last:])])


def listing(folder: Path, title: str) -> str:
    """Return a page that links to each file of a folder, by the heading of a page."""
    entries = (f"- [{title_of(file)}]({file.name})" for file in sorted(folder.iterdir()))
    return "\n".join((f"# {title}", "", *entries, ""))


def title_of(file: Path) -> str:
    """Return the first heading of a page, or the name of another file."""
    if file.suffix != ".md":
        return file.name
    heading = re.search(r"^# (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return heading[1] if heading else file.stem


def nav_text(docs: Path) -> str:
    """Return the navigation as TOML: the first page, and the pages of each section."""
    order = linked(docs / "index.md")
    sections = [json.dumps("index.md")]
    for name, title in SECTIONS.items():
        entries = [json.dumps(path) for path in in_order(docs, name, order)]
        for folder, heading in LISTED.items():
            if folder.startswith(f"{name}/"):
                pages = [json.dumps(path) for path in in_order(docs, folder, order)]
                entries.append(f"{{ {json.dumps(heading)} = [{', '.join(pages)}] }}")
        sections.append(f"{{ {json.dumps(title)} = [{', '.join(entries)}] }}")
    return "[\n  " + ",\n  ".join(sections) + ",\n]"


def linked(page: Path) -> list[str]:
    """Return the targets of a page's links, in their order."""
    return [target for _, target in LINK.findall(page.read_text(encoding="utf-8"))]


def in_order(docs: Path, folder: str, order: list[str]) -> Iterator[str]:
    """Yield the pages of a folder: its list, those in this order, and then all others by name."""
    names = {path.relative_to(docs).as_posix() for path in (docs / folder).glob("*.md")}
    lists = [f"{folder}/{name}" for name in ("README.md", "index.md")]
    first = [name for name in (*lists, *order) if name in names]
    yield from dict.fromkeys((*first, *sorted(names)))


def build(out: Path, repository: str = "", url: str = "") -> int:
    """Build the site into `<out>/site`, and return the exit code of Zensical.

    Raises:
        FileExistsError: the folder has other content than that of an earlier build.
    """
    if (out / "zensical.toml").exists():
        shutil.rmtree(out)
    elif out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} has other content; name an empty folder")
    out.mkdir(parents=True, exist_ok=True)
    prepare(out, repository.rstrip("/"), url)
    command = (sys.executable, "-m", "zensical", "build", "--clean", "--strict")
    return subprocess.run(command, cwd=out, check=False).returncode


def main() -> int:
    """Build the site."""
    parser = argparse.ArgumentParser(prog="python -m tools.docs_site", description=main.__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="Empty folder, or an earlier build")
    parser.add_argument("--repository", default="", help="Address below which files are shown")
    parser.add_argument("--url", default="", help="Address of the site")
    options = parser.parse_args()
    code = build(options.out, options.repository, options.url)
    if code == 0:
        print(f"{options.out / 'site'}: written")
    return code


if __name__ == "__main__":
    sys.exit(main())
