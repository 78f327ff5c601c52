"""Groups of a ruler by namespace, parsed only for the namespaces that are looked at.

A listing of 100,000 rules is 30 MB of YAML. Parsed values take ten times the memory of their text,
so a namespace keeps its text, and is parsed again when it is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reliability.providers.rulers.block_yaml import ODD, OtherFormError, read_block
from reliability.providers.rulers.groups import Group
from reliability.providers.yaml_body import LIMITS, BodyError, parse_body

HEAD: Final = re.compile(r"^(?:[A-Za-z0-9_./][^:#\n]*[^:#\s]|[A-Za-z0-9_./]):$", re.MULTILINE)
"""Line of a namespace whose groups follow; all other lines are indented or list items."""
NOT_INDENTED: Final = re.compile(r"^(?!- )\S", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class NamespaceText:
    """The text of one namespace in a listing: `name:` and its groups."""

    text: str

    def groups(self) -> Sequence[Group]:
        """Parse the groups.

        Raises:
            BodyError: they cannot be read, or are not a list of groups.
        """
        return groups_in(_parsed(self.text))


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
    if len(content) > LIMITS.bytes:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    heads = [match.span() for match in HEAD.finditer(text)]
    # A line that is neither indented nor a list item is the head of a namespace: without literal
    # blocks at the top, nothing else can begin there.
    is_plain = len(heads) == sum(1 for _ in NOT_INDENTED.finditer(text))
    if not heads or heads[0][0] != 0 or not is_plain or ODD.search(text):
        return None
    found = dict(_sections(text, heads))
    return found if len(found) == len(heads) else None


def _sections(text: str, heads: list[tuple[int, int]]) -> Iterator[tuple[str, NamespaceText]]:
    ends = [*(start for start, _ in heads[1:]), len(text)]
    for (start, colon), end in zip(heads, ends, strict=True):
        yield text[start : colon - 1], NamespaceText(text[start:end])


def _parsed(text: str) -> Mapping[str, Any]:
    _, _, rest = text.partition("\n")
    try:
        return read_block(f"namespace:\n{rest}")
    except OtherFormError:
        return parse_body(text.encode())


def _is_group(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("name"), str)
        and isinstance(value.get("rules", []), list | None)
    )
