"""What becomes of stored files: damaged, old, of another version, locked, read by other tools."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from reliability.errors import SourceError
from reliability.history.parquet import KEY
from reliability.history.store import Store
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.history.fakes import SHOP, counter, hours
from tests.history.server import FakePrometheus, serving, steady
from tests.history.shop import write_shop
from tests.history.test_command import PULL, SPAN, read, shop
from tests.history.test_pull import fill


def stored(root: Path) -> list[Path]:
    return sorted((root / ".reliability" / "history").rglob("*.parquet"))


def rewrite(path: Path, **said: object) -> None:
    """Change what a file says about itself."""
    table = pq.read_table(path)
    metadata = {**json.loads(table.schema.metadata[KEY]), **said}
    pq.write_table(table.replace_schema_metadata({KEY: json.dumps(metadata)}), path)


def pull(root: Path) -> Ended:
    return reliability(*PULL, folder=root)


def test_a_damaged_file_is_set_aside_and_its_days_are_fetched_again(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        assert pull(root).code == 0
        before = read(root)
        [september, october] = stored(root)
        data = bytearray(september.read_bytes())
        data[len(data) // 2] ^= 0xFF
        september.write_bytes(data)
        october.write_bytes(b"PAR1 no longer")
        replayed = reliability("--today", "2026-10-05", "backtest", "--days", "3", folder=root)
        ended = pull(root)
    assert replayed.code == 2
    assert "run `reliability history pull`, which sets it aside" in replayed.err
    assert ended.code == 0
    for path in (september, october):
        assert f"{path.name} cannot be read" in ended.err
        assert path.with_name(path.name + ".damaged").exists()
    for name in ("bad", "total", "known"):
        np.testing.assert_array_equal(getattr(read(root), name), getattr(before, name))


def test_a_file_of_a_version_that_is_no_longer_read_is_fetched_again(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        assert pull(root).code == 0
        rewrite(stored(root)[0], version=0)
        ended = pull(root)
    assert "version 0, and 1 is the oldest read here" in ended.err
    assert ended.code == 0
    assert read(root).coverage(SPAN) > 0.99


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        assert pull(root).code == 0
        rewrite(stored(root)[0], version=99)
        ended = pull(root)
    assert (ended.code, "has version 99, and 2 is the newest" in ended.err) == (2, True)
    assert len(stored(root)) == 2


def test_the_first_version_of_files_is_still_read(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        assert pull(root).code == 0
        total = read(root).total.sum()
        for path in stored(root):
            table = pq.read_table(path)
            said = json.loads(table.schema.metadata[KEY])
            old = {name: said[name] for name in said if name not in ("rows", "through")}
            told = {KEY: json.dumps({**old, "version": 1})}
            pq.write_table(table.replace_schema_metadata(told), path)
    assert read(root).total.sum() == total


def test_two_do_not_write_at_once(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        with Store(root / ".reliability" / "history").writing():
            ended = pull(root)
    assert ended.code == 2
    assert "another process writes to" in ended.err


def test_what_a_stopped_pull_has_left_is_read_and_compacted(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        assert pull(root).code == 0
    left = Store(root / ".reliability" / "history")
    [family] = left.families("shop", "checkout")
    month = family.read(date(2026, 10, 1))
    assert month is not None
    month.covered = (hours(72, 96),)
    family.add(month)
    (family.folder / ".2026-10.parquet.tmp").write_text("half a file")
    before = read(root)
    ended = reliability("history", "compact", folder=root)
    assert (ended.code, ended.out) == (0, "1 months rewritten\n")
    assert {each.name for each in family.folder.iterdir()} == {
        "2026-09.parquet",
        "2026-10.parquet",
    }
    np.testing.assert_array_equal(read(root).total, before.total)


def test_prune_removes_the_months_that_are_older_than_what_is_kept(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        assert pull(root).code == 0
    unsaid = reliability("history", "prune", folder=root)
    assert (unsaid.code, "pass --keep-days" in unsaid.err) == (2, True)
    asked = ("--today", "2026-10-05", "history", "prune", "--keep-days", "4")
    ended = reliability(*asked, folder=root)
    assert (ended.code, ended.out) == (0, "1 files removed, 2026-10-01 and later kept\n")
    assert [path.name for path in stored(root)] == ["2026-10.parquet"]
    policy = root / "policies" / "history.yaml"
    policy.write_text(policy.read_text() + "  keep: 30d\n")
    [october] = stored(root)
    october.with_name("2026-10.000007.part.damaged").write_bytes(b"PAR1 no longer")
    again = ("--today", "2027-01-01", "history", "prune")
    refused = reliability(*again, folder=root)
    assert (refused.code, refused.out, len(stored(root))) == (2, "", 1)
    assert refused.err == (
        "reliability: nothing is removed: 2 of 2 files are from before 2026-12-02, and that is "
        "more than half; pass --allow if the date is right\n"
    )
    later = reliability(*again, "--allow", folder=root)
    assert later.out == "2 files removed, 2026-12-02 and later kept\n"
    assert not october.parent.exists()


def test_a_pull_removes_what_the_policy_no_longer_keeps(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop())) as fake:
        root = write_shop(tmp_path, fake.url)
        assert pull(root).code == 0
        policy = root / "policies" / "history.yaml"
        policy.write_text(policy.read_text() + "  keep: 30d\n")
        ended = reliability("--today", "2026-11-10", "history", "pull", "--days", "1", folder=root)
    assert "1 files removed that were older than the history to keep" in ended.err
    assert [path.name for path in stored(root)] == ["2026-10.parquet", "2026-11.parquet"]


def test_to_keep_less_than_is_replayed_is_a_finding(tmp_path: Path) -> None:
    root = write_shop(tmp_path, "http://127.0.0.1:9")
    policy = root / "policies" / "history.yaml"
    policy.write_text(policy.read_text() + "  keep: 5d\n")
    ended = reliability("check", folder=root)
    assert "keep is shorter than span" in ended.out


def test_a_pull_says_what_the_server_no_longer_keeps(tmp_path: Path) -> None:
    with serving(FakePrometheus(shop(), retention="2d or 10GiB")) as fake:
        ended = pull(write_shop(tmp_path, fake.url))
    assert "keeps 2 days, and 6 are asked for; what is older stays unknown" in ended.err


def test_a_tenant_is_sent_with_every_question(tmp_path: Path) -> None:
    with serving(FakePrometheus([steady(90, 1, code="200")])) as fake:
        root = write_shop(tmp_path, fake.url)
        policy = root / "policies" / "history.yaml"
        policy.write_text(policy.read_text().replace("chunk:", "tenant: workforce, chunk:"))
        assert pull(root).code == 0
    assert fake.tenants == {"workforce"}


def test_a_late_sample_of_a_label_set_that_was_gone_stays_counted_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    early = counter([(60.0 * n, 5.0 * n) for n in range(590)], code="200")
    late = counter([(60.0 * n, 5.0 * n) for n in range(600)], code="200")
    for held, until in ((early, 10), (late, 10), (late, 10), (late, 11)):
        fill(store, [held], span=hours(0, until))
    [family] = store.families(SHOP.service, SHOP.slo)
    month = family.read(date(2026, 9, 1))
    assert month is not None
    [column] = month.columns.values()
    assert np.nansum(column) == 5 * 599
    assert month.covered == (hours(0, 11),)
    assert month.span.length == timedelta(days=30)


@pytest.mark.parametrize("reader", ["pandas", "polars", "duckdb"])
def test_other_tools_read_the_same_sums(reader: str, tmp_path: Path) -> None:
    module = pytest.importorskip(reader)
    fill(Store(tmp_path), [counter([(60.0 * n, 2.0 * n) for n in range(61)], code="200")])
    [path] = tmp_path.rglob("*.parquet")
    name = '0{__name__="requests_total",code="200",job="shop"}'
    if reader == "pandas" or reader == "polars":
        total = module.read_parquet(path)[name].sum()
    else:
        quoted = '"' + name.replace('"', '""') + '"'
        [[total]] = module.sql(f"SELECT sum({quoted}) FROM read_parquet('{path}')").fetchall()
    assert total == 120


def test_prune_without_a_store_is_no_error(tmp_path: Path) -> None:
    assert list(Store(tmp_path / "nothing").prune(date(2026, 1, 1), allow=True)) == []


def test_a_message_of_a_newer_version_says_what_to_do(tmp_path: Path) -> None:
    fill(Store(tmp_path), [counter([(0.0, 1.0), (60.0, 2.0)], code="200")])
    [path] = tmp_path.rglob("*.parquet")
    rewrite(path, version=3)
    with pytest.raises(SourceError, match="upgrade reliability"):
        list(Store(tmp_path).families(SHOP.service, SHOP.slo))
