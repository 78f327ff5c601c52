"""Stored formats: what 0.1.0 wrote is read, and what a newer version wrote is refused by name."""

import json
import shutil
from pathlib import Path, PurePosixPath
from typing import Final

import pyarrow.parquet as pq
import pytest

from reliability.errors import ForgeError, SourceError
from reliability.forge.marker import ensure_readable, marker_of, text_of
from reliability.history.parquet import read_month
from reliability.history.samples.day_file import read_day
from reliability.history.samples.store import SampleStore
from reliability.load.loader import load
from reliability.model.baseline import Baseline
from reliability.plan.held import Foreign, Intact
from reliability.providers.mark import read_marked
from tests.formats.written import (
    BODY,
    COLUMN,
    COUNTS,
    DAY,
    ID,
    KNOWN,
    MARKER,
    OWNER,
    SELECTOR,
    SPAN,
    write_all,
)

FIXTURES: Final = Path(__file__).parent / "fixtures"
VERSIONS: Final = sorted(path.name for path in FIXTURES.iterdir())


def test_the_first_version_stays() -> None:
    assert "0.1.0" in VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_that_a_version_wrote_is_read(version: str) -> None:
    folder = FIXTURES / version
    held = read_marked(ID, (folder / "marked.yml").read_bytes())
    assert isinstance(held, Intact)
    assert (dict(held.resource.body), held.owner) == (BODY, OWNER)

    body = (folder / "comment.md").read_text(encoding="utf-8")
    assert (marker_of(body), text_of(body)) == (MARKER, "A finding.")

    path = PurePosixPath("policies/baseline.yaml")
    catalog, findings = load([(path, (folder / "baseline.yaml").read_bytes())])
    assert findings == []
    baseline = catalog.only(Baseline)
    assert baseline is not None
    assert baseline.value.spec.findings == (KNOWN,)

    month = read_month(folder / "history/2026-11.parquet", lambda _: True)
    assert (month.span, month.columns[COLUMN].tolist()) == (SPAN, COUNTS)

    [counter] = SampleStore(folder / "samples").counters(SELECTOR, SPAN)
    assert counter.samples.values.tolist() == COUNTS[1:], "a span is without its start"


def test_the_newest_fixture_is_what_is_written_today(tmp_path: Path) -> None:
    """A changed format needs a new number, and later a new fixture."""
    write_all(tmp_path)
    for name in ("marked.yml", "comment.md", "baseline.yaml", "samples/samples.json"):
        assert (tmp_path / name).read_bytes() == (FIXTURES / VERSIONS[-1] / name).read_bytes()


def test_a_newer_mark_is_kept_and_not_taken_for_a_stranger(tmp_path: Path) -> None:
    content = (FIXTURES / VERSIONS[-1] / "marked.yml").read_bytes()
    held = read_marked(ID, content.replace(b"# reliability rules", b"# reliability/2 rules"))
    assert isinstance(held, Foreign)
    assert held.why == (
        "its mark has format 2, and 1 is the newest that is read here: a newer version of "
        "reliability wrote it; update this one"
    )


def test_a_newer_comment_is_refused_and_not_written_again() -> None:
    marker = marker_of(str(MARKER).replace("reliability:", "reliability/2:"))
    assert marker == MARKER
    assert marker is not None
    with pytest.raises(ForgeError, match="comment 7 has a marker of format 2, and 1 is the newest"):
        ensure_readable(marker, "comment 7")


def _raise_version(path: Path, key: bytes) -> None:
    """Write the file again as a newer version would number it."""
    table = pq.read_table(path)
    metadata = dict(table.schema.metadata)
    metadata[key] = json.dumps({**json.loads(metadata[key]), "version": 99}).encode()
    pq.write_table(table.replace_schema_metadata(metadata), path)


def test_a_newer_history_is_refused(tmp_path: Path) -> None:
    path = shutil.copy(FIXTURES / VERSIONS[-1] / "history/2026-11.parquet", tmp_path)
    [key] = pq.read_schema(path).metadata
    _raise_version(Path(path), key)
    with pytest.raises(SourceError, match=r"has version 99, and \d+ is the newest that is read"):
        read_month(Path(path), lambda _: True)


def test_newer_samples_are_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FIXTURES / VERSIONS[-1] / "samples", tmp_path / "samples"))
    store = SampleStore(folder)
    path = store.path(SELECTOR, DAY)
    [key] = pq.read_schema(path).metadata
    _raise_version(path, key)
    with pytest.raises(SourceError, match="has version 99; upgrade reliability"):
        read_day(path)

    index = folder / "samples.json"
    index.write_text(index.read_text(encoding="utf-8").replace('"version": 1', '"version": 2'))
    with pytest.raises(SourceError, match="is not an index of samples of version 1"):
        _ = SampleStore(folder).index
