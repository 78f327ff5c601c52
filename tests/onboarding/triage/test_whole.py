"""Whole triages: what is said of each alert, in one golden file for each kind of input.

`pytest tests/onboarding/triage/test_whole.py --update-golden` rewrites them; read what has changed.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from reliability.convert.converter import ConversionOptions
from reliability.convert.gathering import gather
from reliability.convert.prometheus_rules.converter import PrometheusRulesConverter
from reliability.errors import ReliabilityError
from reliability.onboarding.triage.alert import (
    Decision,
    ServiceIncident,
    TriageKnowledge,
    alerts,
)
from reliability.onboarding.triage.collector import match_messages
from reliability.onboarding.triage.draft import with_tiers
from reliability.onboarding.triage.reading import TriageInputs, TriageSources, read_all
from reliability.onboarding.triage.report.json import json_report
from reliability.onboarding.triage.suggested_slos import suggested_slos
from reliability.onboarding.triage.totals import span_of, totals
from reliability.onboarding.triage.triaged import Triaged
from reliability.timespan import TimeSpan
from tests.convert.test_whole_imports import GROUPS, ROUTES
from tests.golden import Golden
from tests.onboarding.triage import tools
from tests.onboarding.triage.test_tools import slack_export
from tests.onboarding.triage.tools_held_out import HELD_OUT
from tests.onboarding.triage.tools_tuning import TUNING

GOLDEN: Final = Path(__file__).parent / "golden"
MORE: Final = """\
  - name: more
    rules:
      - alert: NeverTrue
        expr: rate(shop_requests_total[5m]) < 0
      - alert: NoQuery
        expr: "sum by ("
      - alert: Impossible
        expr: (a:ratio1h > 14.4 * 0.1) and (a:ratio5m > 14.4 * 0.1)
      - alert: ShopAgain
        expr: up{job="shop"} == 0
        labels: {severity: warning, owner: sales}
      - alert: DiskFull
        expr: predict_linear(disk_free[6h], 4 * 3600) < 0
        annotations: {message: The disk runs full, runbook: x}
      - alert: UnknownMetric
        expr: nowhere_total > 1
      - alert: UnknownOr
        expr: nowhere_total > 1 or up == 0
      - alert: CheckoutErrors
        expr: rate(checkout_errors_total[5m]) / rate(checkout_requests_total[5m]) > 0.01
        for: 10m
        labels: {severity: critical, squad: pay, namespace: shop}
        annotations: {summary: Users see errors at the checkout}
      - alert: CheckoutLatency
        expr: histogram_quantile(0.99, rate(checkout_seconds_bucket[5m])) > 2
        labels: {service: checkout}
