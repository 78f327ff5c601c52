"""A backfill beside a server that a test makes up: files, commands, blocks, and what is said."""

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx
import numpy as np
import pytest

from reliability.backtest.backfill import RECORDS, records_of
from reliability.compile.prometheus.names import TARGET
from reliability.errors import ProviderError
from reliability.history.sources.prometheus import open_prometheus
from reliability.promql.evaluate.lines import NAME, labels_of
from reliability.promql.evaluate.stored import StoredSeries
from reliability.promql.selector import Selector
from reliability.providers.tsdb.backfill import (
    Backfill,
    BackfillDestination,
    BackfillFiles,
    PrometheusReplica,
    witness_of,
)
from reliability.providers.tsdb.blocks import Witness
from reliability.providers.tsdb.folder import DataFolder
from reliability.providers.tsdb.promtool import found_promtool, promtool_command, run_promtool
from reliability.resolve.objectives import objectives
from reliability.timespan import EPOCH, TimeSpan
from tests.backtest.repository import catalog, policy, slo
from tests.providers.served import served

SLO: Final = slo("checkout")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CODES: Final = ("200", "500")


@dataclass
class Server:
    """Has requests of one service for the two and a half hours before its head."""

    head: datetime
    data: Path = Path("/data")
    first: dict[str, datetime] = field(default_factory=dict)
    """Time of the first sample that is recorded already, by record."""
    has_samples: bool = True
    evaluations: float = 0
    version: str = "3.4.0"
    flags: dict[str, str] = field(default_factory=dict)
    queries: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        given = {**dict(request.url.params), **dict(parse_qsl(request.content.decode()))}
        match request.url.path:
            case "/metrics":
                return httpx.Response(200, text=self.metrics())
            case "/api/v1/status/flags":
                flags = {"storage.tsdb.path": str(self.data), **self.flags}
                return answer({"storage.tsdb.max-block-duration": "2h", **flags})
            case "/api/v1/status/runtimeinfo":
                return answer({"CWD": "/"})
            case "/api/v1/status/buildinfo":
                return answer({"version": self.version})
            case "/api/v1/query":
                return self.query(given["query"], float(given["time"]))
            case _:
                return httpx.Response(404)

    def metrics(self) -> str:
        blocks = DataFolder(self.data).blocks() if self.data.is_dir() else {}
        wal = self.data / "wal/0"
        numbers = {
            "head_min_time_seconds": self.head.timestamp(),
            "lowest_timestamp": min((meta["minTime"] for meta in blocks.values()), default=0),
            "blocks_loaded": len(blocks),
            "wal_storage_size_bytes": wal.stat().st_size if wal.exists() else 0,
        }
        return "".join(f"prometheus_tsdb_{name} {value}\n" for name, value in numbers.items())

    def query(self, query: str, at: float) -> httpx.Response:
        self.queries.append(query)
        if query.startswith("min_over_time(timestamp("):
            names = [name for name in self.first if f"({name}{{" in query]
            return vector(
                [({"sloth_slo": "checkout"}, self.first[name].timestamp()) for name in names]
            )
        if query.startswith("count_over_time("):
            labels = {"sloth_service": "shop", "sloth_slo": "checkout-served"}
            return vector([(labels, self.evaluations)])
        if " and timestamp(" in query:
            return vector([({}, at)])
        selector, _, length = query.rpartition("[")
        return self.samples(Selector.parse(selector), at - float(length.removesuffix("s]")), at)

    def samples(self, selector: Selector, start: float, end: float) -> httpx.Response:
        begin = (self.head - 2.5 * HOUR).timestamp()
        result = []
        for number, code in enumerate(CODES if self.has_samples else ()):
            labels = {"__name__": "requests_total", "code": code}
            times = [
                begin + 60 * index for index in range(150) if start < begin + 60 * index <= end
            ]
            if times and selector.matches(labels):
                values = [[at, str((at - begin) * (9, 1)[number])] for at in times]
                result.append({"metric": labels, "values": values})
        return answer({"resultType": "matrix", "result": result})


def answer(data: Any) -> httpx.Response:
    return httpx.Response(200, json={"status": "success", "data": data})


def vector(series: list[tuple[dict[str, str], float]]) -> httpx.Response:
    result = [{"metric": metric, "value": [0, str(value)]} for metric, value in series]
    return answer({"resultType": "vector", "result": result})


