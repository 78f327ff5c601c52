"""A Markdown file with YAML front matter, which people can read and edit; replaced atomically."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from reliability.errors import ForgeError, reason_of
from reliability.git import top_of
from reliability.writing import make_folder, replace

FENCE: Final = "---\n"
LONGEST_SLUG: Final = 40


class PageDumper(yaml.CSafeDumper):
    """YAML dumper that repeats equal values instead of anchors, because people edit the pages."""

    def ignore_aliases(self, data: object) -> bool:
        """Return True, so that no anchor is written."""
        del data
        return True


@dataclass(frozen=True, slots=True)
class Page:
    """A file: the fields of its front matter, and the body below them."""

    path: Path
    fields: dict[str, Any]
    body: str

    @property
    def id(self) -> int:
        """Number of the page, unique within its folder."""
        return int(self.fields["id"])


def page_text(path: Path) -> str:
    """Return the text of a file that people may edit; empty if it does not exist.

    Raises:
        ForgeError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ForgeError(f"{path} is not UTF-8: byte {error.start + 1}") from error
    except OSError as error:
        raise ForgeError(f"{path} cannot be read: {reason_of(error)}") from error


def read_page(path: Path) -> Page | None:
    """Read a page; return None if it has no front matter with an id, or was removed meanwhile.

    Raises:
        ForgeError: the file or its fields cannot be read.
    """
    text = page_text(path)
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
    """Write a page atomically, so that a reader never sees a part of it."""
    front = yaml.dump(page.fields, Dumper=PageDumper, sort_keys=False, allow_unicode=True)
    replace_text(page.path, f"{FENCE}{front}{FENCE}\n{page.body}\n")


def replace_text(path: Path, text: str) -> None:
    """Replace a file atomically."""
    top = top_of(path)
    make_folder(path.parent, top)
    replace(path, text.encode(), top)


def slug(title: str) -> str:
    """Convert a title to a part of a file name: letters and digits of any script, and hyphens."""
    return (
        re.sub(r"[\W_]+", "-", title.casefold()).strip("-")[:LONGEST_SLUG].strip("-") or "untitled"
    )
