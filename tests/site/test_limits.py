"""Long lists are cut at their limits, and the rest is counted."""

from pathlib import Path
from typing import Final

import pytest

from tests.site.built import Page, build

HISTORY: Final = """\
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec: {source: {type: synthetic, seed: 1}, step: 1m, span: 7d, store: .reliability/history}
"""
OWNER: Final = """\
apiVersion: reliability/v1
kind: Ownership
metadata: {name: NAME}
spec:
  team: team-NAME
  criticality: critical
  lifecycle: production
  description: One of many
  approvers: {product: "@a", technical: "@b"}
"""
SLO: Final = """\
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: NAME-SLO, annotations: {reliability/journey: Journey NAME-SLO}}
spec:
  service: NAME
  indicator:
    metadata: {name: NAME-SLO}
    spec:
      ratioMetric:
        counter: true
        bad: {metricSource: {type: Prometheus, spec: {query: 'failed_total'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'events_total'}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
"""
INCIDENTS: Final = """\
apiVersion: reliability/v1
kind: Incidents
metadata: {name: s000}
spec:
  service: s000
  incidents:
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of 206 SLOs in 103 services, each of its own team, with 303 incidents."""
    top = tmp_path_factory.mktemp("many")
    root = top / "repository"
    (root / "policies").mkdir(parents=True)
    (root / "policies/history.yaml").write_text(HISTORY)
    for number in range(103):
        service = f"s{number:03}"
        folder = root / "services" / service
        folder.mkdir(parents=True)
        (folder / "ownership.yaml").write_text(OWNER.replace("NAME", service))
        slos = (
            SLO.replace("NAME-SLO", f"{service}-{name}").replace("NAME", service) for name in "ab"
        )
        (folder / "slo.yaml").write_text("".join(slos))
    times = (f"2026-11-{1 + number // 24:02}T{number % 24:02}" for number in range(303))
    incidents = (
        f"    - {{name: i, start: {at}:00:00Z, end: {at}:10:00Z, impact: Some}}\n" for at in times
    )
    (root / "services/s000/incidents.yaml").write_text(INCIDENTS + "".join(incidents))
    ended = build(root, top / "out", "--days", "30")
    assert (ended.code, ended.err) == (0, "")
    return top / "out"


@pytest.mark.parametrize(
    ("page", "rows", "more"),
    [
        ("index", 100, ["and 156 more", "and 106 more: see the teams below.", "and 106 more"]),
        ("calendar", 200, ["and 6 more: see the teams."]),
        ("incidents", 300, ["and 3 more"]),
        ("reviews", 200, ["and 6 more"]),
    ],
)
def test_a_list_ends_at_its_limit_with_a_count(
    out: Path, page: str, rows: int, more: list[str]
) -> None:
    path = out / f"en/{page}.html"
    parts = [" ".join(part.split()) for part in Page.of(path).parts]
    assert [part for part in parts if part.startswith("and ") and "more" in part] == more
    text = path.read_text(encoding="utf-8")
    if page == "reviews":
        assert text.count("<section class=slo") == rows
        assert text.count("suggested target") == 20
    elif page == "index":
        attention, slos, *_ = text.split("<h2 id=slos>")
        assert attention.count("<li>\n<span class=") + attention.count("<li><span class=") == 50
        assert slos.partition("</table>")[0].count("<tr>") == rows + 1
    else:
        assert text.rpartition("</table>")[0].rpartition("<tbody>")[2].count("<tr>") == rows
