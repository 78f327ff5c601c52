"""Screenshots of every kind of page: three widths, two themes, two languages, and sheets of them.

`make screenshots OUT=folder` runs it. A sheet shows all pages of one width, theme and language
side by side; people look at it before a release.
"""

import sys
from collections.abc import Sequence
from html import escape
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal

from tests.servers.generation import Unavailable
from tests.site.browser import OPEN_ALL, find_browser, started_browser
from tests.site.kinds import KINDS, build_kinds, in_japanese

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDTHS: Final = (390, 1024, 1680)
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
OPENED: Final = ("backtest",)
"""Kinds whose details are open: only there are parts of the design that no other kind has."""
TALLEST: Final = 2400
"""Height in CSS pixels at which a screenshot ends."""
SHEET: Final = 2400
"""Width of a sheet in CSS pixels."""
STYLE: Final = (
    "body { display: flex; flex-wrap: wrap; gap: 16px; align-items: start; margin: 8px; "
    "font: 20px sans-serif; background: #888888 } figure { margin: 0 }"
)


def take(browser: "Browser", pages: Path, out: Path, names: Sequence[str]) -> int:
    """Write the screenshots and sheets into a folder; the number of screenshots."""
    count = 0
    for width, theme, language in product(WIDTHS, THEMES, ("en", "ja")):
        pictures: list[Path] = []
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        page = context.new_page()
        for name in names:
            path = KINDS[name] if language == "en" else in_japanese(KINDS[name])
            page.goto((pages / path).as_uri())
            page.wait_for_load_state()
            if name in OPENED:
                page.evaluate(OPEN_ALL)
            height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
            picture = out / f"{width}-{theme}-{language}" / f"{name}.png"
            page.screenshot(
                path=picture,
                full_page=True,
                clip={"x": 0, "y": 0, "width": width, "height": height},
            )
            pictures.append(picture)
        context.close()
        _write_sheet(browser, pictures, out / f"sheet-{width}-{theme}-{language}.png", width)
        count += len(pictures)
    return count


def _write_sheet(browser: "Browser", pictures: Sequence[Path], sheet: Path, width: int) -> None:
    """Write one picture of many, each with its name above."""
    shown = min(width, SHEET // (6 if width == WIDTHS[0] else 3) - 16)
    figures = "".join(
        f'<figure><figcaption>{escape(picture.stem)}</figcaption><img width="{shown}" '
        f'src="{picture.as_uri()}"></figure>'
        for picture in pictures
    )
    html = sheet.with_suffix(".html")
    html.write_text(f"<!doctype html><style>{STYLE}</style>{figures}", encoding="utf-8")
    page = browser.new_page(viewport={"width": SHEET, "height": 900})
    page.goto(html.as_uri())
    page.screenshot(path=sheet, full_page=True)
    page.close()
    html.unlink()


def main(out: Path, names: Sequence[str]) -> int:
    """Build the pages and write the screenshots; the exit code."""
    program = find_browser()
    if isinstance(program, Unavailable):
        sys.stderr.write(f"{program.name}: {program.reason}\n")
        return 1
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, started_browser(program) as browser:
        count = take(browser, build_kinds(Path(folder)), out.resolve(), names or [*KINDS])
    sys.stdout.write(f"{out}: {count} screenshots\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
