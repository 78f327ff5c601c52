"""SVG elements, and texts with a width that holds in every font."""

from collections.abc import Iterable
from html import escape
from typing import Final

SANS: Final = (
    "system-ui,-apple-system,'Segoe UI','Noto Sans',Helvetica,Arial,'Liberation Sans',sans-serif"
)
MONO: Final = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace"
MONO_ADVANCE: Final = 0.6
"""The advance of most monospaced fonts, in em."""

# Advances of Helvetica in thousandths of an em, from Adobe's font metrics. A picture is shown in
# whatever font the reader has. `textLength` then fits each text into the width that is computed
# here, as the badges of shields.io do.
ADVANCES: Final = {
    **dict.fromkeys("ijl'", 222),
    **dict.fromkeys(" !,./:;I[]\\fit·", 278),
    **dict.fromkeys("()-r`", 333),
    **dict.fromkeys("Jcksvxyz", 500),
    **dict.fromkeys("+<=>~", 584),
    **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("&ABEKPSVXY", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("Mm", 833),
    **dict.fromkeys("%", 889),
    **dict.fromkeys("W", 944),
    **dict.fromkeys("@→", 1000),
}
OTHER_ADVANCE: Final = 556
BOLD: Final = 1.06
"""How much wider bold texts are."""

Attribute = str | float


def element(name: str, inside: str = "", **attributes: Attribute) -> str:
    """Return an element; `class_` is the attribute `class`, `font_size` is `font-size`."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def _value(value: Attribute) -> str:
    if isinstance(value, str):
        return escape(value, quote=True)
    return f"{value:.1f}".removesuffix(".0")


def text_width(text: str, size: float, *, is_bold: bool = False, is_code: bool = False) -> float:
    """Return the width of a text in pixels, in a typical font."""
    if is_code:
        return len(text) * size * MONO_ADVANCE
    advances = sum(ADVANCES.get(character, OTHER_ADVANCE) for character in text)
    return advances * size / 1000 * (BOLD if is_bold else 1)


def label(
    x: float, y: float, text: str, size: float, class_: str = "ink", *, anchor: str = "start"
) -> str:
    """Return a text on one line at its computed width; the class `bold` makes it wider."""
    classes = class_.split()
    width = text_width(text, size, is_bold="bold" in classes, is_code="mono" in classes)
    left = x - width / 2 if anchor == "middle" else x - width if anchor == "end" else x
    # One character alone has no gap to stretch.
    fitting: dict[str, Attribute] = (
        {"textLength": width, "lengthAdjust": "spacingAndGlyphs"} if len(text) > 1 else {}
    )
    return element("text", escape(text), class_=class_, x=left, y=y, font_size=size, **fitting)


def grid_label(x: float, y: float, text: str, size: float) -> Iterable[str]:
    """Yield a monospaced line word by word, each character in its column.

    Block elements often come from another font, whose advance is another one.
    """
    advance = size * MONO_ADVANCE
    column = 0
    for word in text.split(" "):
        if word:
            columns = range(column, column + len(word))
            positions = " ".join(_value(x + index * advance) for index in columns)
            yield element("text", escape(word), class_="ink mono", x=positions, y=y, font_size=size)
        column += len(word) + 1


def picture(
    size: tuple[float, float], title: str, description: str, style: str, drawn: Iterable[str]
) -> str:
    """Return the whole document: what screen readers say, the style, and what is drawn."""
    width, height = size
    fonts = f"text{{font-family:{SANS}}}.mono{{font-family:{MONO}}}.bold{{font-weight:600}}"
    parts = [
        element("title", escape(title), id="title"),
        element("desc", escape(description), id="desc"),
        element("style", f"{fonts}\n{style}"),
        *drawn,
    ]

    root = element(
        "svg",
        "\n" + "\n".join(parts) + "\n",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        width=width,
        height=height,
        role="img",
        aria_labeledby="title desc",
    )
    return f"{root}\n"
