"""What is written in a file or in its name steers no reader of a report, in any form."""

import json
import re
import unicodedata

import pytest

from reliability.check.report.forms import FORMS, Form
from reliability.render.display import CONTROLS
from reliability.render.markdown import SPLIT, code, plain
from tests.check.report_cases import HOSTILE, hostile, lines

MACHINE: tuple[Form, ...] = ("json", "sarif", "rdjson")


@pytest.mark.parametrize("form", FORMS)
def test_nothing_steers_a_terminal_or_turns_the_direction_of_a_text(form: Form) -> None:
    allowed = SPLIT if form == "markdown" else ""
    for line in lines(form, hostile()):
        steering = [each for each in line if unicodedata.category(each) in CONTROLS]
        assert not set(steering) - set(allowed), ascii(line)


@pytest.mark.parametrize("form", FORMS)
def test_a_report_has_as_many_lines_as_its_findings_ask_for(form: Form) -> None:
    shortened = hostile()
    tame = [line for line in lines(form, shortened) if line.lstrip().startswith(("::", "##["))]
    assert len(tame) == (3 if form == "github" else 0)


@pytest.mark.parametrize("form", FORMS)
def test_every_report_can_be_written_as_utf_8(form: Form) -> None:
    assert "\n".join(lines(form, hostile())).encode()


@pytest.mark.parametrize("form", MACHINE)
def test_a_report_for_programs_is_ascii_and_holds_no_half_of_a_surrogate_pair(form: Form) -> None:
    text = "\n".join(lines(form, hostile()))
    assert text.isascii()
    if form == "json":  # the name of a file is as it is, so that programs find the file
        text = re.sub(r'"path": ".*"', '"path": ""', text)
    assert json.dumps(json.loads(text), ensure_ascii=False).encode()


@pytest.mark.parametrize("form", [form for form in FORMS if form != "github"])
def test_a_report_holds_no_command_that_a_runner_finds_within_a_line(form: Form) -> None:
    """A line of `github` is one command, and its runner looks for no other within it."""
    assert not [line for line in lines(form, hostile()) if re.search(r"##\w*\[", line)]


def test_what_a_runner_would_take_for_a_command_can_still_be_read() -> None:
    said = json.loads("\n".join(lines("json", hostile())))
    assert "##[add-mask]c" in said["findings"][0]["message"]
    assert any("##⟦add-mask]c" in line for line in lines("text", hostile()))


def test_an_annotation_is_one_command_whose_properties_hold_no_separator() -> None:
    for line in lines("github", hostile()):
        command, properties, data = re.fullmatch(r"::(\w+) (.*?)::(.*)", line).groups()  # type: ignore[union-attr]
        assert command in ("error", "warning", "notice")
        names = [each.split("=")[0] for each in properties.split(",")]
        assert names == ["file", "line", "endLine", "col", "endColumn", "title"]
        assert "%250A" in properties
        assert "%250A %2525" in data
        assert data.count("%0A") == 1, "between the message and the help, and nowhere else"


def test_markdown_holds_nothing_that_github_would_make_something_of() -> None:
    text = "\n".join(lines("markdown", hostile()))
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert re.findall(r"<[^>]*>", bare) == [
        *("<details>", "<summary>", "</summary>", "</details>"),
        *("<details>", "<summary>", "</summary>", "</details>"),
    ]
    assert not re.search(r"[@]\w|(?<!#)#\d|GH-\d|://\w|www\.", bare)
    assert not re.search(r"(?<!\\)\]\(", bare)


def test_markdown_shows_every_sign_as_it_is() -> None:
    assert plain("a_b *c* <d> & `e` | [f](g)") == (
        r"a\_b \*c\* &lt;d&gt; &amp; \`e\` \| \[f\]\(g\)"
    )
    assert plain("ask @everyone, closes #12") == f"ask @{SPLIT}everyone, closes \\#{SPLIT}12"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("a``b", "`a``b`"),
        ("`", "`` ` ``"),
        ("a|b", "`a\\x7cb`"),
        ("a\n```", "`a\\n``` `".replace("`a", "` a")),
    ],
)
def test_no_backtick_ends_a_code_span(text: str, shown: str) -> None:
    assert code(text) == shown


def test_the_hostile_text_is_as_hostile_as_it_says() -> None:
    assert all(each in HOSTILE for each in ("\x1b", "\n::error", "-->", "</details>", "\u202e"))
