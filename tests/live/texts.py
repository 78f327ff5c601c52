"""Objectives of every form on an application whose events are known, and what texts must say."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from reliability.compile.alertmanager.compiler import AlertmanagerConfig
from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.load.catalog import Catalog
from reliability.render.yaml_text import yaml_text
from reliability.resource import Resource
from tests.cli.program import reliability
from tests.compile.alertmanager_cases import Files, alert_policy, catalog_at
from tests.compile.forms import raw, threshold, timeslices
from tests.compile.repositories import Document, ours, slo, windows
from tests.live.emitted import EVERY, SCRAPED, Application, History, Stretch, fresh_history
from tests.live.proxy import Proxy, run_proxy
from tests.live.recorder import Recorder, run_recorder
from tests.live.repository import OWNER_ID, alertmanager_at
from tests.live.shop import SOON, repository
from tests.servers.alertmanager import Alertmanager, run_alertmanager
from tests.servers.generation import Generation
from tests.servers.process import wait_for
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.remote_write import push

BEGAN: Final = 3 * 86400 + 600
TIERS: Final = {
    "alert": {"mention": True, "page": True, "grouping": SOON},
    "ticket": {"ticket": True, "grouping": SOON},
}


MORE: Final[Mapping[str, Document]] = {
    "quiet": {"minimumFailures": 5},
    "ledger": {"windows": "two-days"},
    "gap": {"windows": "two-days"},
}
"""What the alert policy says more of an SLO."""


def outage(rate: float, since: int, failing: float, before: float = 0.0005) -> Application:
    """Days of a few failures, then an outage."""
    return Application((Stretch(BEGAN, rate, before), Stretch(since, rate, failing)))


CHECKOUT: Final = outage(7, 1200, 0.2)
SEARCH: Final = outage(5, 86400, 0.04)
HEALTHY: Final = outage(3, 1200, 0.0005)
QUIET: Final = outage(0.02, 1800, 0.5, before=0)
YOUNG: Final = outage(4, 3600, 0.3)
LEDGER: Final = outage(6, 5400, 0.4)
STALE_SINCE: Final = 38 * 60
GONE_SINCE: Final = 12 * 60
BACKFILLED: Final = timedelta(days=2, hours=1)
YOUNG_IS_SEEN: Final = timedelta(minutes=12)
APPLICATIONS: Final[Mapping[str, Application]] = {
    "checkout": CHECKOUT, "search": SEARCH, "quiet": QUIET, "young": YOUNG, "refunds": CHECKOUT,
    "ledger": LEDGER,
    "gap": LEDGER,
    "slices": CHECKOUT,
}  # fmt: skip


def on(app: str, *, target: float = 0.998, name: str = "", **more: Any) -> Document:
    """An SLO on the counters of one application."""
    total = f'requests_total{{app="{app}"}}'
    bad = f'requests_total{{app="{app}",code="500"}}'
    made = slo(bad=bad, total=total, target=target, name=name or app, **more)
    made["metadata"]["displayName"] = (name or app).capitalize()
    return made


def documents() -> dict[str, Document]:
    """An SLO of each form, by name."""
    month = {"startTime": "2026-01-01 00:00:00", "timeZone": "UTC"}
    index = threshold("time() - index_timestamp_seconds", value=600, name="index")
    index["metadata"]["displayName"] = "The index is fresh"
    return {
        "checkout": on("checkout"),
        "renamed": on("checkout", name="renamed"),
        "month": on("checkout", name="month", timeWindow=[{"duration": "1M", "calendar": month}]),
        "regions": on("regions", annotations={"group-by": "region"}),
        "search": on("search", target=0.99),
        "quiet": on("quiet", target=0.99),
        "young": on("young"),
        "refunds": on("refunds"),
        "silent": on("silent"),
        "index": index,
        "ledger": on("ledger", target=0.95, period="2d"),
        "gap": on("gap", target=0.95, period="2d"),
        "slices": timeslices(on("slices", target=0.99)),
        "raw": raw('success{job="raw"}', name="raw", objectives=[{"target": 0.998}]),
        "gone": on("gone"),
    }


def files(recorder: Recorder, secrets: Path) -> Files:
    """The repository of the shop with these SLOs instead of its own."""
    made = repository(recorder, secrets, TIERS)
    entries = [
        {"slo": name, "runbook": "docs/checkout.md", "noData": {"after": "10m", "tier": "ticket"}}
        | MORE.get(name, {})
        for name in documents()
    ]
    made["services/shop/alert-policy.yaml"] = alert_policy("shop", objectives=entries)
    made["policies/two-days.yaml"] = windows("two-days", "2d", [("1h", "5m", "5%")], [])
    del made["services/shop/slo.yaml"]
    return made | {f"services/shop/{name}.yaml": each for name, each in documents().items()}


def history(age: timedelta) -> History:
    """What the server holds: days of events, and recordings of so long; none after a rename."""
    made = fresh_history()
    for app, application in APPLICATIONS.items():
        seen = {"seen": YOUNG_IS_SEEN} if app == "young" else {}
        made.requests("requests_total", {"app": app}, application, **seen)
        recorded = BACKFILLED if app in ("ledger", "gap") else age
        made.recordings(ids(app), application, recorded, until=6000 if app == "gap" else 0)
    for region, application in (("eu", HEALTHY), ("us", CHECKOUT)):
        labels = {"app": "regions", "region": region}
        made.requests("requests_total", labels, application)
        made.recordings({**ids("regions"), "region": region}, application, age)
    made.recordings(ids("month"), CHECKOUT, age)
    stood = made.now.timestamp() - STALE_SINCE
    written = [(at, min(stood, made.now.timestamp() - at)) for at in range(BEGAN, -1, -15)]
    made.add("index_timestamp_seconds", {"job": "index"}, written)
    successes = [(at, 0.8 if at <= 1200 else 1.0) for at in range(7200, -1, -SCRAPED)]
    made.add("success", {"job": "raw"}, successes)
    gone = range(BEGAN, GONE_SINCE, -SCRAPED)
    for code, index in (("500", 0), ("200", 1)):
        counters = [(at, float(CHECKOUT.counters(at)[index])) for at in gone]
        made.add("requests_total", {"app": "gone", "code": code}, counters)
    burning = [(at, 0.2 if at < 1200 else 0.0005) for at in range(7200, GONE_SINCE, -EVERY)]
    for record in ("sli_error:ratio_rate5m", "sli_error:ratio_rate1h", "sli_total:rate5m"):
        made.add(f"slo:{record}", {**ids("gone"), "sloth_window": record[-2:]}, burning)
    for name in ("silent", "gone"):
        pending = {"alertname": "SLINoData", "service": "shop", "slo": name}
        pending |= {"objective": name, "team": "shop", "tier": "ticket"}
        made.add("ALERTS_FOR_STATE", pending, [(15, made.now.timestamp() - 900)])
    return made


def ids(name: str) -> dict[str, str]:
    return {"sloth_id": f"shop-{name}", "sloth_service": "shop", "sloth_slo": name}


@dataclass(frozen=True, slots=True)
class Text:
    """Annotations as Prometheus sent them, and the time of what they tell of.

    Their rule was evaluated so many seconds before now, and the newest sample was then of `seen`.
    """

    annotations: Mapping[str, str]
    since: float
    seen: float

    def __str__(self) -> str:
        shown = ("summary", "description", "events", "budget")
        return "\n".join(filter(None, map(self.annotations.get, shown)))

    def __getitem__(self, name: str) -> str:
        return self.annotations.get(name, "")

    def events(self, application: Application, seconds: int) -> tuple[tuple[float, float], ...]:
        """Failed and all events of the last seconds: at least, as far as seen, and at most."""
        start = seconds + self.since
        return (application.events(start, self.seen), application.events(start, self.since))


@dataclass(frozen=True, slots=True)
class Site:
    """Running servers, with what they hold and who listens."""

    prometheus: Prometheus
    recorder: Recorder
    history: History
    alerts: Proxy

    def text(self, slo: str, *names: str, queries: str = "", **labels: str) -> Text:
        """The first alert of an SLO with these labels and annotations, once it was sent."""
        wanted = {"slo": slo, "queries": queries, **labels}
        [found] = wait_for(
            lambda: [*self._sent(wanted, names)][:1],
            within=180,
            what=f"an alert with {wanted} and {names}",
        )
        return found

    def _sent(self, labels: Mapping[str, str], names: tuple[str, ...]) -> Iterator[Text]:
        for alert in (alert for body in [*self.alerts.bodies] for alert in json.loads(body)):
            annotations = alert["annotations"]
            has = {name: alert["labels"].get(name, "") for name in labels} == labels
            if has and all(map(annotations.get, names)):
                # Prometheus lets an alert end four intervals after its evaluation.
                every = 60 if labels["slo"] == "ledger" else 5
                at = datetime.fromisoformat(alert["endsAt"]) - 4 * timedelta(seconds=every)
                times = (at, self.history.newest(at))
                yield Text(
                    annotations, *((self.history.now - one).total_seconds() for one in times)
                )


@contextmanager
def site(
    generation: Generation, folder: Path, age: timedelta, flags: tuple[str, ...] = ()
) -> Iterator[Site]:
    """Servers that begin to run our rules, `age` after the first that did."""
    held = folder / "prometheus"
    held.mkdir()
    with alerting(generation, folder) as (recorder, alertmanager, shop):
        (held / "rules.yml").write_text(yaml_text(rules(shop)), encoding="utf-8")
        holds = history(age)
        holds.write(generation, held)
        with (
            run_proxy(alertmanager.url) as proxy,
            run_prometheus(
                generation,
                held,
                prometheus_config(rules=["rules.yml"], alertmanagers=[proxy.url]),
                flags=flags,
            ) as prometheus,
            holds.goes_on(prometheus.url),
        ):
            yield Site(prometheus, recorder, holds, proxy)


@contextmanager
def alerting(
    generation: Generation, folder: Path
) -> Iterator[tuple[Recorder, Alertmanager, Catalog]]:
    """The receivers of the shop, its Alertmanager, and its repository."""
    with run_recorder() as recorder:
        shop = catalog_at(files(recorder, folder))
        [config] = AlertmanagerConfig().compile(shop)
        assert isinstance(config, Resource)
        text = yaml_text(config.body)
        with run_alertmanager(generation, folder / "alertmanager", text) as alertmanager:
            yield recorder, alertmanager, shop


def page_of_a_test(generation: Generation, folder: Path) -> tuple[str, dict[str, Any]]:
    """What `sync --test-page shop` prints, and the Slack message that arrives meanwhile."""
    with alerting(generation, folder) as (recorder, alertmanager, _):
        root = folder / "repository"
        target = alertmanager_at(alertmanager.url, alertmanager.config)
        targets = ours(
            "SyncTargets",
            "targets",
            owner={"id": OWNER_ID},
            allowedHosts=["127.0.0.1"],
            targets=[target],
        )
        made = files(recorder, folder) | {"policies/targets.yaml": targets}
        for path, document in made.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(json.dumps(document), encoding="utf-8")
        ended = reliability("sync", "--yes", "--test-page", "shop", folder=root)
        assert ended.code == 0, ended
        return ended.out, recorder.wait_for("/slack").message


def rules(catalog: Catalog) -> dict[str, Any]:
    """The groups of the shop, run every five seconds, as nobody waits for minutes here.

    The ledger keeps its minute: its period is summed from a record a minute. The last group has all
    alerts once more, with queries that fail.
    """
    [made] = [each for each in PrometheusCompiler().compile(catalog) if isinstance(each, Resource)]
    groups = made.body["groups"]
    assert isinstance(groups, list)
    hurried = [_hurried(group) for group in groups if isinstance(group, dict)]
    alerts = [rule for group in hurried for rule in group["rules"] if "alert" in rule]
    failing = {"name": "failing", "interval": "5s", "rules": [_failing(rule) for rule in alerts]}
    return {"groups": [*hurried, failing]}


def _hurried(group: Mapping[str, Any]) -> dict[str, Any]:
    return dict(group) if group["name"] == "shop-ledger-fast" else dict(group, interval="5s")


def _failing(rule: dict[str, Any]) -> dict[str, Any]:
    """An alert at once that is routed to nobody, and whose texts have only queries that fail."""
    texts = {name: re.sub("`[^`]*`", "`!`", text) for name, text in rule["annotations"].items()}
    labels = {name: rule["labels"].get(name, "") for name in ("slo", "tier")}
    labels["queries"] = "failing"
    return {**rule, "for": "0s", "annotations": texts, "labels": labels}


JUMP: Final = 10_000_000


def jump(running: Site) -> None:
    """Many good requests of refunds at once, which end its burn; it emits nothing after them."""
    running.history.stop("refunds")
    labels = {"__name__": "requests_total", "app": "refunds", "code": "200"}
    push(running.prometheus.url, [(labels, [(datetime.now(UTC), float(JUMP))])])


def resolved(running: Site) -> tuple[str, Text]:
    """The Slack message of a burn that ended, and what was sent while it went on."""
    fired = running.text("refunds", "events")
    jump(running)
    heard = running.recorder.wait_for(
        "/slack",
        lambda said: said.message["title"].startswith("Resolved · shop · refunds"),
        within=90,
    )
    return str(heard.message["text"]), fired
