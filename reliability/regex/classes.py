"""The part of RE2's syntax that speaks of single characters: escapes, classes, brackets."""

from __future__ import annotations

import re
from typing import Final

from reliability.regex.tree import Category, Characters, Range

ESCAPED: Final = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_DIGITS: Final = (Range("0", "9"),)
_UPPER, _LOWER = Range("A", "Z"), Range("a", "z")
_WORD: Final = (*_DIGITS, _UPPER, _LOWER, Range("_", "_"))
_SPACE: Final = (Range("\t", "\n"), Range("\f", "\r"), Range(" ", " "))
PERL: Final = {"d": _DIGITS, "s": _SPACE, "w": _WORD}
POSIX: Final = {
    "alnum": (*_DIGITS, _UPPER, _LOWER),
    "alpha": (_UPPER, _LOWER),
    "ascii": (Range("\0", "\x7f"),),
    "blank": (Range("\t", "\t"), Range(" ", " ")),
    "cntrl": (Range("\0", "\x1f"), Range("\x7f", "\x7f")),
    "digit": _DIGITS,
    "graph": (Range("!", "~"),),
    "lower": (_LOWER,),
    "print": (Range(" ", "~"),),
    "punct": (Range("!", "/"), Range(":", "@"), Range("[", "`"), Range("{", "~")),
    "space": (Range("\t", "\r"), Range(" ", " ")),
    "upper": (_UPPER,),
    "word": _WORD,
    "xdigit": (*_DIGITS, Range("A", "F"), Range("a", "f")),
}
CATEGORIES: Final = {
    major + minor
    for major, minors in {
        "C": "cfso",
        "L": "ultmo",
        "M": "nce",
        "N": "dlo",
        "P": "cdseifo",
        "S": "mcko",
        "Z": "slp",
    }.items()
    for minor in ("", *minors)
}

_CODE: Final = re.compile(
    r"x(?P<two>[0-9A-Fa-f]{2})|x\{(?P<many>[0-9A-Fa-f]+)\}|(?P<octal>0[0-7]{0,2}|[1-7][0-7]{1,2})"
)
_UNICODE: Final = re.compile(r"(?P<sign>[pP])(?:(?P<one>[A-Z])|\{(?P<not>\^?)(?P<name>\w+)\})")
_POSIX: Final = re.compile(r"\[:(?P<not>\^?)(?P<name>.*?):\]", re.DOTALL)


class RegexRefusedError(ValueError):
    """A pattern is none that RE2 reads; the message says why, in a few words."""


class ClassReader:
    """A pattern, how far it was read, and how a single character or a class of them is written."""

    __slots__ = ("at", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def done(self) -> bool:
        """Whether all was read."""
        return self.at >= len(self.text)

    @property
    def next(self) -> str:
        """The next sign, or nothing at the end."""
        return self.text[self.at : self.at + 1]

    def step(self) -> str:
        """Read one sign; an end is refused where one must follow."""
        if self.done:
            raise RegexRefusedError("it ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def take(self, sign: str) -> bool:
        """Read the sign if it is the next."""
        found = self.next == sign
        self.at += found
        return found

    def kind_of_character(self, folds: bool) -> Characters | None:
        r"""`\d`, `\S`, `\pL` and the like, behind their backslash; nothing where none stands."""
        parts = PERL.get(self.next.lower())
        if parts is not None:
            return group(parts, self.step().isupper(), folds)
        found = _UNICODE.match(self.text, self.at)
        if found is None:
            return None
        name = found["one"] or found["name"]
        if name not in CATEGORIES:
            raise RegexRefusedError(f"{name} is no general category of Unicode")
        self.at = found.end()
        negated = (found["sign"] == "P") != bool(found["not"])
        return Characters((Category(name, folds),), negated)

    def escaped_character(self) -> str:
        """The one character that stands behind a backslash, by its code or its sign."""
        found = _CODE.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
            return self._character_of(found)
        sign = self.step()
        if sign in ESCAPED:
            return ESCAPED[sign]
        if sign.isascii() and not sign.isalnum():
            return sign
        raise RegexRefusedError(f"\\{sign} is no escape of RE2")

    def _character_of(self, code: re.Match[str]) -> str:
        number = int(code["octal"], 8) if code["octal"] else int(code["two"] or code["many"], 16)
        if number > 0x10FFFF:
            raise RegexRefusedError(f"\\{code[0]} is past the last character of Unicode")
        return chr(number)

    def bracketed(self, folds: bool) -> Characters:
        """A class, behind its opening bracket, up to the closing one."""
        negated = self.take("^")
        parts: list[Range | Category | Characters] = []
        while not (parts and self.take("]")):
            parts.append(self._member(folds))
        return Characters(tuple(parts), negated)

    def _member(self, folds: bool) -> Range | Characters:
        named = _POSIX.match(self.text, self.at)
        if named is not None:
            self.at = named.end()
            if named["name"] not in POSIX:
                raise RegexRefusedError(f"{named[0]} is no class of RE2")
            return group(POSIX[named["name"]], bool(named["not"]), folds)
        if self.next == "\\":
            self.step()
            of_kind = self.kind_of_character(folds)
            if of_kind is not None:
                return of_kind
            self.at -= 1
        return self._range(folds)

    def _range(self, folds: bool) -> Range:
        first = last = self._class_character()
        is_range = self.next == "-" and self.text[self.at + 1 : self.at + 2] not in ("", "]")
        if is_range:
            self.step()
            last = self._class_character()
        if last < first:
            raise RegexRefusedError(f"the range {first}-{last} runs backwards")
        return Range(first, last, folds)

    def _class_character(self) -> str:
        sign = self.step()
        return self.escaped_character() if sign == "\\" else sign


def group(parts: tuple[Range, ...], negated: bool, folds: bool) -> Characters:
    """A named group of characters, folded before it is negated."""
    return Characters(tuple(Range(part.first, part.last, folds) for part in parts), negated)