"""
TABLE: Final = """\
time,alert,severity,service,team,resolved,mentions,acked
2026-10-01 10:00,DiskFull,warning,shop,sales,2026-10-01 10:05,yes,no
2026-10-01 11:00,DiskFull,warning,shop,sales,2026-10-01 11:30,no,yes
2026-10-02 10:00,ShopDown,critical,shop,sales,2026-10-02 12:00,yes,yes
2026-10-02 10:01,CheckoutErrors,critical,checkout,pay,2026-10-02 10:31,yes,yes
2026-10-03 10:00,Nobody knows,,bank,,,no,
soon,Broken,,,,,,
"""
FELT: Final = TimeSpan(
    datetime(2026, 10, 2, 9, 59, tzinfo=UTC), datetime(2026, 10, 2, 10, 30, tzinfo=UTC)
)


def read(*paths: Path, channels: frozenset[str] = frozenset()) -> TriageInputs:
    sources = TriageSources(
        paths=paths,
        channels=channels,
        prometheus=None,
        authorization=None,
        pager=None,
        days=14,
        service=None,
        team=None,
        secret=str,
        note=lambda _text: None,
    )
    return read_all(sources)


def report(gathered: TriageInputs, known: TriageKnowledge) -> str:
    """The report with an alert on each line, what could not be read, and the draft."""
    collector = gathered.collector
    every = alerts(match_messages(gathered.rules, collector), known)
    span = gathered.span or span_of(collector.first, collector.last)
    counted = totals(every, span, mentions_are_known=gathered.mentions_are_known)
    whole = Triaged(
        alerts=tuple(every),
        totals=counted,
        suggested_slos=tuple(suggested_slos(every)),
        span=span,
        read=dict(collector.read),
    )
    parts = json.loads(json_report(whole))
    lines = []
    for key, value in parts.items():
        values = value if isinstance(value, list) else [value]
        lines += [f"{key}: {json.dumps(item, ensure_ascii=False)}" for item in values]
    lines += [f"unread: {text.rpartition('/')[2]}" for text in gathered.unread]
    if gathered.originals:
        options = ConversionOptions()
        converted = PrometheusRulesConverter().convert(gathered.originals, options)
        for path, text in sorted(gather(with_tiers(converted, every), options).files.items()):
            lines += [f"== {path}", *text.splitlines()]
    return "".join(f"{line}\n" for line in lines)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "rules.yml").write_text(GROUPS + MORE)
    return tmp_path / "rules.yml"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "alerts.csv").write_text(TABLE)
    return tmp_path / "alerts.csv"


def anywhere(text: str, folder: Path) -> str:
    return text.replace(f"{folder}/", "").replace(str(folder)[1:] + "/", "")


def test_rules_alone(golden: Golden, rules: Path, tmp_path: Path) -> None:
    known = TriageKnowledge(teams={"more": "owners"})
    golden.check(GOLDEN / "rules.txt", anywhere(report(read(rules), known), tmp_path))


def test_rules_with_what_is_known_around_them(
    golden: Golden, rules: Path, table: Path, tmp_path: Path
) -> None:
    (tmp_path / "alertmanager.yml").write_text(ROUTES)
    gathered = read(rules, table, tmp_path / "alertmanager.yml")
    assert gathered.routing is not None
    known = TriageKnowledge(
        metrics=frozenset({"up", "shop_info", "disk_free", "checkout_errors_total"}),
        unhealthy={"ShopSlow": "its last evaluation failed"},
        evaluated=frozenset({"ShopDown", "ShopInfo", "Watchdog"}),
        teams={"bank": "money"},
        decisions={
            source.id: Decision("remove", "ann", "old")
            for source in alerts(
                match_messages(gathered.rules, gathered.collector), TriageKnowledge()
            )
            if source.name == "ShopInfo"
        },
        incidents=(ServiceIncident("shop", FELT), ServiceIncident("other", FELT)),
    )
    golden.check(GOLDEN / "rules-and-table.txt", anywhere(report(gathered, known), tmp_path))


@pytest.mark.parametrize("name", ["tuning", "held-out"])
def test_an_export_of_many_tools(golden: Golden, name: str, tmp_path: Path) -> None:
    written = tools.messages({"tuning": TUNING, "held-out": HELD_OUT}[name], 4242)
    export = slack_export(tmp_path / "export", written)
    golden.check(GOLDEN / f"{name}.txt", report(read(export), TriageKnowledge()))
    assert read(export, channels=frozenset({"other"})).collector.read == {}


@pytest.mark.parametrize(
    ("name", "text", "refusal"),
    [
        (
            "a.csv",
            "x,y\n",
            "no time or text column in the first line; expected names such as `time` and `title`",
        ),
        ("a.zip", "x", "neither a Slack export nor Datadog events"),
        ("a.jsonl", "{}", "neither a Slack export nor Datadog events"),
    ],
)
def test_what_is_nothing_that_can_be_triaged_is_refused(
    tmp_path: Path, name: str, text: str, refusal: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ReliabilityError) as refused:
        read(tmp_path / name)
    assert str(refused.value) == f"{tmp_path / name}: {refusal}"


def test_two_configurations_of_alertmanager_and_one_that_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(ROUTES)
    (tmp_path / "b.yml").write_text(ROUTES)
    with pytest.raises(ReliabilityError, match=r"[ab]\.yml: a second Alertmanager configuration"):
        read(tmp_path)
    (tmp_path / "b.yml").write_text("x: 1\nroute: {receiver: nobody}\nreceivers: []\n")
    (tmp_path / "a.yml").unlink()
    with pytest.raises(ReliabilityError, match=r"b\.yml:2: "):
        read(tmp_path)
