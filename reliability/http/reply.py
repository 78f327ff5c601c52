"""A complete response: its content as text, as a message, or validated by a schema."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from reliability.errors import ProviderError
from reliability.http.bounds import OutOfBoundsError, ensure_few_values

T = TypeVar("T")
LONGEST_WORDS: Final = 300
"""Characters of a server's text in a message."""

SPACES: Final = re.compile(r"\s+")


class UnexpectedReplyError(ProviderError):
    """A response does not have the form that the API documents."""


class TooLargeError(ProviderError):
    """A response exceeds the size limit; others may be smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """A response with any status; the names of `headers` are in lower case.

    `server` and `request` are the prefix of messages.
    """

    server: str
    request: str
    status_code: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    values: int

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
        return one_line(self.content[: 20 * LONGEST_WORDS].decode("utf-8", "replace"))

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
            f"{self.server}: {self.request} is not answered as {kind} does: {reason}"
        )


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
