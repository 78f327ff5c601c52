"""The message of a custom rule: texts, and expressions in braces with their offsets."""

import pytest

from reliability.check.custom.template import LiteralText, Part, TemplateError, Value, parts_of

PARTS: list[tuple[str, tuple[Part, ...]]] = [
    ("", ()),
    ("found", (LiteralText("found"),)),
    ("{a}", (Value("a", 1),)),
    ("x {a} y", (LiteralText("x "), Value("a", 3), LiteralText(" y"))),
    ("{a}{b}", (Value("a", 1), Value("b", 4))),
    ("{{a}}", (LiteralText("{a}"),)),
    ("{{{a}}}", (LiteralText("{"), Value("a", 3), LiteralText("}"))),
    ("{m['}']} z", (Value("m['}']", 1), LiteralText(" z"))),
    ('{m["}\'"]}', (Value('m["}\'"]', 1),)),
    ("{ a }", (Value(" a ", 1),)),
]


@pytest.mark.parametrize(("template", "parts"), PARTS, ids=[row[0] for row in PARTS])
def test_a_message_has_texts_and_expressions(template: str, parts: tuple[Part, ...]) -> None:
    assert parts_of(template) == parts


@pytest.mark.parametrize(
    ("template", "message", "offset"),
    [
        ("ab } c", "this closing brace has no opening one; write `}}` for a literal brace", 3),
        ("ab { c", "this brace is not closed; write `{{` for a literal brace", 3),
        ("{m['}", "this brace is not closed; write `{{` for a literal brace", 0),
        ("ab {  } c", "the braces hold no expression", 3),
        ("{a} {}", "the braces hold no expression", 4),
    ],
)
def test_braces_that_do_not_fit_are_refused_at_the_brace(
    template: str, message: str, offset: int
) -> None:
    with pytest.raises(TemplateError) as refused:
        parts_of(template)
    assert (str(refused.value), refused.value.offset) == (message, offset)
