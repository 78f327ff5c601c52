"""The words in which people are addressed, in the language that the policy names.

A message is written in English where it is said; `locale/<language>` holds it in other languages.
What is filled in is data: whoever shows the text makes it harmless first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from gettext import NullTranslations

Language = Literal["en", "ja"]
DOMAIN: Final = "reliability"
LOCALE: Final = Path(__file__).resolve().parent.parent / "locale"
VALUE: Final = re.compile(r"\{(\w+)\}")
LONGEST: Final = 1_000
"""Characters of a text of the repository's own."""


def worded(text: str) -> str:
    """Mark a text that is put into words later, so that it is in the catalogues."""
    return text


MONTHS: Final = (
    *(worded("January"), worded("February"), worded("March"), worded("April")),
    *(worded("May"), worded("June"), worded("July"), worded("August")),
    *(worded("September"), worded("October"), worded("November"), worded("December")),
)

DAY: Final = worded("{day} {month}")


@dataclass(frozen=True, slots=True)
class Words:
    """Messages in one language: `words("{count} findings", count=3)`.

    `own` are texts of the repository's own by the English message, which go before ours; where
    a message has a form for one and a form for several, by that for one, for every count.
    """

    language: Language
    translations: NullTranslations
    own: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __call__(self, text: str, /, **values: object) -> str:
        """A message with its values filled in."""
        said = self.own.get(text) or self.translations.gettext(text)
        return said.format(**values)

    def many(self, one: str, several: str, count: int, /, **values: object) -> str:
        """A message about `count` things; `{count}` is filled in as well."""
        said = self.own.get(one) or self.translations.ngettext(one, several, count)
        return said.format(count=f"{count:,}", **values)

    def day(self, day: date) -> str:
        """A day of some year: `12 May`."""
        return self(DAY, day=day.day, month=self(MONTHS[day.month - 1]))


@cache
def words_in(language: Language) -> Words:
    """The words of a language."""
    from gettext import NullTranslations, translation

    if language == "en":
        return Words(language, NullTranslations())
    return Words(language, translation(DOMAIN, LOCALE, [language]))


def own_words(language: Language, own: Mapping[str, str]) -> Words:
    """The words of a language, with texts of the repository's own before them."""
    return replace(words_in(language), own=own)


def why_not(message: str, text: str) -> str | None:
    """Why a text cannot stand for a message; None where it can.

    It is filled in with the message's own values, each at most a plain `{name}`.
    """
    if not _is_message(message):
        return f"{message!r} is no message of comments and issues"
    wanted, there = set(VALUE.findall(message)), VALUE.findall(text)
    if set(there) - wanted or text.count("{") != len(there) or text.count("}") != len(there):
        known = ", ".join(f"{{{each}}}" for each in sorted(wanted)) or "none"
        return (
            f"the text for {message!r} has a value that the message does not have; it has {known}"
        )
    if not text.strip() or len(text) > LONGEST or not text.isprintable() or "<!--" in text:
        return f"the text for {message!r} is no line of 1 to {LONGEST:,} characters without <!--"
    return None


def _is_message(text: str) -> bool:
    """Whether it is said anywhere: the languages besides English have all messages."""
    from gettext import translation

    known = translation(DOMAIN, LOCALE, ["ja"])
    known.add_fallback(_nothing())
    return bool(known.gettext(text) or known.ngettext(text, text, 1))


def _nothing() -> NullTranslations:
    """Translations that have none, and say so by an empty text."""
    from gettext import NullTranslations

    class Nothing(NullTranslations):
        def gettext(self, _message: str) -> str:
            return ""

        def ngettext(self, _one: str, _several: str, _count: int) -> str:
            return ""

    return Nothing()
