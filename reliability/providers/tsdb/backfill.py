"""Backfill of one replica: evaluated block by block, then put in place or written as files."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reliability.backtest.backfill import Backfilling, before_first, records_of
from reliability.backtest.status import period_of
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.names import TARGET, SeriesNames
from reliability.history.covered import chunks
from reliability.history.sources.live import LiveServer
from reliability.history.sources.prometheus import PrometheusServer
from reliability.load.catalog import Catalog
from reliability.progress import stepped
from reliability.promql.evaluate.lines import NAME, Labels
from reliability.promql.evaluate.refused import CannotReplay
from reliability.promql.evaluate.semantics import Semantics, milliseconds
from reliability.promql.evaluate.stored import StoredSeries
from reliability.providers.recorded import key_of, recorded_shares
from reliability.providers.tsdb.blocks import (
    Witness,
    await_loaded,
    length_within,
    make_blocks,
    place_blocks,
)
from reliability.providers.tsdb.facts import Database, database_of, first_samples, ranges_of
from reliability.providers.tsdb.folder import STAGING, DataFolder, wait
from reliability.providers.tsdb.openmetrics import write_openmetrics
from reliability.providers.tsdb.promtool import found_promtool, promtool_command
from reliability.render.numbers import percent_known
from reliability.render.times import minute, utc_minute
from reliability.resolve.objectives import Objective
from reliability.timespan import EPOCH, MINUTE, TimeSpan
from reliability.writing import make_folder


@dataclass(frozen=True, slots=True)
class PrometheusReplica:
    """A Prometheus server, with the name of its target."""

    name: str
    url: str
    authorization: str | None
    tenant: str | None = None


@dataclass(frozen=True, slots=True)
class BackfillDestination:
    """Destination of a backfill: the data folder of the server, or `output` if that is not known.

    `output` gets files for the server's machine. Others may have committed symbolic links below
    `committed`; no write follows one.
    """

    data: Path | None
    output: Path
    committed: Path | None


@dataclass(frozen=True, slots=True)
class BackfillObjective:
    """An objective to backfill, and the span that may be written.

    `first` is the time of the first sample of each of its series on the server, in milliseconds
    since 1970.
    """

    objective: Objective
    span: TimeSpan
    first: dict[Labels, int]

    @property
    def end(self) -> datetime:
        """End of what is missing: the beginning of the series that begins last, if there is one."""
        if not self.first:
            return self.span.end
        latest = EPOCH + timedelta(milliseconds=max(self.first.values())) - MINUTE
        return min(latest, self.span.end)

    def within(self, part: TimeSpan) -> TimeSpan | None:
        """Return the span to evaluate in the span of a block; None if nothing is missing there."""
        return part.overlap(TimeSpan(self.span.start, max(self.end, self.span.start)))


@dataclass(slots=True)
class BackfillFiles:
    """Files of samples, one per block, each with a sample that shows whether the block is loaded.

    `spans` is the time between the first and the last written sample, by identity of the objective.
    """

    files: list[tuple[Path, Witness]] = field(default_factory=list)
    samples: int = 0
    spans: dict[str, TimeSpan] = field(default_factory=dict)

    def note(self, objective: Objective, series: Iterable[StoredSeries]) -> None:
        """Count the samples of an objective, and extend the span that they cover."""
        for one_series in series:
            self.samples += len(one_series.times)
            if dict(one_series.labels)[NAME] == TARGET:
                ends = (EPOCH + timedelta(milliseconds=int(one_series.times[at])) for at in (0, -1))
                start, end = ends
                before = self.spans.get(objective.identity, TimeSpan(start, end))
                whole = TimeSpan(min(before.start, start), max(before.end, end))
                self.spans[objective.identity] = whole


@dataclass(slots=True, kw_only=True)
class Backfill:
    """Backfill of one replica.

    `promtool` is the program that the options name; otherwise it is looked up in `search_path`.
    `say` takes results, and `note` progress and warnings.
    """

    catalog: Catalog
    replica: PrometheusReplica
    source: PrometheusServer
    days: int | None
    promtool: str | None
    search_path: str
    say: Callable[[str], None]
    note: Callable[[str], None]
    left_out: set[str] = field(default_factory=set)

    def run(self, objectives: Sequence[Objective], destination: BackfillDestination) -> bool:
        """Backfill objectives; return whether each of them could be evaluated."""
        if destination.data is None:
            self._print_commands(objectives, destination)
        else:
            self._into(DataFolder(destination.data.absolute()), objectives)
        return not self.left_out

    def _into(self, folder: DataFolder, objectives: Sequence[Objective]) -> None:
        promtool = found_promtool(self.promtool, self.search_path)
        server = self.source.server
        with folder.writing():
            await_loaded(server, folder, wait, note=self.note)
            database = folder.ensure_of(lambda: database_of(server), wait)
            written = self._evaluated(objectives, database, folder.staging)
            length = length_within(database.longest)
            blocks = [
                block
                for text, witness in written.files
                for block in make_blocks(promtool, text, folder, length=length, witness=witness)
            ]
            # Read again, because the head moves while blocks are made, and `place_blocks` refuses a
            # block that reaches into it.
            number = place_blocks(blocks, folder, database_of(server).head)
            await_loaded(server, folder, wait, note=self.note)

        self._say(written, f"{number} blocks in {folder.path}")
        self._report_known(objectives)

    def _print_commands(
        self, objectives: Sequence[Objective], destination: BackfillDestination
    ) -> None:
        output = destination.output
        make_folder(output, destination.committed)
        for old in output.glob("*.txt"):
            old.unlink()
        database = database_of(self.source.server)
        written = self._evaluated(objectives, database, output)
        self._say(written, f"{len(written.files)} files in {output}")
        if written.files:
            self.say("\n".join(self._commands(written, database, output)))

    def _commands(self, written: BackfillFiles, database: Database, output: Path) -> Iterator[str]:
        """Yield commands that make the blocks beside the data and move them, the newest first."""
        staging = Path(database.path) / STAGING
        name, length = self.promtool or "promtool", length_within(database.longest)
        yield f"# on the machine of {self.replica.url}, as its user, with {output} there:"
        yield f"mkdir {shlex.quote(str(staging))}"
        texts = [text for text, _ in written.files]
        yield from (
            shlex.join(promtool_command(name, text, staging, length=length)) for text in texts
        )
        blocks = f"$(ls -r {shlex.quote(str(staging))})"
        moved = f'mv "{staging}/$block" {shlex.quote(str(database.path))}/'
        yield f"for block in {blocks}; do {moved}; done"
        yield f"rmdir {shlex.quote(str(staging))}"

    def _evaluated(
        self, objectives: Sequence[Objective], database: Database, folder: Path
    ) -> BackfillFiles:
        """Write a file for the time of each block, with the samples of all objectives in it."""
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        wanted = [
            objective
            for objective in self._wanted(objectives, database, now)
            if objective.within(objective.span)
        ]
        written = BackfillFiles()
        if not wanted:
            return written

        rules = Directory.of(self.catalog)
        semantics = Semantics(ranges_of(self.source.server))
        backfilling = Backfilling(LiveServer(self.source), rules, semantics)
        whole = TimeSpan(
            min(objective.span.start for objective in wanted),
            max(objective.end for objective in wanted),
        )

        parts = list(chunks(whole, length_within(database.longest)))
        for number, part in enumerate(stepped("evaluating blocks", parts, len(parts))):
            series = list(self._of_block(wanted, part, backfilling, written=written))
            if series:
                path = folder / f"{number:04}.txt"
                write_openmetrics(path, series)
                written.files.append((path, witness_of(series)))

        return written

    def _wanted(
        self, objectives: Iterable[Objective], database: Database, now: datetime
    ) -> Iterator[BackfillObjective]:
        head = EPOCH + timedelta(milliseconds=database.head)
        kept = now - database.retention if database.retention else EPOCH
        for objective in objectives:
            period = period_of(objective, now)
            if period is None:
                self._leave_out(objective, f"no period of its calendar holds {now:%Y-%m-%d}")
                continue

            start = now - timedelta(days=self.days) if self.days else period.start
            span = TimeSpan(max(start, kept), head)
            if span.start < span.end:
                names = SeriesNames.of(objective)
                selectors = {record: names.select(record) for record in records_of(objective)}
                server, length = self.source.server, now - span.start
                yield BackfillObjective(
                    objective, span, first_samples(server, selectors, length, at=now)
                )

    def _of_block(
        self,
        wanted: Iterable[BackfillObjective],
        part: TimeSpan,
        rules: Backfilling,
        written: BackfillFiles,
    ) -> Iterator[StoredSeries]:
        for objective in wanted:
            span = objective.within(part)
            if span is None or objective.objective.identity in self.left_out:
                continue

            try:
                recordings = rules.recordings(objective.objective, span)
            except CannotReplay as error:
                self._leave_out(objective.objective, str(error))
                continue

            until = milliseconds(objective.span.end - EPOCH)
            series = tuple(before_first(recordings, objective.first, until))
            written.note(objective.objective, series)
            yield from series

    def _leave_out(self, objective: Objective, reason: str) -> None:
        self.left_out.add(objective.identity)
        self.note(f"{objective.identity}: left out: {reason}")

    def _say(self, written: BackfillFiles, where: str) -> None:
        name = self.replica.name
        if not written.files:
            self.say(
                f"{name}: nothing to write: the server already has recordings, or no raw samples "
                "before its head block"
            )
            return

        self.say(f"{name}: {written.samples:,} samples, {where}")
        for identity, span in written.spans.items():
            shown = f"{minute(span.start)} to {utc_minute(span.end)}"
            self.say(f"  {identity}: {shown}")

    def _report_known(self, objectives: Sequence[Objective]) -> None:
        shares = recorded_shares(self.source.server, objectives, datetime.now(UTC))
        for objective in objectives:
            share = percent_known(shares.get(key_of(objective), 0.0))
            self.say(f"  {objective.identity}: {share} of its period is recorded")


def witness_of(series: Sequence[StoredSeries]) -> Witness:
    """Return the latest sample of the series, as a query that has a result once it is loaded."""
    one = max(series, key=lambda each: int(each.times[-1]))
    named = dict(one.labels)
    name = named.pop(NAME)
    matchers = ", ".join(f"{label}={_quoted(value)}" for label, value in named.items())
    return Witness(f"{name}{{{matchers}}}", int(one.times[-1]) / 1000)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
