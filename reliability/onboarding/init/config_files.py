"""Configuration files of monitoring tools in a folder, detected by their content."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from reliability.load.document import parse

Form = Literal["prometheus", "alertmanager", "compose", "rules"]
DEEPEST: Final = 4
MAX_FILES: Final = 500
MAX_BYTES: Final = 1_000_000
LEFT_OUT: Final = frozenset(("node_modules", "vendor", "build", "dist", "target", "services"))


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """One file: its path relative to the folder, its form and its values."""

    path: str
    form: Form
    values: Mapping[str, Any]


def config_files(root: Path) -> Iterator[ConfigFile]:
    """Yield the configuration files among the first MAX_FILES YAML files; skip unreadable ones."""
    for number, file in enumerate(_yaml_files(root)):
        if number == MAX_FILES:
            return
        path = file.relative_to(root).as_posix()
        values = _values(file, path)
        form = form_of(values)
        if form is not None:
            yield ConfigFile(path, form, values)


def form_of(values: Mapping[str, Any]) -> Form | None:
    """Return the form of a file by its keys; None if it is not a configuration."""
    if "scrape_configs" in values or "rule_files" in values:
        return "prometheus"
    if "receivers" in values and "route" in values:
        return "alertmanager"
    if isinstance(values.get("groups"), list) or values.get("kind") == "PrometheusRule":
        return "rules"
    return "compose" if isinstance(values.get("services"), dict) else None


def _yaml_files(root: Path) -> Iterator[Path]:
    """Yield YAML files, without hidden folders, `services/` and symbolic links."""
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        is_deep = len(here.relative_to(root).parts) >= DEEPEST
        folders[:] = (
            []
            if is_deep
            else sorted(n for n in folders if n not in LEFT_OUT and not n.startswith("."))
        )

        for name in sorted(names):
            file = here / name
            if name.endswith((".yml", ".yaml")) and not file.is_symlink():
                yield file


def _values(file: Path, path: str) -> Mapping[str, Any]:
    """Return the values of a file's first document, parsed with the loader's limits."""
    try:
        if file.stat().st_size > MAX_BYTES:
            return {}
        documents = parse(PurePosixPath(path), file.read_bytes()).documents
    except OSError:
        return {}
    values = documents[0].values if documents else None
    return values if isinstance(values, dict) else {}
