"""Repositories with many services, teams and policies at once: all findings, in golden files.

A scene is written as the examples of a rule's page: the repository below `yaml bad`, and what else
the rules need below `yaml base`, `json evidence` or `json live`. With a base, the change is also
checked backwards: from the repository to its base.

`pytest tests/check/test_scenes.py --update-golden` rewrites them; read what has changed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.check.evidence import evidence_of
from tests.check.examples import laid_over, page_examples
from tests.check.metrics import metrics_of
from tests.check.repository import checked
from tests.check.test_messages import written
from tests.golden import Golden

SCENES: Final = sorted((Path(__file__).parent / "scenes").glob("*.md"))
GOLDEN: Final = Path(__file__).parent / "golden" / "scenes"


@pytest.mark.parametrize("scene", SCENES, ids=lambda path: path.stem)
def test_every_finding_of_a_scene(golden: Golden, scene: Path) -> None:
    parts = page_examples(scene.read_text(encoding="utf-8"))
    golden.check(GOLDEN / f"{scene.stem}.txt", "".join(f"{line}\n" for line in shown(parts)))


def shown(parts: dict[str, str]) -> Iterator[str]:
    """The findings of a scene; with a base also those of the change backwards."""
    head = laid_over(parts["bad"])
    base = laid_over(parts["base"]) if "base" in parts else None
    evidence = evidence_of(parts["evidence"]) if "evidence" in parts else None
    server = metrics_of(parts["live"]) if "live" in parts else None
    for finding in checked(head, base=base, evidence=evidence, server=server):
        yield from written(finding)

    if base is not None:
        yield "# backwards"
        for finding in checked(base, base=head):
            yield from written(finding)
