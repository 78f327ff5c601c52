"""A complete response: its content as text, as a message, or validated by a schema."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from reliability.errors import ProviderError
from reliability.http.bounds import OutOfBoundsError, ensure_few_values

T = TypeVar("T")
LONGEST_WORDS: Final = 300
"""Characters of a server's text in a message."""

SPACES: Final = re.compile(r"\s+")
CREDENTIALS: Final = re.compile("authorization|cookie|key|password|secret|token")
"""Part of the names of headers, in lower case, whose values are credentials."""

PARTS: Final = re.compile(r"[\s,;:=\"]+")
SHORTEST_SECRET: Final = 4
"""Characters; shorter parts, such as `id`, would be masked in the middle of words."""

MASK: Final = "***"


class UnexpectedReplyError(ProviderError):
    """A response does not have the form that the API documents."""


class TooLargeError(ProviderError):
    """A response exceeds the size limit; others may be smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """A response with any status; the names of `headers` are in lower case.

    `server` and `request` are the prefix of messages, and `secrets` are masked in them.
    """

    server: str
    request: str
    status_code: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    values: int
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is 200 to 299."""
        return 200 <= self.status_code < 300

    @property
    def is_redirect(self) -> bool:
        """Whether the response is a redirect."""
        return 300 <= self.status_code < 400 and "location" in self.headers

    @property
    def text(self) -> str:
        """The content as UTF-8; JSON must be UTF-8 (RFC 8259), whatever `Content-Type` says."""
        return self.content.decode("utf-8", "replace")

    @property
    def words(self) -> str:
        """The content for a message: one line, shortened."""
        return self.one_line(self.content[: 20 * LONGEST_WORDS].decode("utf-8", "replace"))

    def one_line(self, text: str) -> str:
        """Return a text of this response for a message: without secrets, one line, shortened."""
        return one_line(masked(text, self.secrets))

    def read(self, form: TypeAdapter[T], kind: str) -> T:
        """Validate the content, which is JSON, by a schema; an error names the `kind` of server.

        Raises:
            TooLargeError: it has too many values.
            UnexpectedReplyError: it is not JSON, or has another form.
        """
        try:
            ensure_few_values(self.content, self.values)
            return form.validate_json(self.content)
        except OutOfBoundsError as error:
            raise TooLargeError(f"{self.server}: {self.request}: the answer {error}") from error
        except ValidationError as error:
            raise self.unexpected(kind, _first(error)) from error

    def unexpected(self, kind: str, reason: str) -> UnexpectedReplyError:
        """Return the error for a response that a kind of server would not send."""
        return UnexpectedReplyError(
            f"{self.server}: {self.request} is not answered as {kind} does: "
            f"{masked(reason, self.secrets)}"
        )


def credentials_of(headers: Mapping[str, str]) -> frozenset[str]:
    """Return the credentials in the headers of a request, and their parts.

    A server may show all that it got, as debug pages of proxies do.
    """
    values = [value for name, value in headers.items() if CREDENTIALS.search(name.lower())]
    return frozenset(text for value in values for text in _with_parts(value))


def _with_parts(value: str) -> Iterator[str]:
    yield value
    # The first of several words is the scheme, such as `Bearer`.
    first, *others = PARTS.split(value)
    for part in others:
        if len(part) >= SHORTEST_SECRET:
            yield part
        if first.lower() == "basic":
            yield from _with_password(part)


def _with_password(encoded: str) -> Iterator[str]:
    """Yield the user and password of basic authentication, and the password."""
    try:
        pair = base64.b64decode(encoded).decode()
    except (binascii.Error, UnicodeDecodeError):
        return
    yield pair
    password = pair.partition(":")[2]
    if len(password) >= SHORTEST_SECRET:
        yield password


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return a text without secrets."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def one_line(text: str) -> str:
    """Return a server's text for a message: one line, printable, shortened.

    A line that begins with `::` would be a workflow command in the log of GitHub Actions.
    """
    plain = SPACES.sub(" ", text[: 20 * LONGEST_WORDS]).strip()
    shown = "".join(
        "�" if unicodedata.category(character)[0] == "C" else character for character in plain
    )
    return shown if len(shown) <= LONGEST_WORDS else f"{shown[: LONGEST_WORDS - 1]}…"


def _first(error: ValidationError) -> str:
    """Return the first validation error, with its path in the response."""
    detail = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in detail["loc"])
    return one_line(f"{place}: {detail['msg']}" if place else detail["msg"])
