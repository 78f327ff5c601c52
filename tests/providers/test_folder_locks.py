"""Two syncs of one folder: the second writes nothing while the first holds the lock."""

from pathlib import Path

import pytest

from reliability.errors import ProviderError
from reliability.plan.plan import plan
from reliability.plan.sync import sync
from reliability.providers.disk import Disk
from reliability.providers.files import FilesProvider, output_places
from tests.providers.worlds import TARGET, config, rules

DISK = Disk(writable=True, durable=False)
WRITES = ("prometheus", "alertmanager")


def files(folder: Path) -> FilesProvider:
    return FilesProvider(target=TARGET, places=output_places(folder, WRITES), disk=DISK)


@pytest.mark.parametrize("output", WRITES)
def test_a_sync_waits_for_nobody_and_writes_nothing_beside_another(
    tmp_path: Path, output: str
) -> None:
    provider = files(tmp_path)
    list(sync(plan(TARGET, (rules("a"), config()), provider.read()), provider))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yml")}
    changed = plan(TARGET, (rules("a", "> 9"), config()), provider.read())

    with DISK.locked(tmp_path / output):
        refused = f"another sync is writing to {tmp_path / output}; wait until it ends"
        try:
            outcomes = [str(outcome) for outcome in sync(changed, provider)]
        except ProviderError as error:
            outcomes = [str(error)]
        assert len(outcomes) == 1
        assert refused in outcomes[0]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.yml")} == before

    list(sync(changed, provider))
    assert "> 9" in (tmp_path / "prometheus" / "a.yml").read_text()
