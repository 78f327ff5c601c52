"""An answer that was read whole: what it says in words, and what it holds by a schema."""

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
"""Characters of a server's own words that a message repeats."""

SPACES: Final = re.compile(r"\s+")


class UnexpectedReplyError(ProviderError):
    """A server answers, and not as its API describes."""


class TooLargeError(ProviderError):
    """An answer is larger than was let pass; others may be smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """An answer, whatever its status; `headers` have names in lower case.

    `server` and `request` are what messages begin with.
    """

    server: str
    request: str
    status_code: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    values: int = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 200 to 299."""
        return 200 <= self.status_code < 300

    @property
    def is_redirect(self) -> bool:
        """Whether the answer leads to another address."""
        return 300 <= self.status_code < 400 and "location" in self.headers

    @property
    def text(self) -> str:
        """The content as UTF-8, whatever the server says of its encoding."""
        return self.content.decode("utf-8", "replace")

    @property
    def words(self) -> str:
        """The content as a message may repeat it."""
        return one_line(self.content[: 20 * LONGEST_WORDS].decode("utf-8", "replace"))

    def read(self, form: TypeAdapter[T], kind: str) -> T:
        """The content, which is JSON of a form; `kind` of server is what the error names.

        Raises:
            TooLargeError: it holds too many values.
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
        """The error that says how this answer differs from those of a kind of server."""
        return UnexpectedReplyError(
            f"{self.server}: {self.request} is not answered as {kind} does: {reason}"
        )


def one_line(text: str) -> str:
    """What a server says, as a message may repeat it: one line, printable, not too long.

    A line break could begin a line with `::`, which a job's log takes for a command.
    """
    plain = SPACES.sub(" ", text[: 20 * LONGEST_WORDS]).strip()
    shown = "".join(
        "�" if unicodedata.category(character)[0] == "C" else character for character in plain
    )
    return shown if len(shown) <= LONGEST_WORDS else f"{shown[: LONGEST_WORDS - 1]}…"


def _first(error: ValidationError) -> str:
    """The first thing that is not as expected, and its place in the answer."""
    detail = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in detail["loc"])
    return one_line(f"{place}: {detail['msg']}" if place else detail["msg"])