def on_the_grid(hours: int) -> datetime:
    """A full even hour so many hours ago, or up to two more."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return now - timedelta(hours=now.hour % 2 + hours)


@dataclass
class Run:
    """A backfill of the shop, and what it said."""

    backfill: Backfill
    said: list[str]
    noted: list[str]

    def into(self, data: Path | None, output: Path) -> bool:
        found = list(objectives(self.backfill.catalog))
        return self.backfill.run(found, BackfillDestination(data, output, None))


@contextmanager
def running(
    server: Server,
    *,
    days: int | None = 1,
    promtool: str | None = None,
    documents: Sequence[str] = (SLO,),
) -> Iterator[Run]:
    said, noted = list[str](), list[str]()
    with served(server) as url:
        source = open_prometheus(url, None)
        with source.client:
            yield Run(
                Backfill(
                    catalog=catalog(*documents, policy("checkout")),
                    replica=PrometheusReplica("p1", url, None),
                    source=source,
                    days=days,
                    promtool=promtool,
                    search_path="/usr/bin",
                    say=said.append,
                    note=noted.append,
                ),
                said,
                noted,
            )


Sample = tuple[str, float, float]


def samples_in(folder: Path) -> list[list[Sample]]:
    """The samples of each file: name, value, and time in seconds since 1970."""
    files = []
    for path in sorted(folder.glob("*.txt")):
        lines = path.read_text().splitlines()
        assert lines[-1] == "# EOF"
        found = [re.fullmatch(r"(\w[\w:]*)\{.*\} (\S+) (\S+)", line) for line in lines[:-1]]
        files.append([(each[1], float(each[2]), float(each[3])) for each in found if each])
    return files


def shown(start: float, end: float) -> str:
    """A span as people read it."""
    first, last = (datetime.fromtimestamp(at, UTC) for at in (start, end))
    return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"


def test_files_and_commands_for_the_machine_of_the_server(tmp_path: Path) -> None:
    server = Server(on_the_grid(4), data=Path("/var/lib/my data"))
    output = tmp_path / "out"
    output.mkdir()
    (output / "old.txt").write_text("x")
    with running(server) as run:
        assert run.into(None, output)
        url = run.backfill.replica.url
    files = samples_in(output)
    assert len(files) == 2
    names = {name for file in files for name, _, _ in file}
    [objective] = objectives(run.backfill.catalog)
    assert names <= set(records_of(objective))
    assert TARGET in names
    head, begin = server.head.timestamp(), (server.head - 2.5 * HOUR).timestamp()
    # Each file has the time of one block.
    for number, file in enumerate(files):
        block = head - (2 - number) * 7200
        assert all(block <= at < block + 7200 for _, _, at in file)
    targets = sorted(at for file in files for name, _, at in file if name == TARGET)
    assert begin <= targets[0] <= begin + 600
    assert {value for file in files for name, value, _ in file if name == TARGET} == {0.999}
    ratio = [value for file in files for name, value, _ in file if name == RECORDS[0]]
    assert {round(value, 6) for value in ratio if not np.isnan(value)} == {0.1}
    count = sum(map(len, files))
    first, span, commands = run.said
    assert first == f"p1: {count:,} samples, 2 files in {output}"
    assert span == f"  {objective.identity}: {shown(targets[0], targets[-1])}"
    staging = "/var/lib/my data/reliability-backfill"
    texts = sorted(output.glob("*.txt"))
    made = [
        shlex.join(promtool_command("promtool", text, Path(staging), length=2 * HOUR))
        for text in texts
    ]
    assert commands.splitlines() == [
        f"# on the machine of {url}, as its user, with {output} there:",
        f"mkdir '{staging}'",
        *made,
        f"for block in $(ls -r '{staging}'); do mv \"{staging}/$block\" '/var/lib/my data'/; done",
        f"rmdir '{staging}'",
    ]


def test_a_named_promtool_is_the_one_of_the_commands(tmp_path: Path) -> None:
    with running(Server(on_the_grid(4)), promtool="/opt/promtool") as run:
        run.into(None, tmp_path)
    assert run.said[-1].count("\n/opt/promtool tsdb create-blocks-from openmetrics --quiet") == 2


def test_only_what_is_missing_is_written(tmp_path: Path) -> None:
    head = on_the_grid(4)
    server = Server(head, first=dict.fromkeys(RECORDS, head - 2 * HOUR))
    with running(server) as run:
        run.into(None, tmp_path)
    [file] = samples_in(tmp_path)
    assert max(at for _, _, at in file) < (head - 2 * HOUR).timestamp()
    later = Server(head, first=dict.fromkeys(RECORDS, head - 3 * HOUR))
    with running(later) as run:
        run.into(None, tmp_path)
    assert samples_in(tmp_path) == []
    nothing = (
        "p1: nothing to write: the server already has recordings, or no raw samples before its "
        "head block"
    )
    assert run.said == [nothing]
    empty = Server(head, has_samples=False)
    with running(empty) as run:
        assert run.into(None, tmp_path)
    assert run.said == [nothing]


@pytest.mark.parametrize(
    ("days", "flags", "back"),
    [
        (1, {}, timedelta(days=1)),
        (3, {}, timedelta(days=3)),
        (None, {}, timedelta(days=30)),
        (3, {"storage.tsdb.retention.time": "12h"}, timedelta(hours=12)),
        (1, {"storage.tsdb.retention.time": "90d"}, timedelta(days=1)),
    ],
)
def test_how_far_back_is_looked(
    tmp_path: Path, days: int | None, flags: dict[str, str], back: timedelta
) -> None:
    head = on_the_grid(4)
    server = Server(head, first=dict.fromkeys(RECORDS, head - timedelta(days=31)), flags=flags)
    with running(server, days=days) as run:
        run.into(None, tmp_path)
    looked = [query for query in server.queries if query.startswith("min_over_time")]
    assert len(looked) == len(RECORDS) + 1  # The events have a window in their name.
    assert {query.rpartition("[")[2] for query in looked} == {f"{back.total_seconds():.0f}s:1m])"}


def test_an_objective_whose_calendar_begins_later_is_left_out(tmp_path: Path) -> None:
    calendar = 'duration: 1w, calendar: {startTime: "2199-01-07 00:00:00", timeZone: UTC}'
    later = SLO.replace("duration: 30d, isRolling: true", calendar)
    head = on_the_grid(4)
    server = Server(head, first=dict.fromkeys(RECORDS, head - timedelta(days=31)))
    with running(server, documents=[later]) as run:
        assert not run.into(None, tmp_path)
    assert server.queries == []
    [line] = run.noted
    left_out = r"checkout-served: left out: no period of its calendar holds \d{4}-\d\d-\d\d"
    assert re.fullmatch(left_out, line)


def test_before_the_head_there_is_nothing_to_evaluate(tmp_path: Path) -> None:
    server = Server(on_the_grid(40), flags={"storage.tsdb.retention.time": "12h"})
    with running(server) as run:
        assert run.into(None, tmp_path)
    assert server.queries == []
    assert run.said[0].startswith("p1: nothing to write")


PROMTOOL: Final = """#!/bin/sh
test "$1 $2 $3 $4 $5" = "tsdb create-blocks-from openmetrics --quiet --max-block-duration=2h" ||
    exit 9
