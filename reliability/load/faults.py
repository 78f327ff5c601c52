"""Faults of a YAML text, each with its offsets and message."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.events import MappingStartEvent, SequenceStartEvent

from reliability.load.core_schema import TAG, OlderReading, older_reading
from reliability.message import Message

TEXT: Final = Message("text")
A_NUMBER: Final = Message("a number")
UNREADABLE: Final = "document-unreadable"
DUPLICATE: Final = "document-key-duplicate"
YAML11: Final = "document-yaml11"
LONGEST: Final = 60
"""Limit of characters of a quoted text in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFault:
    """A fault between two offsets of the text; `context` is a related span with a message.

    `instead` is a replacement that all YAML readers interpret in the same way. `subject` identifies
    the fault in a document that cannot be parsed, where no key can be named.
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
    """Error: the file exceeds a limit, so that reading it stops at this fault."""

    def __init__(self, text_fault: TextFault) -> None:
        super().__init__(text_fault.message)
        self.text_fault = text_fault


def fault_at(
    event: Any, message: Message, advice: Message | None = None, *, subject: str = ""
) -> TextFault:
    """Return a fault at an event, which makes its document unreadable."""
    start, end = event.start_mark.index, event.end_mark.index
    end = max(end, start + 1)
    return TextFault(
        rule=UNREADABLE, start=start, end=end, message=message, help=advice, subject=subject
    )


def in_ticks(text: str) -> str:
    """Quote a text for a message: on one line, truncated to LONGEST characters."""
    short = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    printable = (
        character if character.isprintable() else repr(character)[1:-1] for character in short
    )
    return f"`{''.join(printable)}`"


def unknown_tag(event: Any) -> TextFault:
    """Return the fault of a tag that is not in the core schema of YAML 1.2."""
    tag = event.tag
    written = in_ticks("!!" + tag.removeprefix(TAG) if tag.startswith(TAG) else tag)
    message = Message("tag {tag} is not in the core schema of YAML", tag=written)
    return fault_at(event, message, Message("remove the tag"), subject=tag)


def unfit_tag(event: Any) -> TextFault:
    """Return the fault of a scalar that does not fit its tag."""
    message = Message(
        "{value} does not fit its tag !!{tag}",
        value=in_ticks(event.value),
        tag=event.tag.removeprefix(TAG),
    )
    return fault_at(event, message, subject=f"{event.tag} {event.value}")


def unknown_alias(event: Any, *, inside: bool) -> TextFault:
    """Return the fault of an alias without an anchor before it, or inside its anchor's value."""
    alias, anchor = in_ticks(f"*{event.anchor}"), in_ticks(f"&{event.anchor}")
    if inside:
        message = Message(
            "alias {alias} is inside of the value of {anchor}", alias=alias, anchor=anchor
        )
        return fault_at(event, message, subject=f"&{event.anchor}")

    message = Message("alias {alias} has no anchor {anchor} before it", alias=alias, anchor=anchor)
    return fault_at(event, message, subject=f"*{event.anchor}")


MERGES_NOTHING: Final = Message("`<<` is not a merge key in YAML 1.2")


def merge_key(event: Any) -> TextFault:
    """Return the fault of the key `<<`, a type of YAML 1.1 that is not in the core schema."""
    return fault_at(
        event,
        MERGES_NOTHING,
        Message("write out the keys that it merges"),
        subject="<<",
    )


def complex_key(event: Any) -> TextFault:
    """Return the fault of a key that is not a scalar."""
    match event:
        case MappingStartEvent():
            message, subject = Message("a key is a mapping; keys must be text"), "{}"
        case SequenceStartEvent():
            message, subject = Message("a key is a list; keys must be text"), "[]"
        case _:
            message, subject = Message("a key is an alias; keys must be text"), "*"
    return fault_at(event, message, Message("write the key as text"), subject=subject)


def older_scalar(event: Any, value: str | int | float) -> TextFault:
    """Return the fault of a plain scalar to which YAML 1.1 readers give another value."""
    older = older_reading(event.value)
    assert older is not None  # noqa: S101

    if isinstance(value, str):
        return older_fault(event, TEXT, older, same=older.instead)
    if len(event.value) > LONGEST:
        return older_fault(event, A_NUMBER, older, same=None)
    return older_fault(event, Message("the number {number}", number=value), older, same=str(value))


def older_key(event: Any) -> TextFault:
    """Return the fault of a plain key that is not text for YAML 1.1 readers."""
    older = older_reading(event.value)
    assert older is not None  # noqa: S101
    text_fault = older_fault(event, TEXT, older, same=None)
    return dataclasses.replace(text_fault, subject=f"key {event.value}")


def older_fault(event: Any, now: Message, older: OlderReading, same: str | None) -> TextFault:
    """Return the fault of a scalar with its meanings in YAML 1.2 and 1.1.

    `same` is a spelling that means the same in both.
    """
    message = Message(
        "{text} is {now} in YAML 1.2 and {older} in YAML 1.1",
        text=in_ticks(event.value),
        now=now,
        older=older.words,
    )

    start, end = event.start_mark.index, event.end_mark.index
    has_anchor = end - start != len(event.value)
    replacement = f'"{event.value}"' if now == TEXT else same
    instead = None if has_anchor or now == A_NUMBER else replacement

    return TextFault(
        rule=YAML11,
        start=start,
        end=end,
        message=message,
        help=_quoting(event.value, same),
        instead=instead,
        subject=event.value,
    )


def _quoting(text: str, same: str | None) -> Message:
    """Return help text that suggests quotes; `same` is an alternative without them."""
    if len(text) > LONGEST:
        return Message("quote it")
    quoted = f'"{text}"'
    if same is None:
        return Message("quote it: {quoted}", quoted=quoted)
    return Message("quote it: {quoted}, or write {same}", quoted=quoted, same=same)


SYNTAX_ADVICE: Final = {
    "mapping values are not allowed in this context": Message(
        "quote the text if it contains a colon and a space, or correct the indentation"
    ),
    "could not find expected ':'": Message("write `key: value`, or quote the text"),
    "did not find expected key": Message("correct the indentation, or quote the whole text"),
    "did not find expected '-' indicator": Message("correct the indentation"),
    "found unexpected end of stream": Message("close the quotes"),
    "found invalid Unicode character escape code": Message("write the character itself"),
}
"""Usual remedy for each message of libyaml."""


def syntax_fault(text: str, error: yaml.YAMLError) -> TextFault:
    """Return the fault of a syntax error, with its position and the start of the part it is in."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return TextFault(rule=UNREADABLE, start=0, end=0, message=" ".join(str(error).split()))

    at = error.problem_mark.index
    message = error.problem or Message("not valid YAML")
    advice = SYNTAX_ADVICE.get(message)

    # libyaml has this message both for a tab and for a reserved character such as @.
    if "cannot start any token" in message and at < len(text):
        if text[at] == "\t":
            message = Message("a tab cannot be used for indentation")
            advice = Message("indent with spaces")
        else:
            message = Message("{character} cannot start plain text", character=f"`{text[at]}`")
            advice = Message("quote the text")

    context = None
    if error.context and error.context_mark:
        begin = error.context_mark.index
        context = (begin, min(begin + 1, len(text)), error.context)

    return TextFault(
        rule=UNREADABLE,
        start=at,
        end=min(at + 1, len(text)),
        message=message,
        help=advice,
        context=context,
    )
