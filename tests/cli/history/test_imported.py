"""`history import`: all that it prints for each kind of file, in golden files."""

from pathlib import Path
from typing import Final

from tests.cli.history.test_pull import GOLDEN, NOWHERE, QUEUE, add
from tests.cli.program import transcript
from tests.golden import Golden
from tests.history.shop import SLO, write_shop

CSV: Final = ("history", "import", "counts.csv", "--format", "csv")
OPENMETRICS: Final = ("history", "import", "samples.txt", "--format", "openmetrics")
OF_DATADOG: Final = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: placed}
spec:
  service: orders
  indicator:
    metadata: {name: placed}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Datadog, spec: {query: 'sum:orders.good{*}.as_count()'}}}
        total: {metricSource: {type: Datadog, spec: {query: 'sum:orders.all{*}.as_count()'}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: placed, target: 0.99}]
"""
OF_HISTOGRAM: Final = (
    OF_DATADOG.replace("placed", "quick")
    .replace("Datadog", "Prometheus")
    .replace("sum:orders.good{*}.as_count()", "histogram_fraction(0, 1, s) * histogram_count(s)")
    .replace("sum:orders.all{*}.as_count()", "histogram_count(s)")
)
SAMPLES: Final = """\
# TYPE requests counter
requests_total{job="shop",code="200"} 10 1790000000
requests_total{job="shop",code="200"} 70 1790000060
requests_total{job="shop",code="500"} 1 1790000000
requests_total{job="shop",code="500"} 4 1790000060
# EOF
"""


def shop(folder: Path) -> Path:
    """Two SLOs of the shop, one of another service, and one by region."""
    root = write_shop(folder, NOWHERE)
    add(root, "paying")
    named = "metadata: {name: regions, annotations: {reliability/group-by: region}}"
    grouped = SLO.replace("metadata: {name: checkout}\nspec", f"{named}\nspec")
    (root / "services/shop/regions.yaml").write_text(grouped)
    (root / "services/orders").mkdir()
    (root / "services/orders/slo.yaml").write_text(f"{QUEUE}---{OF_DATADOG}---{OF_HISTOGRAM}")
    return root


def test_counts_from_csv(golden: Golden, tmp_path: Path) -> None:
    root = shop(tmp_path)
    (root / "counts.csv").write_text(
        "time,good,total\n2026-10-01T00:00:00Z,97,100\n2026-10-01T01:30:00Z,5,5\n"
    )
    (root / "regions.csv").write_text("time,bad,total,region\n2026-10-01T00:00:00Z,1,9,eu\n")
    (root / "empty.csv").write_text("time,bad,total\n")
    text = transcript(
        root,
        CSV,
        (*CSV, "--slo", "checkout"),
        (*CSV, "--slo", "shop"),
        (*CSV, "--slo", "regions"),
        (*CSV, "--slo", "queue"),
        (*CSV, "--slo", "nobody"),
        ("history", "import", "regions.csv", "--format", "csv", "--slo", "regions"),
        ("history", "import", "empty.csv", "--format", "csv", "--slo", "checkout"),
        ("history", "import", "missing.csv", "--format", "csv", "--slo", "checkout"),
        ("history", "import", "counts.csv"),
    )
    golden.check(GOLDEN / "import-csv.txt", text)


def test_counters_from_openmetrics(golden: Golden, tmp_path: Path) -> None:
    root = shop(tmp_path)
    (root / "samples.txt").write_text(SAMPLES)
    (root / "other.txt").write_text(SAMPLES.replace("requests", "others"))
    text = transcript(
        root,
        OPENMETRICS,
        (*OPENMETRICS, "--slo", "checkout"),
        (*OPENMETRICS, "--slo", "queue"),
        ("history", "import", "other.txt", "--format", "openmetrics"),
    )
    golden.check(GOLDEN / "import-openmetrics.txt", text)


def test_a_repository_without_history_says_so(golden: Golden, tmp_path: Path) -> None:
    root = shop(tmp_path)
    (root / "samples.txt").write_text(SAMPLES)
    (root / "policies/history.yaml").unlink()
    text = transcript(root, OPENMETRICS, ("history", "pull"), ("history", "prune"))
    golden.check(GOLDEN / "no-history.txt", text)
