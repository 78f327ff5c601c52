"""Texts for people, in English, that can be shown in another language later.

A rule does not know who reads its text: a terminal and CI get English, a pull request and an issue
get the language that the policy names. So a text keeps its template and its values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal


class Message(str):
    """An English text that keeps its template and values: `Message("{n} rules", n=3)`.

    It is that text wherever a string is expected. The results of `str` methods are plain text,
    which stays English in every language.

    The template is a literal, so catalogs of other languages can contain it, and its fields are
    plain names: figures are formatted before. A value that is a `Message` is translated as well.
    """

    __slots__ = ("number", "several", "template", "values")

    template: str
    values: Mapping[str, object]
    several: str | None
    """The template for numbers other than one; None if there is none."""
    number: int

    def __new__(cls, template: str, /, **values: object) -> Message:
        """Fill the values into the template."""
        return cls._filled(template, values, None, count=1)

    @classmethod
    def plural(cls, one: str, several: str, count: int, /, **values: object) -> Message:
        """Choose a template by `count`, which is filled in with thousands separators."""
        return cls._filled(one, {"count": f"{count:,}", **values}, several, count=count)

    @classmethod
    def _filled(
        cls, template: str, values: Mapping[str, object], several: str | None, count: int
    ) -> Message:
        chosen = template if several is None or count == 1 else several
        self = super().__new__(cls, chosen.format(**values))
        self.template, self.values, self.several, self.number = template, values, several, count
        return self

    def __reduce__(self) -> tuple[object, ...]:
        """Keep template and values when it is pickled for another process."""
        return (Message._filled, (self.template, self.values, self.several, self.number))


class CommaList(str):
    """Texts separated by commas, which another language joins in its own way."""

    __slots__ = ("items",)

    items: tuple[str, ...]

    def __new__(cls, items: Iterable[str]) -> CommaList:
        """Join texts; any of them may be a `Message`."""
        texts = tuple(items)
        self = super().__new__(cls, ", ".join(texts))
        self.items = texts
        return self

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the texts when it is pickled for another process."""
        return (CommaList, (self.items,))


def listed(texts: Iterable[str], last: Literal["and", "or"] = "and") -> str:
    """Join texts in the language of the reader: `a`, `a and b`, `a, b and c`."""
    *others, end = tuple(texts) or ("",)
    if not others:
        return end

    items = CommaList(others)
    if last == "and":
        return Message("{items} and {last}", items=items, last=end)
    return Message("{items} or {last}", items=items, last=end)
