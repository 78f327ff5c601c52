"""Label matchers of an Alertmanager configuration.

Alertmanager parses each matcher with its classic and its UTF-8 parser, and uses the classic result
if there is one (matcher/compat/parse.go, "fallback" mode, its default).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from reliability.message import Message
from reliability.regex import RegexRefusedError, compiled, matches_whole

Operator = Literal["=", "!=", "=~", "!~"]

_SPACE: Final = r"[\t\n\f\r ]*"
_CLASSIC: Final = re.compile(
    rf"{_SPACE}([a-zA-Z_:][a-zA-Z0-9_:]*){_SPACE}(=~|=|!=|!~){_SPACE}(.*?){_SPACE}", re.DOTALL
)
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<operator>=~|!~|!=|=)|(?P<mark>[{},])|"(?P<quoted>(?:[^"\\\n]|\\.)*)"
        |(?P<plain>[^\s{}!=~,\\"'`]+))""",
    re.VERBOSE,
)
_GO_ESCAPE: Final = re.compile(
    r"""\\(?:(?P<sign>[abfnrtv\\"])|(?P<octal>[0-7]{3})|x(?P<two>[0-9A-Fa-f]{2})
        |u(?P<four>[0-9A-Fa-f]{4})|U(?P<eight>[0-9A-Fa-f]{8})|(?P<other>.?))""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class MatcherRefusedError(ValueError):
    """A text is not a valid matcher."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class RouteMatcher:
    """A condition on one label; a missing label has the empty value.

    Raises:
        MatcherRefusedError: the value is a pattern and cannot be parsed.
    """

    name: str
    operator: Operator
    value: str

    def __post_init__(self) -> None:
        if self.operator in ("=~", "!~"):
            try:
                compiled(self.value)
            except RegexRefusedError as refusal:
                message = Message(
                    "not a valid regular expression: {pattern}: {reason}",
                    pattern=repr(self.value),
                    reason=str(refusal),
                )
                raise MatcherRefusedError(message) from refusal

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Return whether an alert with these labels matches."""
        # `Matchers.Matches` reads a missing label as empty: `team!="a"` and `team=~".*"` match an
        # alert without `team`, and `team=~".+"` does not.
        value = labels.get(self.name, "")
        match self.operator:
            case "=":
                return value == self.value
            case "!=":
                return value != self.value
            case "=~":
                # Alertmanager compiles `^(?:...)$`, so an expression has to match the whole value.
                return matches_whole(self.value, value)
            case "!~":
                return not matches_whole(self.value, value)

    def __str__(self) -> str:
        """Format the matcher for a configuration, so that both parsers read the same."""
        value = self.value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
        return f'{self.name}{self.operator}"{value}"'


def parse_matchers(text: str) -> tuple[RouteMatcher, ...]:
    """Parse one entry of `matchers:`, which has one matcher, or several separated by commas.

    Raises:
        MatcherRefusedError: neither parser of Alertmanager accepts it.
    """
    try:
        return tuple(_classic(text))
    except MatcherRefusedError as refusal:
        try:
            return tuple(_utf8(text))
        except MatcherRefusedError:
            # The error of the classic parser is the one that Alertmanager returns if both fail, and
            # it is about the syntax that people write.
            raise refusal from None


def not_a_matcher(text: str) -> Message:
    """Describe that a text is not a matcher for either parser."""
    return Message(
        "not a valid matcher: {text}; expected a form such as name=value", text=repr(text)
    )


def _classic(text: str) -> Iterator[RouteMatcher]:
    for part in _split(text.removeprefix("{").removesuffix("}")):
        match = _CLASSIC.fullmatch(part)
        if match is None:
            raise MatcherRefusedError(not_a_matcher(part))
        yield RouteMatcher(match[1], cast("Operator", match[2]), _classic_value(match[3]))


def _split(text: str) -> Iterator[str]:
    """Yield the parts between commas outside of quotes, without an empty last part."""
    quoted = escaped = False
    start = 0
    for at, sign in enumerate(text):
        if sign == "," and not quoted:
            yield text[start:at]
            start = at + 1
        if sign == '"' and not escaped:
            quoted = not quoted
        # As in `ParseMatchers` of pkg/labels/parse.go, a comma leaves the escape flag alone.
        if sign != ",":
            escaped = sign == "\\" and not escaped

    if text[start:].strip():
        yield text[start:].strip()


def _classic_value(text: str) -> str:
    """Unescape a value as in OpenMetrics; a backslash before any other character is kept."""
    inner = text
    if text.startswith('"'):
        inner = text[1:-1]
        if len(text) < 2 or not _is_closed(text):
            raise MatcherRefusedError(Message("missing closing quote: {text}", text=text))

    if re.search(r'(?<!\\)(?:\\\\)*"', inner):
        raise MatcherRefusedError(Message("unescaped quote in {text}", text=text))
    # Other escapes stay as they are: in `\d+` the backslash belongs to the regular expression.
    escapes = {"n": "\n", '"': '"', "\\": "\\"}
    return re.sub(
        r"\\(.)", lambda escape: escapes.get(escape[1], escape[0]), inner, flags=re.DOTALL
    )


def _is_closed(text: str) -> bool:
    return re.fullmatch(r'"(?:[^\\]|\\.)*"', text, re.DOTALL) is not None


def _utf8(text: str) -> Iterator[RouteMatcher]:
    tokens = list(_tokens(text))
    if tokens[:1] == ["{"] and tokens[-1:] == ["}"]:
        tokens = tokens[1:-1]

    while tokens:
        if len(tokens) < 3 or tokens[1] not in ("=", "!=", "=~", "!~"):
            raise MatcherRefusedError(not_a_matcher(text))
        name, operator, value = tokens[:3]
        yield RouteMatcher(_word(name), cast("Operator", operator), _word(value))
        if len(tokens) > 3 and tokens[3] != ",":
            message = Message(
                "expected a comma after {value} in {text}", value=value, text=repr(text)
            )
            raise MatcherRefusedError(message)
        tokens = tokens[4:]


def _tokens(text: str) -> Iterator[str]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at, end)
        if match is None:
            message = Message("unexpected text in a matcher: {text}", text=repr(text[at:]))
            raise MatcherRefusedError(message)
        at = match.end()
        yield match[0].lstrip()


def _word(token: str) -> str:
    """Return the text of a name or a value, which may be in quotes with Go's escapes."""
    if token[0] in "{},=!":
        raise MatcherRefusedError(Message("expected a name or a value, not {token}", token=token))
    return _GO_ESCAPE.sub(_unescaped, token[1:-1]) if token[0] == '"' else token


def _unescaped(escape: re.Match[str]) -> str:
    if escape["sign"]:
        return _SIGNS.get(escape["sign"], escape["sign"])
    if escape["octal"]:
        return chr(int(escape["octal"], 8))
    code = escape["two"] or escape["four"] or escape["eight"]
    if code is None:
        message = Message("not a valid escape sequence: {escape}", escape=escape[0])
        raise MatcherRefusedError(message)
    return chr(int(code, 16))
