"""Texts for people, in the language that the policy names.

The source contains each message in English; `locale/<language>` has it in other languages. The
values that are filled in are data: the code that shows the text escapes them first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Final, Literal

from reliability.message import CommaList, Message, listed

Language = Literal["en", "ja"]
DOMAIN: Final = "reliability"
LOCALE: Final = Path(__file__).resolve().parent.parent / "locale"


def worded(text: str) -> str:
    """Return a text unchanged; the call marks it for the catalogs of translations."""
    return text


MONTHS: Final = (
    *(worded("January"), worded("February"), worded("March"), worded("April")),
    *(worded("May"), worded("June"), worded("July"), worded("August")),
    *(worded("September"), worded("October"), worded("November"), worded("December")),
)

SHORT_MONTHS: Final = (
    *(worded("Jan"), worded("Feb"), worded("Mar"), worded("Apr"), worded("May"), worded("Jun")),
    *(worded("Jul"), worded("Aug"), worded("Sep"), worded("Oct"), worded("Nov"), worded("Dec")),
)
WEEKDAYS: Final = (
    *(worded("Monday"), worded("Tuesday"), worded("Wednesday"), worded("Thursday")),
    *(worded("Friday"), worded("Saturday"), worded("Sunday")),
)

DAY: Final = worded("{day} {month}")

BETWEEN_SENTENCES: Final[dict[Language, str]] = {"en": " ", "ja": ""}
"""The text between sentences; Japanese has no space after its full stop."""


@dataclass(frozen=True, slots=True)
class Words:
    """Messages in one language: `words("{count} findings", count=3)`."""

    language: Language
    translations: NullTranslations

    def __call__(self, text: str, /, **values: object) -> str:
        """Return a message in this language with its values filled in."""
        return self.translations.gettext(text).format(**values)

    def many(self, one: str, several: str, count: int, /, **values: object) -> str:
        """Return a message about `count` things; `{count}` is filled in as well."""
        text = self.translations.ngettext(one, several, count)
        return text.format(count=f"{count:,}", **values)

    def text(self, text: str) -> str:
        """Return a `Message` in this language; any other text as it is."""
        if isinstance(text, CommaList):
            return self(", ").join(map(self.text, text.items))
        if not isinstance(text, Message):
            return text
        values = {
            name: self.text(value) if isinstance(value, str) else value
            for name, value in text.values.items()
        }
        if text.several is None:
            return self.translations.gettext(text.template).format(**values)
        return self.translations.ngettext(text.template, text.several, text.number).format(**values)

    def listed(self, texts: Iterable[str], last: Literal["and", "or"] = "and") -> str:
        """Return texts as a list: `a, b and c`."""
        return self.text(listed(texts, last))

    def paragraph(self, sentences: Iterable[str]) -> str:
        """Join sentences in one line."""
        return BETWEEN_SENTENCES[self.language].join(sentences)

    def day(self, day: date) -> str:
        """Return a day without its year: `12 May`."""
        return self(DAY, day=day.day, month=self(MONTHS[day.month - 1]))

    def short_day(self, day: date) -> str:
        """Return a day for an axis: `12 Jan`."""
        return self(DAY, day=day.day, month=self(SHORT_MONTHS[day.month - 1]))

    def weekday(self, day: date) -> str:
        """Return the weekday of a day: `Monday`."""
        return self(WEEKDAYS[day.weekday()])


@cache
def words_in(language: Language) -> Words:
    """Return the words of a language."""
    if language == "en":
        return Words(language, NullTranslations())
    return Words(language, translation(DOMAIN, LOCALE, [language]))


ENGLISH: Final = words_in("en")
