"""Golden files: compared with what was made now, or rewritten by `pytest --update-golden`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Golden:
    """Compares texts with files; rewrites the files instead where the run asked for it."""

    update: bool

    def check(self, path: Path, text: str) -> None:
        """Asserts that the file holds this text, or writes it."""
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path} is missing; run pytest --update-golden"
        assert text == path.read_text(encoding="utf-8"), f"{path} differs from what was made now"
