"""Groups of a ruler by namespace, parsed only for the namespaces that are looked at.

A listing of 100,000 rules is 100 MB of YAML. Parsed values take several times the memory of their
text, so a namespace keeps its part of the text, and is parsed again when it is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reliability.providers.rulers.groups import Group
from reliability.providers.yaml_body import BodyError, parse_body

HEAD: Final = re.compile(rb"^(?:[A-Za-z0-9_./][^:#\n]*[^:#\s]|[A-Za-z0-9_./]):$", re.MULTILINE)
"""Line of a namespace whose groups follow; all other lines are indented or list items."""
NOT_INDENTED: Final = re.compile(rb"^(?!- )\S", re.MULTILINE)
ODD: Final = re.compile(
    rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef\xbb\xbf"
)
"""Line breaks other than LF, and control characters, in UTF-8."""


@dataclass(frozen=True, slots=True)
class NamespaceText:
    """The part of a listing from the line after `name:` to the next namespace."""

    listing: bytes
    start: int
    end: int

    def groups(self) -> Sequence[Group]:
        """Parse the groups.

        Raises:
            BodyError: they cannot be read, or are not a list of groups.
        """
        return groups_in(parse_body(b"namespace:" + self.listing[self.start : self.end]))


@dataclass(frozen=True, slots=True)
class ParsedNamespace:
    """A namespace in a listing of another form, which was parsed as a whole."""

    value: Any

    def groups(self) -> Sequence[Group]:
        """See `NamespaceText`."""
        return groups_in({"namespace": self.value})


Namespace = NamespaceText | ParsedNamespace


def namespaces_of(content: bytes) -> Mapping[str, Namespace]:
    """Split a listing by its namespaces.

    Raises:
        BodyError: it is not YAML, or not a mapping.
    """
    split = _split(content)
    if split is None:
        return {name: ParsedNamespace(value) for name, value in parse_body(content).items()}
    return split


def groups_in(namespaces: Mapping[str, Any]) -> Sequence[Group]:
    """Return the groups of a mapping with one namespace.

    Raises:
        BodyError: they are not a list of groups.
    """
    [groups] = namespaces.values()
    if not isinstance(groups, list) or not all(map(_is_group, groups)):
        raise BodyError("it is not a list of groups")
    return groups


def _split(content: bytes) -> Mapping[str, NamespaceText] | None:
    """Return the texts of namespaces, or None if the listing has another form."""
    heads = [match.span() for match in HEAD.finditer(content)]
    # A line that is neither indented nor a list item is the head of a namespace: without literal
    # blocks at the top, nothing else can begin there.
    is_plain = len(heads) == sum(1 for _ in NOT_INDENTED.finditer(content))
    if not heads or heads[0][0] != 0 or not is_plain or ODD.search(content):
        return None
    try:
        sections = dict(_sections(content, heads))
    except UnicodeDecodeError:
        return None
    return sections if len(sections) == len(heads) else None


def _sections(content: bytes, heads: list[tuple[int, int]]) -> Iterator[tuple[str, NamespaceText]]:
    ends = [*(start for start, _ in heads[1:]), len(content)]
    for (start, after), end in zip(heads, ends, strict=True):
        yield content[start : after - 1].decode(), NamespaceText(content, after, end)


def _is_group(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("name"), str)
        and isinstance(value.get("rules", []), list | None)
    )
