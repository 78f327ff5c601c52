"""An object that is given away between a plan and its write is left alone, by every provider."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from reliability.plan.change import Change, Claim, Create, Delete, Update
from reliability.plan.held import Intact
from reliability.plan.sync import ChangeApplied, ChangeFailed
from reliability.resource import Resource
from tests.providers.apis.worlds import API_WORLDS, OURS, THEIRS, ApiWorld, MakeWorld
from tests.providers.rewriting import Rewriting
from tests.providers.test_contract import WORLDS
from tests.providers.worlds import World

Make = Callable[[Path], AbstractContextManager[World | ApiWorld]]


def _without_folder(make: MakeWorld, _folder: Path) -> AbstractContextManager[ApiWorld]:
    return make()


OWNED: dict[str, Make] = {
    **{name: make for name, make in WORLDS.items() if not name.startswith(("memory", "fake-gra"))},
    **{name: partial(_without_folder, make) for name, make in API_WORLDS.items()},
}
"""Every target that has owners; memory has no second reader."""
HANDOVERS: dict[str, Rewriting] = {
    "given away": lambda text: text.replace(OURS.id, THEIRS.id),
    "moved": lambda text: text.replace(OURS.address, THEIRS.address),
    "unmarked": lambda text: re.sub("sha256|reliability-digest|sourceChecksum", "removed", text),
    "marked otherwise": lambda text: re.sub("[0-9a-f]{64}", "f" * 64, text),
    "managed otherwise": lambda text: text.replace('"kubectl"', '"terraform"'),
}
CASES = [
    pytest.param(make, how, id=f"{name}, {how}")
    for name, make in OWNED.items()
    for how in HANDOVERS
    if how != "managed otherwise" or name == "grafana"
]
CHANGES: dict[str, Callable[[Resource, Resource], Change]] = {
    "update": Update,
    "claim": lambda before, _: Claim(before),
    "delete": lambda before, _: Delete(before),
}


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World | ApiWorld]:
    with request.param(tmp_path) as made:
        yield made


def stored(world: World | ApiWorld) -> str:
    texts: list[str] = []

    def noted(text: str) -> str:
        texts.append(text)
        return text

    world.rewrite(noted)
    return texts[0]


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize(("world", "how"), CASES, indirect=["world"])
def test_what_was_given_away_since_the_plan_is_left_alone(
    world: World | ApiWorld, how: str, kind: str
) -> None:
    first = world.open(True, OURS)
    first.read()
    creates = [Create(resource) for resource in world.wanted]
    assert list(first.apply(creates)) == [ChangeApplied(change) for change in creates]

    provider = world.open(True, OURS)
    [before] = [item for item in provider.read().kept if item.id == world.wanted[0].id]
    assert isinstance(before, Intact)
    change = CHANGES[kind](Resource(before.id, dict(before.resource.body)), world.other)
    written = stored(world)
    world.rewrite(HANDOVERS[how])
    given_away = stored(world)
    assert given_away != written

    [outcome] = provider.apply([change])
    assert isinstance(outcome, ChangeFailed)
    assert re.search("changed since the plan was made|does not run without a conf", outcome.why)
    assert stored(world) == given_away
