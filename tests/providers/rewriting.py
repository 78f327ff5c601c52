"""Changes of what a target stores, as a text."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Rewriting = Callable[[str], str]


def replacing(old: str, new: str) -> Rewriting:
    """The change of the first place that has a text."""

    def replaced(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return replaced


def rewrite_object(stored: dict[str, Any], change: Rewriting) -> None:
    """Change an object of an API in its JSON."""
    changed = json.loads(change(json.dumps(stored)))
    stored.clear()
    stored.update(changed)


def rewrite_file(file: Path, change: Rewriting) -> None:
    file.write_text(change(file.read_text()))


def put_text(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("# mine\ngroups: []\n")
