"""A repository with one team, whose Slack, pager and webhooks are a recorder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from reliability.load.catalog import Catalog
from tests.compile.alertmanager_cases import (
    BASE,
    Files,
    alert_policy,
    catalog_at,
    config,
    notification,
    ownership,
    signal,
    team,
)
from tests.compile.repositories import ours, slo
from tests.live.recorder import Recorder

MENTION: Final = "<!subteam^S01SHOP>"
PROMISE: Final = {
    "alertname": "ErrorBudgetBurn",
    "service": "shop",
    "team": "shop",
    "slo": "shop-checkout",
    "objective": "shop-checkout",
}
SOON: Final = {"wait": "0s", "interval": "1s", "repeat": "1h"}
WINDOWS: Final = ours(
    "BurnRateWindows",
    "google-30d",
    period="30d",
    fast=[
        {"long": "1h", "short": "5m", "budget": "2%"},
        {"long": "6h", "short": "30m", "budget": "5%"},
    ],
    slow=[
        {"long": "1d", "short": "2h", "budget": "10%"},
        {"long": "3d", "short": "6h", "budget": "10%"},
    ],
)


def repository(
    recorder: Recorder, secrets: Path, tiers: Mapping[str, Any] | None = None, **theirs: Any
) -> Files:
    """The files; secrets lie in a folder, as Alertmanager reads them from files.

    `theirs` is put beside `global`, `route` and `receivers` of the configuration that the team has.
    """
    addresses = {"slack", "tickets", "heartbeat"}
    for name in addresses:
        (secrets / name).write_text(f"{recorder.url}/{name}\n", encoding="utf-8")
    (secrets / "pager").write_text("key-of-the-shop\n", encoding="utf-8")
    loud = {"mention": True, "page": True, "grouping": SOON}
    quick = {"alert": loud, "ticket": {"ticket": True, "grouping": SOON}} | dict(tiers or {})
    return {
        "policies/notification.yaml": notification(
            quick,
            slack={"apiUrl": f"file:{secrets / 'slack'}"},
            heartbeat={"webhook": {"url": f"file:{secrets / 'heartbeat'}"}, "repeat": "2s"},
            runbookBase="https://docs.example.com",
        ),
        "policies/burn-rates.yaml": WINDOWS,
        "policies/teams/shop.yaml": team(
            "shop",
            onCall={"pagerduty": {"routingKey": f"file:{secrets / 'pager'}"}, "mention": MENTION},
            channels={
                "alert": {"slack": "#shop-alerts"},
                "ticket": {
                    "slack": "#shop-tickets",
                    "webhook": {"url": f"file:{secrets / 'tickets'}"},
                },
            },
        ),
        "services/shop/slo.yaml": slo(),
        "services/shop/ownership.yaml": ownership("shop", "shop"),
        "services/shop/alert-policy.yaml": alert_policy(
            "shop",
            signal("ShopQueue", "ticket"),
            signal("ShopLogged", "log"),
            objectives=[{"slo": "shop-checkout", "runbook": "docs/checkout.md"}],
        ),
        BASE: {
            "global": {"pagerduty_url": f"{recorder.url}/pager"},
            "route": {"receiver": "theirs", "group_wait": "0s", "group_interval": "1s"},
            "receivers": [
                {"name": "theirs", "webhook_configs": [{"url": f"{recorder.url}/theirs"}]}
            ],
            **theirs,
        },
    }


def alertmanager_config(recorder: Recorder, secrets: Path, **theirs: Any) -> dict[str, Any]:
    """What is compiled for Alertmanager, without a problem."""
    return config(repository(recorder, secrets, **theirs))


def catalog(recorder: Recorder, secrets: Path, tiers: Mapping[str, Any]) -> Catalog:
    """The repository, read."""
    return catalog_at(repository(recorder, secrets, tiers))
