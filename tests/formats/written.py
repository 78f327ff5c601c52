"""One small example of everything that the program stores outside of the documents.

`python -m tests.formats.written FOLDER` writes the examples with the version that is checked out. A
release adds a folder with its version, and no test may change it afterwards.
"""

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from reliability.check.suppression.baseline import baseline_text
from reliability.forge.marker import Marker, with_marker
from reliability.history.month import Column, Month
from reliability.history.parquet import write_month
from reliability.history.samples.day_file import write_day
from reliability.history.samples.store import HeldSelector, SampleIndex, SampleStore
from reliability.model.baseline import KnownFinding
from reliability.plan.held import Owner
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.providers.mark import marked_text
from reliability.resource import Json, Resource, ResourceId
from reliability.timespan import TimeSpan

ID: Final = ResourceId("prometheus", "rules", "search")
BODY: Final[dict[str, Json]] = {"groups": [{"name": "search", "rules": []}]}
OWNER: Final = Owner("0123456789abcdef", "github.com/acme/reliability")
MARKER: Final = Marker("finding", "services/shop/slo.yaml slo-journey-missing")
KNOWN: Final = KnownFinding(
    fingerprint="0f6cbb4e7d0b9a31",
    rule="slo-journey-missing",
    path="services/shop/slo.yaml",
    location="metadata",
    message="checkout names no user journey",
)
DAY: Final = date(2026, 11, 1)
SPAN: Final = TimeSpan(
    datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=3)
)
COLUMN: Final = Column(0, (("__name__", "up"),))
COUNTS: Final = [1.0, 2.0, 4.0]
SELECTOR: Final = Selector.parse("up")


def write_all(folder: Path) -> None:
    """Write each example."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "marked.yml").write_bytes(marked_text(Resource(ID, BODY), OWNER))
    (folder / "comment.md").write_text(with_marker(MARKER, "A finding."), encoding="utf-8")
    (folder / "baseline.yaml").write_text(baseline_text([KNOWN]), encoding="utf-8")

    columns = {COLUMN: np.array(COUNTS)}
    month = Month(span=SPAN, columns=columns, covered=(SPAN,), source="an example")
    write_month(folder / "history/2026-11.parquet", month, "checkout", None)

    times = np.array([1_793_491_200_000 + 60_000 * step for step in range(3)], dtype=np.int64)
    counter = Counter({"__name__": "up"}, Samples(times, np.array(COUNTS), None))
    store = SampleStore(folder / "samples")
    path = store.path(SELECTOR, DAY)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_day(path, SELECTOR.text, (counter,))
    held = (HeldSelector(selector=SELECTOR.text, series=1, size=100),)
    store.write(SampleIndex(first=DAY, last=DAY, days=1, held=held))


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
