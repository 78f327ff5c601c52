"""The pictures of README.md: readable by a browser and a screen reader, and complete."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.project.repository import ROOT, relative
from tools.pictures.comment import comment_picture
from tools.pictures.markdown import Code, Paragraph, Table, blocks, inline, plain
from tools.pictures.terminal import terminal_picture

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*.svg"))

COMMENT = """\
### ❌ Not yet: approval by `@lead` is missing.

<sub>The last 90 days\\, before -> after.</sub>

```text
alert before   ··█··
```

| where | what |
|---|---|
| `slo.yaml:28` | **looser** \\(`slo-loosened`\\)<br>a \\| b &lt; c |

<details><summary>Plan: 1 object in <code>files</code></summary>

| not | shown |
|---|---|

</details>

The last line.
"""


def texts(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}text"))


def shown(svg: str) -> str:
    return " ".join(text.text or "" for text in texts(svg))


def test_there_is_a_terminal_a_review_comment_and_a_timeline() -> None:
    names = [path.name for path in PICTURES]
    assert names == ["any-rules.svg", "review-comment.svg", "timeline.svg"]


def test_a_terminal_shows_what_was_typed_and_what_was_printed() -> None:
    said = shown(terminal_picture("$ echo a <b>\na <b>\n- old\n+ new\n", "A terminal"))
    assert said == "$ echo a <b> a <b> - old + new"


@pytest.mark.parametrize("path", PICTURES, ids=relative)
def test_a_screen_reader_gets_a_title_and_a_description(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    labels = (root.get("aria-labeledby") or "").split()
    described = {child.get("id"): child.text for child in root if child.get("id")}
    assert root.get("role") == "img"
    assert [bool(described.get(label)) for label in labels] == [True, True]


@pytest.mark.parametrize("path", PICTURES, ids=relative)
def test_a_picture_loads_nothing_and_follows_the_color_scheme(path: Path) -> None:
    svg = path.read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\"]+|url\(|@import|<script|<image", svg) == [
        "http://www.w3.org/2000/svg"
    ]
    assert "@media (prefers-color-scheme:dark)" in svg


@pytest.mark.parametrize("path", PICTURES, ids=relative)
def test_no_text_reaches_over_the_edge(path: Path) -> None:
    svg = path.read_text(encoding="utf-8")
    width = float(ElementTree.fromstring(svg).get("width") or 0)
    ends = {
        text.text: float((text.get("x") or "0").split()[-1]) + float(text.get("textLength") or 0)
        for text in texts(svg)
    }
    assert {text: end for text, end in ends.items() if end > width - 12} == {}


def test_a_comment_has_blocks_and_what_is_folded_is_left_out() -> None:
    heading, small, code, table, summary, last = blocks(COMMENT)
    assert isinstance(heading, Paragraph)
    assert plain(heading.lines) == "❌ Not yet: approval by @lead is missing."
    assert isinstance(small, Paragraph)
    assert (small.kind, plain(small.lines)) == ("small", "The last 90 days, before -> after.")
    assert code == Code(("alert before   ··█··",))
    assert isinstance(table, Table)
    assert [[plain(cell) for cell in row] for row in table.rows] == [
        ["where", "what"],
        ["slo.yaml:28", "looser (slo-loosened) a | b < c"],
    ]
    assert isinstance(summary, Paragraph)
    assert (summary.kind, plain(summary.lines)) == ("summary", "Plan: 1 object in files")
    assert isinstance(last, Paragraph)
    assert plain(last.lines) == "The last line."


def test_styles_of_a_text_are_kept() -> None:
    ((first, bold, code, rest),) = inline(r"a **b `c`**\_d")
    assert (first.text, first.is_bold) == ("a ", False)
    assert (bold.text, bold.is_bold) == ("b ", True)
    assert (code.text, code.is_code, code.is_bold) == ("c", True, True)
    assert (rest.text, rest.is_code, rest.is_bold) == ("_d", False, False)


def test_everything_that_is_not_folded_is_drawn_once() -> None:
    words = shown(comment_picture(COMMENT)).split()
    for word in ("@lead", "slo.yaml:28", "looser", "slo-loosened", "Plan:", "··█··"):
        assert words.count(word) == 1
    assert "shown" not in words


def test_a_long_text_is_wrapped_within_its_bubble() -> None:
    svg = comment_picture("A sentence that goes on. " * 20)
    assert len({text.get("y") for text in texts(svg)}) > 3
    assert (
        max(float(text.get("x") or 0) + float(text.get("textLength") or 0) for text in texts(svg))
        <= 864
    )
