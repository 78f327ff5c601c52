"""ruamel.yaml as it is used here: no value is interpreted, and nested sequences are compact."""

from __future__ import annotations

import sys
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.emitter import Emitter, Indents
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver


class TextResolver(VersionedResolver):
    """Resolves every scalar to a string, so that `1.50`, `~` and `yes` are written as they were."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """Return the default tag of the kind of node."""
        if kind is ScalarNode:
            return self.DEFAULT_SCALAR_TAG
        return super().resolve(kind, value, implicit)


class FlowIndents(Indents):
    """Aligns no flow collection: ruamel.yaml would write `[ [ a ] ]` for a nested one."""

    def seq_flow_align(
        self,
        seq_indent: int,  # noqa: ARG002  # that of sequences whose dashes have an offset
        column: int,
        pre_comment: bool | None = False,
    ) -> int:
        """Return the blanks before a flow sequence; a comment above it needs its indentation."""
        return super().seq_flow_align(2, column, pre_comment) if pre_comment else 0


class CompactEmitter(Emitter):
    """Writes `- - a` for a sequence in a sequence, and no indentation at the root.

    ruamel.yaml has one offset of dashes for all sequences, which gives `-   - a`.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.indents = FlowIndents()

    def increase_indent(
        self, flow: bool = False, sequence: bool | None = None, indentless: bool = False
    ) -> None:
        """Indent the content of a compact sequence by two columns."""
        super().increase_indent(flow, sequence, indentless)
        if not indentless and self._is_compact(len(self.indents.values) - 2):
            self.indent = (self.indent or 0) - self.best_sequence_indent + self.best_map_indent

    def expect_block_sequence_item(self, first: bool = False) -> None:
        """Write a dash, in a compact sequence without an offset."""
        offset = self.sequence_dash_offset
        if self._is_compact(len(self.indents.values) - 1):
            self.sequence_dash_offset = 0
        super().expect_block_sequence_item(first)
        self.sequence_dash_offset = offset

    def _is_compact(self, depth: int) -> bool:
        """Return whether the collection at a depth is a sequence at the root or in a sequence."""
        values = self.indents.values
        if depth < 0 or not values[depth][1]:
            return False
        return depth == 0 or bool(values[depth - 1][1])


def round_trip_yaml() -> YAML:
    """Return a reader and writer that keeps comments, quotes and the text of each value."""
    yaml = YAML(typ="rt")
    yaml.Resolver = TextResolver
    yaml.Emitter = CompactEmitter
    yaml.preserve_quotes = True
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.allow_duplicate_keys = True
    yaml.width = sys.maxsize  # lines are neither broken nor joined
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
