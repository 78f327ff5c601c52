"""One Markdown file with fields in front, as a person reads and edits it; replaced in one step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from reliability.errors import ForgeError
from reliability.git import top_of
from reliability.writing import make_folder, replace

FENCE: Final = "---\n"
LONGEST_SLUG: Final = 40


class PageDumper(yaml.CSafeDumper):
    """Writes a value that stands twice as such: people edit pages, and read no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """Never write an anchor."""
        del data
        return True


@dataclass(frozen=True, slots=True)
class Page:
    """A file: its fields, and the body below them."""

    path: Path
    fields: dict[str, Any]
    body: str

    @property
    def id(self) -> int:
        """Its number, within its folder."""
        return int(self.fields["id"])


def read_page(path: Path) -> Page | None:
    """A page; None where the file has no fields in front, or was taken away meanwhile.

    Raises:
        ForgeError: its fields cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None

    if not text.startswith(FENCE) or f"\n{FENCE}" not in text:
        return None
    front, _, body = text.removeprefix(FENCE).partition(f"\n{FENCE}")
    try:
        fields = yaml.load(front, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise ForgeError(f"{path}: the fields in front cannot be read: {problem}") from error

    if not isinstance(fields, dict) or not isinstance(fields.get("id"), int):
        return None
    return Page(path, fields, body.strip("\n"))


def write_page(page: Page) -> None:
    """Put a page in its place in one step; nobody reads half of it."""
    front = yaml.dump(page.fields, Dumper=PageDumper, sort_keys=False, allow_unicode=True)
    replace_text(page.path, f"{FENCE}{front}{FENCE}\n{page.body}\n")


def replace_text(path: Path, text: str) -> None:
    """Replace a file in one step."""
    top = top_of(path)
    make_folder(path.parent, top)
    replace(path, text.encode(), top)


def slug(title: str) -> str:
    """A title as part of a file name: letters and digits of any script, and hyphens."""
    return (
        re.sub(r"[\W_]+", "-", title.casefold()).strip("-")[:LONGEST_SLUG].strip("-") or "untitled"
    )
