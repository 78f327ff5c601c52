"""Where an alert ends in our routes merged into a team's own, against amtool; many at a time."""

from pathlib import Path
from random import Random

import pytest
import yaml

from reliability.alertmanager.routing import parse, walk
from tests.alertmanager.random_trees import Trees, planted
from tests.servers.generation import Generation
from tests.servers.programs import check_alertmanager_config, receivers_of

TREES, ALERTS = 40, 25


@pytest.mark.tools
def test_alerts_end_in_merged_trees_where_amtool_says(
    generation: Generation, tmp_path: Path
) -> None:
    trees = Trees(Random(20261125))
    merged = [trees.merged() for _ in range(TREES)]
    file = tmp_path / "alertmanager.yml"
    file.write_text(yaml.safe_dump(planted(merged)), encoding="utf-8")
    said = check_alertmanager_config(generation, file)
    assert said.accepted, said.text
    roots = [parse(each).root for each in merged]
    differing, ends_seen = [], set()
    for _ in range(ALERTS):
        labels = trees.labels()
        ours = [
            f"{number}|{route.receiver}"
            for number, root in enumerate(roots)
            for route in walk(root, labels)
        ]
        ends_seen.update(ours)
        if ours != receivers_of(generation, file, labels):
            differing.append(labels)
    assert differing == []
    assert len(ends_seen) > 2 * TREES, "the trees are too plain to show anything"