number=$(basename "$6" .txt)
block="$7/01ARZ3NDEKTSV4RRFFQ69G$number"
mkdir -p "$block/chunks" "$7/other"
printf '{"minTime": 1%s, "maxTime": END}' "$number" > "$block/meta.json"
"""


def promtool(folder: Path, text: str) -> str:
    file = folder / "promtool"
    file.write_text(text)
    file.chmod(0o755)
    return str(file)


def data_folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    (data / "wal").mkdir(parents=True)
    (data / "wal/0").write_bytes(b"12345")
    return data


def test_blocks_are_put_into_the_folder_of_the_server(tmp_path: Path) -> None:
    data = data_folder(tmp_path)
    server = Server(on_the_grid(4), data=data, evaluations=30 * 720 / 2)
    end = str(int(server.head.timestamp()) * 1000)
    tool = promtool(tmp_path, PROMTOOL.replace("END", end))
    with running(server, promtool=tool) as run:
        assert run.into(data, tmp_path / "unused")
    blocks = DataFolder(data).blocks()
    assert len(blocks) == 2
    for meta in blocks.values():
        witness = meta["reliability"]["backfill"]
        assert set(witness) == {"query", "at"}
        assert witness["query"].partition("{")[0] in RECORDS
    assert not (data / "reliability-backfill").exists()
    assert [line.partition(", ")[2] for line in run.said[:1]] == [f"2 blocks in {data}"]
    assert run.said[-1].endswith(": 50 % of its period is recorded")
    # The server was asked for a sample of each block.
    asked = [query for query in server.queries if " and timestamp(" in query]
    assert len(asked) == 2


def test_a_block_in_the_head_is_not_put_in_place(tmp_path: Path) -> None:
    data = data_folder(tmp_path)
    server = Server(on_the_grid(4), data=data)
    end = str(int(server.head.timestamp()) * 1000 + 1)
    tool = promtool(tmp_path, PROMTOOL.replace("END", end))
    with (
        running(server, promtool=tool) as run,
        pytest.raises(ProviderError, match="reaches into the head, and is not put in place"),
    ):
        run.into(data, tmp_path / "unused")
    assert DataFolder(data).blocks() == {}
    assert run.said == []


# --- promtool


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        ("echo 'one\ntwo' >&2; echo out; exit 1", "cannot make blocks: two"),
        ("echo out; exit 1", "cannot make blocks: out"),
        ("exit 3", "cannot make blocks: it exits with 3"),
    ],
)
def test_what_promtool_says_is_passed_on(tmp_path: Path, printed: str, why: str) -> None:
    tool = promtool(tmp_path, f"#!/bin/sh\n{printed}\n")
    with pytest.raises(ProviderError) as raised:
        run_promtool([tool, "x"])
    assert str(raised.value) == f"{tool} {why}"


def test_a_promtool_that_is_not_there_or_cannot_be_started(tmp_path: Path) -> None:
    for named, shown_name in ((None, "promtool"), ("other", "other")):
        with pytest.raises(ProviderError) as raised:
            found_promtool(named, str(tmp_path))
        assert str(raised.value) == (
            f"{shown_name} is not there; it comes with Prometheus: pass --promtool PATH"
        )
    tool = promtool(tmp_path, "#!/missing\n")
    assert found_promtool(None, str(tmp_path)) == tool
    assert found_promtool(tool, "") == tool
    with pytest.raises(ProviderError) as raised:
        run_promtool([tool, "x"])
    assert str(raised.value) == f"{tool} cannot be started: No such file or directory"
    run_promtool([promtool(tmp_path, "#!/bin/sh\nexit 0\n")])


def test_the_command_names_the_length_of_blocks_in_hours() -> None:
    command = promtool_command("pt", Path("/a.txt"), Path("/b"), length=18 * HOUR)
    assert command == [
        "pt", "tsdb", "create-blocks-from", "openmetrics", "--quiet",
        "--max-block-duration=18h", "/a.txt", "/b",
    ]  # fmt: skip


# --- counts


def series(name: str, *times: int, **labels: str) -> StoredSeries:
    found = labels_of({NAME: name, **labels})
    return StoredSeries(found, np.array(times, dtype=np.int64), np.zeros(len(times)))


def test_spans_grow_with_the_samples_of_the_target() -> None:
    [objective] = objectives(catalog(slo("checkout"), policy("checkout")))
    files = BackfillFiles()
    files.note(objective, [series("other", 1, 2, 3), series(TARGET, 5_000, 6_000, 9_000)])
    second = timedelta(seconds=1)
    assert (files.samples, files.spans) == (
        6, {objective.identity: TimeSpan(EPOCH + 5 * second, EPOCH + 9 * second)}
    )  # fmt: skip
    files.note(objective, [series(TARGET, 2_000, 7_000), series("other", 99_000)])
    files.note(objective, [series(TARGET, 8_000, 12_000)])
    assert (files.samples, files.spans) == (
        11, {objective.identity: TimeSpan(EPOCH + 2 * second, EPOCH + 12 * second)}
    )  # fmt: skip


def test_the_witness_is_the_latest_sample_with_its_labels() -> None:
    odd = 'a"\\\n'
    found = witness_of(
        [series("a", 1_000, 5_500), series("b", 9_000, 9_500, x=odd, y="z"), series("c", 9_400)]
    )
    assert found == Witness('b{x="a\\"\\\\\\n", y="z"}', 9.5)
    assert json.dumps(found.at) == "9.5"
