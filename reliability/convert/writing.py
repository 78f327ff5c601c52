"""Serialization of drafts as YAML text, with comments next to the values that they explain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reliability.render.yaml_text import yaml_text
from reliability.resource import Json


@dataclass(frozen=True, slots=True)
class Block:
    """A mapping to write as YAML; `comments` holds, by key, the comment next to the value.

    The comment of a value of several lines is written on its own line before the value.
    """

    body: Mapping[str, Json | Block | Sequence[Block]]
    comments: Mapping[str, str] = field(default_factory=dict)


def block_text(block: Block) -> str:
    """Return the block as a YAML document that ends with a newline."""
    return "\n".join([*_lines(block), ""])


def _lines(block: Block) -> Iterator[str]:
    for key, value in block.body.items():
        lines = _entry(key, value)
        comment = _one_line(block.comments.get(key, ""))
        if comment and len(lines) == 1:
            lines = [f"{lines[0]}  # {comment}"]
        elif comment:
            yield f"# {comment}"
        yield from lines


def _entry(key: str, value: Json | Block | Sequence[Block]) -> list[str]:
    if isinstance(value, Block):
        return [f"{_key(key)}:", *(_indented(line, "  ") for line in _lines(value))]
    if isinstance(value, Sequence):
        blocks = [item for item in value if isinstance(item, Block)]
        if blocks:
            return [f"{_key(key)}:", *(line for block in blocks for line in _item(block))]
    return yaml_text({key: value}).removesuffix("\n").split("\n")  # type: ignore[dict-item]


def _item(block: Block) -> Iterator[str]:
    lead = "  - "
    for line in _lines(block):
        yield lead + line if line else line
        lead = "    "


def _key(key: str) -> str:
    return yaml_text({key: True}).removesuffix(": true\n")


def _indented(line: str, by: str) -> str:
    return by + line if line else line


def _one_line(text: str) -> str:
    return " ".join(text.split())
