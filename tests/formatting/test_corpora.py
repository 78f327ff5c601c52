"""`fmt` on public files: nothing is refused, all settle, and values and comments stay."""

from collections import Counter
from pathlib import Path

import yaml

from reliability.formatting.files import format_files, yaml_files
from reliability.formatting.format import formatted
from reliability.formatting.outline import outline_of


def test_every_yaml_file_of_the_corpora_is_formatted_and_keeps_its_content(corpora: Path) -> None:
    counts: Counter[str] = Counter()
    for file in format_files(yaml_files([corpora])):
        counts["refused" if file.reason else "changed" if file.is_changed else "same"] += 1
        before, after = file.before.decode(), file.after.decode()
        assert formatted(after) == after
        assert outline_of(before).keeps(outline_of(after))
        assert _values(before) == _values(after)

    assert counts["refused"] == 0
    assert counts["changed"] > 100
    assert counts["same"] > 50


def _values(text: str) -> list[object]:
    """Return the documents with their values resolved, as YAML 1.1 resolves them."""
    return list(yaml.load_all(text, yaml.CSafeLoader))
