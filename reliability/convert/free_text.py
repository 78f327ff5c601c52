"""Secrets in texts that an import copies: URLs that contain one, and values of secret keys.

Annotations, labels, comments and queries are copied unchanged, so a secret in them would be
committed. `check.masking.secrets` decides what a secret is, as it does for the rule
`secret-plain` and for every report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from reliability.check.masking.secrets import SECRET_KEYS, is_reference, redacted_addresses
from reliability.convert.converter import Diagnostic, DiagnosticKind
from reliability.finding import Edit, Problem
from reliability.load.document import Document
from reliability.load.edit import apply_edits
from reliability.location import Location, Pointer, SourceSpan

REMOVED: Final = "removed-by-import"
"""Replaces a secret; `check` accepts it as a reference."""

RANDOM: Final = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z]).{10,}", re.DOTALL)
"""Text that looks random. A password that is a plain word also occurs in names and paths."""

ADDRESSED: Final = "a URL contains a secret that is not copied: {address}"
KEYED: Final = "{key} is a secret and is not copied"
HELP: Final = f"replace {REMOVED} with a reference to where the secret is kept, outside Git"


@dataclass(frozen=True, slots=True)
class MaskedText:
    """A text without secrets and with the same lines, and a diagnostic for each changed line."""

    text: str
    diagnostics: tuple[Diagnostic, ...]


def masked_addresses(path: PurePosixPath, text: str) -> MaskedText:
    """Mask the user, password, secret parameters and secret path of each URL in a text."""
    lines = text.splitlines(keepends=True)
    diagnostics: list[Diagnostic] = []
    for index, line in enumerate(lines):
        masked = without_secrets(line)
        if masked == line:
            continue
        lines[index] = masked
        pairs = enumerate(zip(line, masked, strict=False))
        start = next((n for n, (a, b) in pairs if a != b), len(line) - 1)
        span = SourceSpan(index + 1, start + 1, index + 1, end_column=len(line.rstrip("\r\n")) + 1)
        shown = next(word for word in masked.split() if REMOVED in word)
        message = ADDRESSED.format(address=shown.strip("\"'()<>,[]{}"))
        diagnostics.append(
            Diagnostic(DiagnosticKind.DECIDE, Problem(Location(path, span, ()), message, HELP))
        )

    return MaskedText("".join(lines), tuple(diagnostics))


def without_secrets(text: str) -> str:
    """Return the text with the secrets in its URLs masked.

    A path counts as a secret only on hosts known for it: the random part of a runbook's URL is
    a commit or a dashboard ID.
    """
    return redacted_addresses(text, REMOVED, random_paths=False)


def masked_values(documents: tuple[Document, ...], text: str) -> MaskedText:
    """Mask the values of secret keys, such as a label `api_token`, in one file."""
    edits, lines = list[Edit](), text.split("\n")
    diagnostics: list[Diagnostic] = []
    for document in documents:
        for pointer, value in scalars(document.values, ()):
            key = pointer[-1] if pointer else ""
            if not isinstance(key, str) or not _is_secret(key, value):
                continue
            # What an alias or `<<` repeats is masked where it is written.
            if not document.is_written(pointer):
                continue
            at = document.locate(pointer)
            edits.append(Edit(at.span, _as_long(at.span, lines)))
            problem = Problem(at, KEYED.format(key=key), HELP)
            diagnostics.append(Diagnostic(DiagnosticKind.DECIDE, problem))

    return MaskedText(apply_edits(text, edits) if edits else text, tuple(diagnostics))


def _as_long(span: SourceSpan, lines: list[str]) -> str:
    """Return what replaces a secret, with its line breaks: the lines below keep their numbers."""
    breaks = "\n" * (span.end_line - span.line)
    last = lines[span.end_line - 1]
    is_followed = breaks and last[span.end_column - 1 :].strip()
    indentation = last[: len(last) - len(last.lstrip())] if is_followed else ""
    return f"{REMOVED}{breaks}{indentation}"


def _is_secret(key: str, value: str) -> bool:
    """Return whether the key names a secret and the value looks like one.

    The key `key` alone does not count, since it can be anything.
    """
    named = key.lower() != "key" and SECRET_KEYS.fullmatch(key) is not None
    return named and RANDOM.fullmatch(value) is not None and not is_reference(value)


def scalars(value: Any, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    """Yield every text and number below a value, with its pointer."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars(inner, (*pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from scalars(inner, (*pointer, index))
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield pointer, str(value)
