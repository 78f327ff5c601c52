"""`history pull`: all that it prints, whole sessions in golden files.

`pytest tests/cli/history --update-golden` rewrites them; read what has changed.
"""

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from reliability.promql.samples import Counter
from tests.backtest.test_command import git
from tests.cli.program import in_process, transcript
from tests.golden import Golden
from tests.history.fakes import START
from tests.history.server import FakePrometheus, Reply, serving, steady
from tests.history.shop import SLO, write_shop

GOLDEN: Final = Path(__file__).parent / "golden"
TODAY: Final = ("--today", "2026-10-05")
PULL: Final = (*TODAY, "history", "pull")
CHANGES: Final = (*PULL, "--for-changes", "--base")
NOWHERE: Final = "http://127.0.0.1:9"
QUEUE: Final = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: queue}
spec:
  service: orders
  indicator:
    metadata: {name: queue}
    spec:
      thresholdMetric:
        metricSource: {type: Datadog, spec: {query: 'avg:queue.length{*}'}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: short, target: 0.99, op: lte, value: 10}]
"""


def requests(days: int = 6) -> list[Counter]:
    """Counters that grow from the start of the span."""
    minutes = days * 1440
    return [steady(minutes, 50, code="200", instance="a"), steady(minutes, 1, code="500")]


def edit(root: Path, old: str, new: str) -> None:
    """Change policies/history.yaml."""
    policy = root / "policies/history.yaml"
    assert old in policy.read_text()
    policy.write_text(policy.read_text().replace(old, new))


def add(root: Path, name: str) -> None:
    """Write another SLO of the shop, with another query."""
    text = SLO.replace("checkout", name).replace('5.."', f'5..|{name}"')
    (root / f"services/shop/{name}.yaml").write_text(text)


def commit(root: Path) -> None:
    git(root, "init", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "-c", "commit.gpgsign=false", "commit", "--message=One")


def test_pulls_say_what_was_fetched_and_what_is_known(golden: Golden, tmp_path: Path) -> None:
    with serving(FakePrometheus(requests())) as fake:
        root = write_shop(tmp_path, fake.url)
        (root / "services/orders").mkdir()
        (root / "services/orders/slo.yaml").write_text(QUEUE)
        text = transcript(
            root,
            (*PULL, "--days", "1"),
            (*PULL, "--days", "1"),
            ("--quiet", *PULL, "--days", "2", "checkout"),
            (*PULL, "orders"),
            PULL,
            (*PULL, "nobody"),
            (*PULL, "--days", "0"),
            (*PULL, "--days", "401"),
            URL=fake.url,
        )
    golden.check(GOLDEN / "pull.txt", text)


def test_of_several_groups_the_one_with_the_least_history_is_named(tmp_path: Path) -> None:
    held = [
        steady(6 * 1440, 50, code="200", region="a"),
        steady(3 * 1440, 5, code="200", region="b"),
    ]
    with serving(FakePrometheus(held)) as fake:
        root = write_shop(tmp_path, fake.url, "9d")
        slo = root / "services/shop/slo.yaml"
        named = "{name: checkout, annotations: {reliability/group-by: region}}"
        slo.write_text(slo.read_text().replace("{name: checkout}", named, 1))
        ended = in_process(*PULL, folder=root)
    assert ended.code == 0, ended.err
    assert "; 3.0 of 6 days known\n" in ended.out


@pytest.mark.parametrize(
    ("retention", "note"),
    [
        ("5d", "keeps 5 days, and 6 are asked for"),
        ("132h", "keeps 5.5 days, and 6 are asked for"),
        ("6d", None),
        ("7d", None),
        (None, None),
    ],
)
def test_a_server_that_keeps_less_than_the_span_is_named(
    tmp_path: Path, retention: str | None, note: str | None
) -> None:
    with serving(FakePrometheus(requests(), retention=retention)) as fake:
        ended = in_process(*PULL, folder=write_shop(tmp_path, fake.url, "9d"))
    assert ended.code == 0, ended
    expected = f"{fake.url} {note}; what is older stays unknown unless it is in the store already"
    assert [line for line in ended.err.splitlines() if "keeps" in line] == [expected] * bool(note)


def test_what_is_older_than_the_history_to_keep_is_removed_by_a_pull(tmp_path: Path) -> None:
    with serving(FakePrometheus(requests())) as fake:
        root = write_shop(tmp_path, fake.url, "9d")
        assert in_process("--today", "2026-10-02", "history", "pull", folder=root).code == 0
        assert in_process(*PULL, folder=root).code == 0
        assert months(root) == ["2026-09", "2026-10"]
        edit(root, "  span: 6d", "  span: 6d\n  keep: 6d")
        kept = in_process(*PULL, folder=root)
        after = in_process("--today", "2026-10-07", "history", "pull", folder=root)
    line = "files removed that were older than the history to keep"
    assert (kept.code, line in kept.err) == (0, False)
    assert (after.code, f"1 {line}\n" in after.err) == (0, True)
    assert months(root) == ["2026-10"]


def months(root: Path) -> list[str]:
    """The months that are stored."""
    return sorted({path.stem for path in (root / ".reliability").rglob("*.parquet")})


def test_a_damaged_file_is_set_aside_and_fetched_again(golden: Golden, tmp_path: Path) -> None:
    with serving(FakePrometheus(requests())) as fake:
        root = write_shop(tmp_path, fake.url, "9d")
        assert in_process(*PULL, folder=root).code == 0
        for path in (root / ".reliability").rglob("2026-10.parquet"):
            path.write_bytes(b"PAR1")
        text = transcript(root, PULL, URL=fake.url)
    golden.check(GOLDEN / "damaged.txt", text)


def test_a_refusal_of_the_server_ends_a_pull(golden: Golden, tmp_path: Path) -> None:
    refused: Reply = (422, {}, '{"status": "error", "error": "too many samples"}')
    with serving(FakePrometheus(requests(), instead=[refused])) as fake:
        root = write_shop(tmp_path, fake.url, "9d")
        text = transcript(root, PULL, URL=fake.url)
    golden.check(GOLDEN / "refused.txt", text)


def test_pulls_for_a_change_fetch_what_is_new_in_it(golden: Golden, tmp_path: Path) -> None:
    with serving(FakePrometheus(requests())) as fake:
        root = write_shop(tmp_path, fake.url, "9d")
        edit(root, "  span: 6d", "  span: 6d\n  keep: 6d")
        commit(root)
        add(root, "paying")
        text = transcript(
            root,
            (*CHANGES, "main"),
            (*CHANGES, "main", "checkout"),
            (*CHANGES, ""),
            (*CHANGES, "other"),
            (*PULL, "--for-changes"),
            (*PULL, "--base", "main"),
            URL=fake.url,
        )
    head = (root / ".git/refs/heads/main").read_text()
    golden.check(GOLDEN / "for-changes.txt", text.replace(head[:12], "COMMIT"))


@pytest.mark.parametrize("count", [100, 101])
def test_a_change_has_at_most_a_hundred_slis_fetched(tmp_path: Path, count: int) -> None:
    root = write_shop(tmp_path, NOWHERE)
    commit(root)
    for number in range(count):
        add(root, f"slo-{number}")
    ended = in_process(*CHANGES, "main", folder=root)
    too_many = (
        "reliability: 101 SLIs are new, and at most 100 are pulled for one change; "
        "name those that matter\n"
    )
    assert (ended.code, ended.err == too_many) == (2, count > 100)


def test_a_store_that_is_a_link_is_not_written(tmp_path: Path) -> None:
    root = write_shop(tmp_path / "root", NOWHERE)
    (tmp_path / "outside").mkdir()
    commit(root)
    (root / ".reliability").symlink_to(tmp_path / "outside")
    ended = in_process(*CHANGES, "main", folder=root)
    assert (ended.code, ended.err) == (
        2,
        "reliability: .reliability/history is a symbolic link out of the repository; "
        "nothing was written\n",
    )


def test_the_windows_of_alerts_are_fetched_from_before_the_span(tmp_path: Path) -> None:
    """The longest window has three days, and samples may come ten minutes late."""
    with serving(FakePrometheus(requests())) as fake:
        root = write_shop(tmp_path, fake.url, "1d")
        assert in_process(*PULL, "--days", "1", folder=root).code == 0
    first_day = START + timedelta(days=2)
    end = first_day + timedelta(days=1, minutes=10)
    assert min(at for _, at in fake.queries) == end.timestamp()
