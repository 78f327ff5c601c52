"""A site of the shipped repository, and what a test reads from its pages."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from tests.cli.copied import DAY, copied
from tests.cli.program import Ended, in_process

VOID: Final = frozenset(("meta", "link", "input", "br", "hr", "img"))

CELLS: Final = ("td", "th")
ENDED_BY_START: Final = {"td": CELLS, "th": CELLS, "tr": (*CELLS, "tr")}
ENDED_BY_END: Final = {
    "tr": CELLS,
    **dict.fromkeys(("thead", "tbody", "table"), (*CELLS, "tr")),
}
"""Elements without an end tag that another tag ends (HTML Standard, 13.1.2.4)."""


@dataclass(slots=True)
class Page(HTMLParser):
    """The elements of a page: tags with their attributes, and all text."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    @classmethod
    def of(cls, path: Path) -> "Page":
        page = cls()
        page.feed(path.read_text(encoding="utf-8"))
        page.close()
        assert page.open == [], f"{path}: not closed: {page.open}"
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self.open and self.open[-1] in ENDED_BY_START.get(tag, ()):
            self.open.pop()
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in ENDED_BY_END.get(tag, ()):
            self.open.pop()
        assert self.open[-1:] == [tag], f"</{tag}> inside of {self.open}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.parts).split())

    def values(self, name: str) -> list[str]:
        """Every value of an attribute, in the order of the page."""
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def build(folder: Path, out: Path, *options: str, **variables: str) -> Ended:
    """Run `reliability site` on the day of the shipped repository."""
    return in_process("--today", DAY, "site", "--out", out, *options, folder=folder, **variables)


def shipped_site(folder: Path) -> Path:
    """Build the site of a copy of the shipped repository; the folder of the site."""
    out = folder / "public"
    ended = build(copied(folder / "repository"), out, "--days", "200")
    assert (ended.code, ended.err) == (0, "")
    return out


def pages(out: Path) -> list[Path]:
    """Every page of a site."""
    return sorted(out.rglob("*.html"))
