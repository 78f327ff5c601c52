"""What axe-core finds on the pages, in every width, theme and language.

`make axe` reads each kind of page in each of the 12 looks, which takes some minutes; the tests read
each kind in two.
"""

import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from tests.servers.generation import Unavailable
from tests.site.browser import OPEN_ALL, find_axe, find_browser, started_browser
from tests.site.kinds import KINDS, build_kinds, in_japanese

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

STANDARDS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Look(NamedTuple):
    """How a page is shown."""

    language: Literal["en", "ja"]
    theme: Literal["light", "dark"]
    width: int


LANGUAGES: Final[tuple[Literal["en", "ja"], ...]] = ("en", "ja")
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
LOOKS: Final = tuple(Look(*parts) for parts in product(LANGUAGES, THEMES, (390, 1024, 1680)))
"""All looks. Backward, each place has the other language and the other theme."""


def axe_page(browser: "Browser") -> "Page":
    """Open a page into which a test may inject a script, which the policy of our pages forbids."""
    return browser.new_page(bypass_csp=True)


def opened(page: "Page", path: Path) -> "Page":
    """Load a page of a folder, and open all its details."""
    page.goto(path.as_uri())
    page.evaluate(OPEN_ALL)
    return page


def violations(
    page: "Page", kinds: Path, name: str, look: Look, script: str
) -> list[tuple[str, str]]:
    """Each rule of axe that a kind of page breaks in a look, with the element."""
    page.set_viewport_size({"width": look.width, "height": 900})
    page.emulate_media(color_scheme=look.theme)
    path = KINDS[name] if look.language == "en" else in_japanese(KINDS[name])
    opened(page, kinds / path).evaluate(script)
    result = page.evaluate(
        "(tags) => axe.run({ runOnly: tags, resultTypes: ['violations'] })", STANDARDS
    )
    assert len(result["passes"]) > 15
    return [(rule["id"], node["html"]) for rule in result["violations"] for node in rule["nodes"]]


def main() -> int:
    """Print what axe finds on every kind of page in every look; the exit code."""
    program, axe = find_browser(), find_axe()
    for part in (program, axe):
        if isinstance(part, Unavailable):
            sys.stderr.write(f"{part.name}: {part.reason}\n")
    if isinstance(program, Unavailable) or isinstance(axe, Unavailable):
        return 1

    script, count = axe.read_text(encoding="utf-8"), 0
    with TemporaryDirectory() as folder, started_browser(program) as browser:
        kinds = build_kinds(Path(folder))
        page = axe_page(browser)
        for look, name in product(LOOKS, KINDS):
            for rule, element in violations(page, kinds, name, look, script):
                sys.stdout.write(f"{name} {look}: {rule}: {element}\n")
                count += 1
    sys.stdout.write(f"{len(LOOKS) * len(KINDS)} pages, {count} findings\n")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
