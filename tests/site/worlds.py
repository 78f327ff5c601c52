"""Small sites of data that a test writes down, built in one process, and their pages as text.

Every SLI has its events from a source in memory or from a store with the same minutes.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Final, cast

import numpy as np

from reliability.arrays import FloatArray
from reliability.backtest.slis import budget_history
from reliability.check.context import Context
from reliability.history.definition import Definition
from reliability.history.month import Column, Month, month_span, months
from reliability.history.parquet import write_month
from reliability.history.series import NoHistory, Series, SeriesSource
from reliability.history.sli import Counters, SliHistory
from reliability.history.sources.stored import StoredHistory
from reliability.history.store import Store
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.load.past import NO_GIT, GitPast
from reliability.message import Message
from reliability.render.words import Language
from reliability.site.build import BuiltSite, SiteBuild
from reliability.site.measuring import SiteInputs
from reliability.site.output import SiteFolder
from reliability.timespan import DAY, MINUTE, TimeSpan

TODAY: Final = date(2026, 10, 5)
NOW: Final = datetime(2026, 10, 5, tzinfo=UTC)
ROLLING: Final = "{duration: 30d, isRolling: true}"
NOTHING: Final = Message(
    "no data in the store; run `reliability history pull` or `reliability history import`"
)
"""The reason of a store without data."""
GOOD: Final = 'requests_total{code!~"5.."}'
WINDOWS: Final = """\
apiVersion: reliability/v1
kind: BurnRateWindows
metadata: {name: google-30d}
spec:
  period: 30d
  fast: [{long: 1h, short: 5m, budget: 2%}, {long: 6h, short: 30m, budget: 5%}]
  slow: [{long: 1d, short: 2h, budget: 10%}]
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTraffic:
    """Events of one group in each minute from `since` on, with failures a minute, and gaps."""

    since: datetime
    per_minute: float = 100.0
    failures: tuple[tuple[str, int, float], ...] = ()
    gaps: tuple[tuple[str, int], ...] = ()
    group: Mapping[str, str] = field(default_factory=dict)
    interval: timedelta | None = None

    def minutes(self, span: TimeSpan) -> tuple[FloatArray, FloatArray]:
        """Failed and all events by minute, NaN if they are not known."""
        total = np.full(span.steps(MINUTE), self.per_minute)
        bad = np.zeros(len(total))
        for start, minutes, failed in self.failures:
            bad[_part(span, start, minutes)] = failed
        for start, minutes in self.gaps:
            total[_part(span, start, minutes)] = np.nan
        total[: max((min(self.since, span.end) - span.start) // MINUTE, 0)] = np.nan
        return np.where(np.isnan(total), np.nan, bad), total


def _part(span: TimeSpan, start: str, minutes: int) -> slice:
    first = (at(start) - span.start) // MINUTE
    return slice(max(first, 0), max(first + minutes, 0))


@dataclass(frozen=True, slots=True)
class WrittenHistory:
    """A source in memory; a group has minutes in a span if it began in its last month or before."""

    traffic: Mapping[str, tuple[GroupTraffic, ...]]
    description: str = "written"
    is_made_up: bool = False

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        groups = [
            one
            for one in self.traffic.get(sli.slo, ())
            if month_span(one.since.date()).start < span.end
        ]
        if not groups:
            return NoHistory(NOTHING)
        return tuple(_series(one, span) for one in groups)

    def stored(self, folder: Path, catalog: Catalog) -> StoredHistory:
        """Write the same minutes into a store."""
        store = Store(folder)
        for objective in Context(today=TODAY, catalog=catalog).objectives:
            sli = budget_history(objective)
            definition = Definition.of(cast(Counters, sli.counters), sli.group_by)
            family = store.family(sli.service, sli.slo, definition)
            traffic = self.traffic.get(sli.slo, ())
            if not traffic or family.folder.exists():
                continue
            first = min(one.since for one in traffic)
            for day, part in months(TimeSpan(first, NOW)):
                family.folder.mkdir(parents=True, exist_ok=True)
                month = Month(
                    span=month_span(day),
                    covered=(part,),
                    source="a test",
                    interval=traffic[0].interval,
                )
                month.columns.update(_columns(traffic, month.span, part))
                write_month(family.path(day), month, sli.slo, definition)
        return StoredHistory(store)


def _series(one: GroupTraffic, span: TimeSpan) -> Series:
    bad, total = one.minutes(span)
    return Series(
        start=span.start,
        step=MINUTE,
        bad=np.nan_to_num(bad),
        total=np.nan_to_num(total),
        known=~np.isnan(total),
        source="a test",
        labels=dict(one.group),
        interval=one.interval,
    )


def _columns(
    traffic: tuple[GroupTraffic, ...], span: TimeSpan, part: TimeSpan
) -> Iterator[tuple[Column, FloatArray]]:
    for one in traffic:
        if month_span(one.since.date()).start >= span.end:
            continue
        bad, total = one.minutes(span)
        after = (part.end - span.start) // MINUTE
        for code, values in (("200", total - bad), ("500", bad)):
            values[after:] = np.nan
            labels = {"__name__": "requests_total", "code": code, **one.group}
            yield Column(0, tuple(sorted(labels.items()))), values


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWorld:
    """The documents of a repository by path, and what was measured."""

    files: Mapping[str, str]
    traffic: Mapping[str, tuple[GroupTraffic, ...]] = field(default_factory=dict)
    today: date = TODAY
    shown: timedelta = 100 * DAY
    replayed: timedelta = 28 * DAY
    past: GitPast = NO_GIT
    language: Language = "en"

    def catalog(self) -> Catalog:
        """The documents, in which nothing is wrong."""
        catalog, findings = load(
            [(PurePosixPath(path), text.encode()) for path, text in self.files.items()]
        )
        assert findings == []
        return catalog

    def inputs(self, source: SeriesSource | None = None) -> SiteInputs:
        """The inputs of all figures, with the traffic in memory unless another source is given."""
        context = Context(today=self.today, catalog=self.catalog())
        return SiteInputs.of(
            context, source or WrittenHistory(self.traffic), self.shown, self.replayed
        )

    def prepared(self, folder: Path, inputs: SiteInputs | None = None) -> SiteBuild:
        """The build of the site into the folder `out`."""
        out = SiteFolder(folder / "out", None)
        return SiteBuild.of(inputs or self.inputs(), self.past, out, self.language)

    def build(self, folder: Path, inputs: SiteInputs | None = None) -> BuiltSite:
        """Write the site into the folder `out`, in this process."""
        return self.prepared(folder, inputs).write(1)


def slo(
    name: str, *objectives: str, window: str = ROLLING, more: str = "", **annotations: str
) -> str:
    """An SLO of a service, which is the first part of its name, on its requests."""
    noted = "".join(
        f'    reliability/{key.replace("_", "-")}: "{text}"\n' for key, text in annotations.items()
    )
    listed = "".join(f"    - {{{one}}}\n" for one in objectives)
    return f"""\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: {name}
{more}{f"  annotations:{chr(10)}{noted}" if noted else ""}spec:
  service: {name.partition("-")[0]}
  indicator:
    metadata: {{name: {name}}}
    spec:
      ratioMetric:
        counter: true
        good: {{metricSource: {{type: Prometheus, spec: {{query: '{GOOD}'}}}}}}
        total: {{metricSource: {{type: Prometheus, spec: {{query: 'requests_total'}}}}}}
  timeWindow: [{window}]
  budgetingMethod: Occurrences
  objectives:
{listed}"""


def document(kind: str, name: str, spec: str) -> str:
    """A document of ours, with a specification that is indented by two spaces."""
    return f"apiVersion: reliability/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n{spec}"


LINES: Final = frozenset(
    (
        *("h1", "h2", "h3", "p", "li", "tr", "div", "dt", "dd", "caption", "figcaption", "ul"),
        *("svg", "rect", "path", "text", "table", "title", "use", "summary", "script", "link"),
        *("entry", "updated", "id", "author", "feed", "content"),
    )
)
"""Elements that begin a line."""
SHOWN: Final = ("id", "href", "class", "d", "x", "y", "width", "title", "role", "viewbox", "term")
HIDDEN: Final = frozenset(("number", "cards", "date", "item", "mark", "narrow", "many", "help"))
"""Classes of the layout."""


@dataclass(slots=True)
class Lines(HTMLParser):
    """The text of a page with its links and charts: a line for each row, item and shape."""

    lines: list[str] = field(default_factory=lambda: [""])

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in LINES:
            self.lines.append("")
        elif tag in ("td", "th") and self.lines[-1]:
            self.lines[-1] += " |"
        known = [(name, value or "") for name, value in attrs if name in SHOWN]
        shown = [f"{name}={value}" for name, value in known if value not in HIDDEN]
        if shown and tag not in ("td", "th", "main", "svg"):
            self.lines[-1] += f" <{tag} {' '.join(shown)}>"

    def handle_data(self, data: str) -> None:
        self.lines[-1] += f" {' '.join(data.split())}" if data.strip() else ""


def page_text(path: Path) -> str:
    """The main part and the footer of a page as lines."""
    text = path.read_text(encoding="utf-8")
    lines = Lines()
    start = max(text.find("<main"), 0)
    lines.feed(text[start:])
    lines.close()
    shown = (" ".join(line.split()) for line in lines.lines)
    return "".join(f"{line}\n" for line in shown if line)


def site_text(folder: Path, *names: str) -> str:
    """Pages and JSON files of a site, each below its name."""
    parts: list[str] = []
    for name in names:
        path = folder / name
        if path.suffix == ".json":
            content = json.loads(path.read_bytes())
            text = json.dumps(content, ensure_ascii=False, indent=1)
            text = text.replace("\n     ", " ") + "\n"
        else:
            text = page_text(path)
        parts.append(f"=== {name}\n{text}")
    return "\n".join(parts)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a site."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def pages_of(folder: Path, language: str = "en") -> list[str]:
    """The names of the pages of a language and of the JSON files, in their order."""
    data = [folder / "status.json", *(folder / "services").glob("*.json")]
    paths = [*(folder / language).rglob("*.html"), *data]
    return sorted(path.relative_to(folder).as_posix() for path in paths)
