"""What can be wrong with a YAML text, between two offsets of it, and how each is said."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.events import MappingStartEvent, SequenceStartEvent

from reliability.load.core_schema import TAG, older_reading

UNREADABLE: Final = "document-unreadable"
DUPLICATE: Final = "document-key-duplicate"
YAML11: Final = "document-yaml11"
LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong between two offsets of the text; `context` is a second place with words.

    `instead` is what means the same to every reader. `subject` tells it apart from others of a
    document of which no place can be named.
    """

    rule: str
    start: int
    end: int
    message: str
    help: str | None = None
    context: tuple[int, int, str] | None = None
    instead: str | None = None
    subject: str = ""


class LimitPassedError(Exception):
    """A limit is passed, so that reading the file stops at this trouble."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def trouble_at(
    event: Any, message: str, advice: str | None = None, *, subject: str = ""
) -> Trouble:
    """Make a trouble of an event: this document cannot be read."""
    start, end = event.start_mark.index, event.end_mark.index
    end = max(end, start + 1)
    return Trouble(UNREADABLE, start, end, message, advice, subject=subject)


def in_ticks(text: str) -> str:
    """Quote a text in a message: on one line, and not more than 60 characters of it."""
    short = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    printable = (
        character if character.isprintable() else repr(character)[1:-1] for character in short
    )
    return f"`{''.join(printable)}`"


def unknown_tag(event: Any) -> Trouble:
    """Say that a tag is none of the core schema."""
    tag = event.tag
    written = in_ticks("!!" + tag.removeprefix(TAG) if tag.startswith(TAG) else tag)
    message = f"tag {written} is not one of the core schema"
    return trouble_at(event, message, "leave out the tag", subject=tag)


def unfit_tag(event: Any) -> Trouble:
    """Say that a scalar is not what its tag says."""
    message = f"{in_ticks(event.value)} is tagged !!{event.tag.removeprefix(TAG)}"
    return trouble_at(event, message, subject=f"{event.tag} {event.value}")


def unknown_alias(event: Any, *, inside: bool) -> Trouble:
    """Say that an alias has no anchor before it, or stands inside of what it stands for."""
    alias, anchor = in_ticks(f"*{event.anchor}"), in_ticks(f"&{event.anchor}")
    if inside:
        message = f"{alias} stands inside of {anchor} itself"
        return trouble_at(event, message, subject=f"&{event.anchor}")
    return trouble_at(event, f"{alias} has no {anchor} before it", subject=f"*{event.anchor}")


MERGES_NOTHING: Final = "`<<` merges nothing in YAML 1.2"


def merge_key(event: Any) -> Trouble:
    """Say that `<<` has no meaning."""
    return trouble_at(
        event,
        MERGES_NOTHING,
        "write out the keys that it stands for",
        subject="<<",
    )


def complex_key(event: Any) -> Trouble:
    """Say that a key is no scalar."""
    kinds = {MappingStartEvent: ("a mapping", "{}"), SequenceStartEvent: ("a list", "[]")}
    what, subject = kinds.get(type(event), ("an alias", "*"))
    message = f"a key is {what}, and keys are text"
    return trouble_at(event, message, "write the key as text", subject=subject)


def older_scalar(event: Any, value: str | int | float) -> Trouble:
    """Say that readers of YAML 1.1 take a plain scalar for something else than its value here."""
    older = older_reading(event.value)
    assert older is not None  # noqa: S101
    if isinstance(value, str):
        return older_trouble(event, "text", older.words, older.instead)
    if len(event.value) > LONGEST:
        return older_trouble(event, "a number", older.words, None)
    return older_trouble(event, f"the number {value}", older.words, str(value))


def older_key(event: Any) -> Trouble:
    """Say that readers of YAML 1.1 take a plain key for something else than text."""
    older = older_reading(event.value)
    assert older is not None  # noqa: S101
    trouble = older_trouble(event, "text", older.words, None)
    return dataclasses.replace(trouble, subject=f"key {event.value}")


def older_trouble(event: Any, ours: str, theirs: str, instead: str | None) -> Trouble:
    """Say what a plain scalar is here and there, and what is the same for both."""
    text = in_ticks(event.value)
    message = f"{text} is {ours} here and {theirs} to readers of YAML 1.1"
    advice = f'quote it: "{event.value}"' if len(event.value) <= LONGEST else "quote it"
    if instead is not None:
        advice += f", or write {instead}"

    start, end = event.start_mark.index, event.end_mark.index
    same = instead if ours != "text" else f'"{event.value}"'
    is_bare = end - start == len(event.value) and ours != "a number"  # no anchor is before it
    instead = same if is_bare else None

    return Trouble(YAML11, start, end, message, advice, instead=instead, subject=event.value)


SYNTAX_ADVICE: Final = {
    "mapping values are not allowed in this context": (
        "quote the text if it holds a colon and a space, or correct the indentation"
    ),
    "could not find expected ':'": "write `key: value`, or quote the text",
    "did not find expected key": "correct the indentation, or quote the whole text",
    "did not find expected '-' indicator": "correct the indentation",
    "found unexpected end of stream": "close the quotes",
    "found invalid Unicode character escape code": "write the character itself",
}
"""What usually helps, by what libyaml says."""


def syntax_trouble(text: str, error: yaml.YAMLError) -> Trouble:
    """Say what the parser says, where it stopped and where that construct began."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Trouble(UNREADABLE, 0, 0, " ".join(str(error).split()))
    at = error.problem_mark.index
    message = error.problem or error.context or "this is no YAML"
    advice = SYNTAX_ADVICE.get(message)

    if "cannot start any token" in message and at < len(text):
        is_tab = text[at] == "\t"
        message = "a tab cannot indent" if is_tab else f"`{text[at]}` cannot begin plain text"
        advice = "indent with spaces" if is_tab else "quote the text"

    context = None
    if error.context and error.context_mark:
        begin = error.context_mark.index
        context = (begin, min(begin + 1, len(text)), error.context)

    return Trouble(UNREADABLE, at, min(at + 1, len(text)), message, advice, context)
