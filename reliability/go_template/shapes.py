"""Shapes of the values in templates, and the calls of functions that fail when one is expanded.

Source: text/template/exec.go and funcs.go of Go 1.24. Shapes are named for messages. `any` is a
value that is not known, and every function takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from reliability.message import Message

ORDERED: Final = frozenset({"integer", "float", "string"})
EQUAL: Final = ORDERED | {"boolean", "complex", "nil", "sample"}
COMPARED: Final = {"eq": EQUAL, "ne": EQUAL, **dict.fromkeys(("ge", "gt", "le", "lt"), ORDERED)}
"""Shapes that each function compares, and only with the same shape: 1 and 1.0 are different."""


@dataclass(frozen=True, slots=True)
class TemplateValue:
    """A value by its shape; `text` is the text of a string or the name of a function, if known."""

    shape: str
    text: str | None = None


ANY: Final = TemplateValue("any")


def signatures(table: Mapping[str, str]) -> dict[str, tuple[tuple[str, ...], str]]:
    """Convert `{"string, any... -> string": "printf"}` to parameters and result by function."""
    return {
        name: (tuple(filter(None, left.strip().split(", "))), result)
        for signature, names in table.items()
        for left, result in [signature.split("-> ")]
        for name in names.split()
    }


OF_GO: Final = signatures(
    {
        "any, any... -> any": "and or",
        "function, any... -> any": "call",
        "any, any, any... -> boolean": "eq",
        "any, any -> boolean": "ge gt le lt ne",
        "collection, any... -> any": "index slice",
        "collection -> integer": "len",
        "any -> boolean": "not",
        "any... -> string": "html js print println urlquery",
        "string, any... -> string": "printf",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TemplateLanguage:
    """What a program adds to Go's templates.

    `dot` is the shape of the data. `elements` are the shapes of key and element of what `range` and
    `index` take. `checks` raise a ValueError for a text that a parameter of this name cannot take.
    """

    functions: Mapping[str, tuple[tuple[str, ...], str]] = field(default_factory=lambda: OF_GO)
    dot: str = "any"
    variables: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    elements: Mapping[str, tuple[str, str]] = field(default_factory=lambda: {"any": ("any", "any")})
    checks: Mapping[str, Callable[[str], object]] = field(default_factory=dict)

    def field(self, shape: str, name: str) -> str | None:
        """Return the shape of a field, or None if there is no such field."""
        if shape in self.fields:
            return self.fields[shape].get(name)
        key, element = self.elements.get(shape, ("", ""))
        return element if key in ("any", "string") else None


GO: Final = TemplateLanguage()


def result_of(
    name: str, given: Sequence[TemplateValue], language: TemplateLanguage
) -> TemplateValue | Message:
    """Return the result of a call, or why it fails."""
    parameters, result = language.functions[name]
    is_open = bool(parameters) and parameters[-1].endswith("...")
    if len(given) < len(parameters) - is_open or (len(given) > len(parameters) and not is_open):
        takes = ", ".join(parameters) or "nothing"
        return Message(
            "template function {function} takes {takes}, and has {count} arguments",
            function=name,
            takes=takes,
            count=len(given),
        )
    for index, value in enumerate(given):
        expected = parameters[min(index, len(parameters) - 1)].removesuffix("...")
        if not _fits(expected, value, language):
            return Message(
                "template function {function} cannot take {value} as {expected}",
                function=name,
                expected=expected,
                value=value.text or value.shape,
            )

    shapes = {value.shape.replace("HTML", "string") for value in given} - {"any"}
    if name in COMPARED and (len(shapes) > 1 or shapes - COMPARED[name]):
        text = " with ".join(value.shape for value in given)
        return Message("{function} cannot compare {values}", function=name, values=text)
    return TemplateValue(result)


def _fits(expected: str, value: TemplateValue, language: TemplateLanguage) -> bool:
    """Return whether a parameter takes a value; a `collection` has a length and an index."""
    shape, check = value.shape, language.checks.get(expected)
    if shape == "any" or expected in ("any", shape):
        return True
    if expected == "collection":
        return shape == "string" or shape in language.elements.keys() - {"integer"}
    if check is None or shape != "string":
        return expected == "number" and shape in ("integer", "float")
    try:
        return value.text is None or check(value.text) is not None
    except ValueError:
        return False
