"""Texts for people, in English, that can be shown in another language later.

A rule does not know who reads it: a terminal and CI get English, a pull request and an issue get
the language that the policy names. So a text keeps its template and its values.
"""

from __future__ import annotations

from collections.abc import Mapping


class Message(str):
    """An English text that remembers its template and values: `Message("{n} rules", n=3)`.

    It is that text wherever a string is expected. What a method of `str` returns is plain text,
    which stays English in every language.

    The template is a literal, so that catalogs of other languages can hold it, and its fields are
    plain names: figures are formatted before. A value that is a `Message` is translated as well.
    """

    __slots__ = ("number", "several", "template", "values")

    template: str
    values: Mapping[str, object]
    several: str | None
    """The template for another number than one."""
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
        """Keep template and values on the way from a worker process."""
        return (Message._filled, (self.template, self.values, self.several, self.number))
