"""A shop with every form of SLO that changes what is recorded, and the queries of its boards."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from reliability.compile.boards.compilers import BoardCompiler
from reliability.load.catalog import Catalog
from reliability.resource import Resource
from tests.compile.alertmanager_cases import catalog_at, notification, ownership, team
from tests.compile.repositories import GOOGLE_30D, ours, policy, slo

OWNER: Final = "0a1b2c3d4e5f6a7b8c9d"
RUNBOOKS: Final = "https://docs.example.com"
VALUES: Final = {"$service": "shop"} | dict.fromkeys(
    ("$slo", "$team", "$environment", "$shard"), ".*"
)
"""What a tool puts in the place of variables when all values are chosen."""


def month(since: str = "2026-01-01") -> dict[str, Any]:
    """An SLO of a calendar month, whose ratio has a name of its own."""
    calendar = {"startTime": f"{since} 00:00:00", "timeZone": "UTC"}
    document = slo(name="shop-month", target=0.995)
    document["spec"]["timeWindow"] = [{"duration": "1M", "calendar": calendar}]
    return document


def regions() -> dict[str, Any]:
    """An SLO with groups."""
    return slo(name="shop-regions", annotations={"group-by": "region"}, target=0.99)


def shop_of(
    *slos: dict[str, Any],
    environments: dict[str, Any] | None = None,
    owner: str = OWNER,
    targets: tuple[dict[str, Any], ...] = (),
    **more: Any,
) -> Catalog:
    """The shop with these SLOs; each has alerts, and a runbook of its own."""
    names = [each["metadata"]["name"] for each in slos]
    entries = [{"slo": name, "runbook": f"runbooks/{name}.md"} for name in names]
    return catalog_at(
        {
            "policies/notification.yaml": notification(**{"runbookBase": RUNBOOKS, **more}),
            "policies/burn-rates.yaml": GOOGLE_30D,
            "policies/teams/sales.yaml": team("sales"),
            "policies/targets.yaml": ours(
                "SyncTargets", "targets", owner={"id": owner}, targets=targets
            ),
            "services/shop/ownership.yaml": ownership("shop", "sales"),
            "services/shop/alert-policy.yaml": policy(*entries),
            **{f"services/shop/{name}.yaml": each for name, each in zip(names, slos, strict=True)},
            **({"policies/environments.yaml": environments} if environments else {}),
        }
    )


def whole_shop(
    environments: dict[str, Any] | None = None,
    target: float | None = None,
    months: dict[str, Any] | None = None,
    **more: Any,
) -> Catalog:
    """Rolling and calendar periods, and an SLO with groups.

    `target` is that of one of them in the environment `staging`, `months` the SLO of a calendar.
    """
    checkout = slo(annotations={"target.staging": str(target)} if target else None)
    return shop_of(checkout, regions(), months or month(), environments=environments, **more)


def boards_of(compiler: BoardCompiler, catalog: Catalog) -> list[Any]:
    """The bodies of both boards, the overview first."""
    made = list(compiler.compile(catalog))
    return [each.body for each in made if isinstance(each, Resource)]


@dataclass(frozen=True, slots=True)
class ShownQuery:
    """A query of a panel, with the values of variables in it."""

    panel: str
    expression: str
    is_range: bool


def grafana_queries(board: Any) -> Iterator[ShownQuery]:
    """Every query of a Grafana dashboard."""
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield ShownQuery(panel["title"], _filled(target["expr"]), target["range"])


def grafana_variables(board: Any) -> Iterator[tuple[str, str]]:
    """The selector and the label of every variable with values of series."""
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            found = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"])
            assert found is not None, variable
            yield _filled(found[1]), found[2]


def perses_queries(body: Any) -> Iterator[ShownQuery]:
    """Every query of a Perses dashboard."""
    for panel in body["spec"]["panels"].values():
        for query in panel["spec"]["queries"]:
            spec = query["spec"]["plugin"]["spec"]
            title = panel["spec"]["display"]["name"]
            yield ShownQuery(title, _filled(spec["query"]), not spec.get("instant"))


def perses_variables(body: Any) -> Iterator[tuple[str, str]]:
    """The selector and the label of every variable."""
    for variable in body["spec"]["variables"]:
        spec = variable["spec"]["plugin"]["spec"]
        for matcher in spec["matchers"]:
            yield _filled(matcher), spec["labelName"]


def _filled(text: str) -> str:
    for name, value in VALUES.items():
        text = text.replace(name, value)
    assert "$" not in text, text
    return text
