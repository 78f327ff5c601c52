"""Folders and dashboards of a Grafana over both families of endpoints, and what people change."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from reliability.errors import ProviderError
from reliability.plan.change import Claim, Create, Update
from reliability.plan.held import Owner
from reliability.plan.options import OnDrift, PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome, sync
from reliability.providers.grafana.provider import GrafanaProvider
from reliability.resource import Resource
from tests.providers.apis.faults import (
    Fault,
    FaultyServer,
    Interrupted,
    after,
    interrupted,
    late,
    lost,
    silent,
    status,
)
from tests.providers.fake_grafana import FakeGrafana
from tests.providers.grafana_world import (
    SHARED,
    edit_title,
    fake_grafana,
    grafana_dashboard,
    grafana_folder,
    grafana_provider,
    stored,
)
from tests.providers.worlds import TARGET

OURS = Owner("0123456789abcdef", "git.example.com/acme/slos")
OTHERS = Owner("fedcba9876543210", "git.example.com/acme/other")
FOLDER = grafana_folder("all_services", owner=OURS.id)
INSIDE = str(FOLDER.body["uid"])
BOARDS = tuple(
    grafana_dashboard(name, owner=OURS.id, folder=INSIDE) for name in ("overview", "service")
)
WANTED = (FOLDER, *BOARDS)
OVERVIEW = str(BOARDS[0].body["uid"])


@dataclass(kw_only=True)
class Company:
    """A fake server of one family with faults in front of it, and ways to sync to it."""

    fake: FakeGrafana
    closing: ExitStack
    faulty: FaultyServer = field(init=False)

    def __post_init__(self) -> None:
        self.faulty = FaultyServer(self.fake.handle)

    def open(self, *, writable: bool = True, owner: Owner = OURS) -> GrafanaProvider:
        return grafana_provider(
            self.faulty, self.closing, writable=writable, owner=owner, pauses=self.faulty.pauses
        )

    def planned(
        self,
        desired: tuple[Resource, ...] = WANTED,
        on_drift: OnDrift = "hold",
        provider: GrafanaProvider | None = None,
        owner: Owner = OURS,
    ) -> Plan:
        provider = provider or self.open(writable=False, owner=owner)
        options = PlanOptions(owner=owner, on_drift=on_drift)
        return provider.validated(plan(TARGET, desired, provider.read(), options))

    def synced(
        self,
        desired: tuple[Resource, ...] = WANTED,
        on_drift: OnDrift = "hold",
        owner: Owner = OURS,
    ) -> list[Outcome]:
        provider = self.open(owner=owner)
        return list(sync(self.planned(desired, on_drift, provider, owner), provider))


def failures(outcomes: list[Outcome]) -> list[str]:
    return [outcome.why for outcome in outcomes if isinstance(outcome, ChangeFailed)]


Make = Callable[..., Company]


@pytest.fixture
def make() -> Iterator[Make]:
    with ExitStack() as closing:
        yield lambda **more: Company(fake=fake_grafana(**more), closing=closing)


@pytest.fixture(params=[False, True], ids=["apis", "older"])
def company(make: Make, request: pytest.FixtureRequest) -> Company:
    return make(is_older=request.param)


def test_a_folder_is_written_before_its_dashboards_and_deleted_after_them(company: Company) -> None:
    before = stored(company.fake)
    outcomes = company.synced()
    assert outcomes == [ChangeApplied(Create(resource)) for resource in WANTED]
    assert {found.folder for found in company.fake.dashboards.values()} == {INSIDE}
    assert company.planned().is_settled
    deleted = company.synced(())
    assert failures(deleted) == []
    assert [outcome.change.id for outcome in deleted] == [*(b.id for b in BOARDS), FOLDER.id]
    assert stored(company.fake) == before


@pytest.mark.parametrize("fault", [lost, late, silent, status(503), interrupted])
def test_no_folder_or_dashboard_is_lost_or_doubled_by_a_fault(
    company: Company, fault: Fault
) -> None:
    before = stored(company.fake)
    for number in range(1, 7):
        company.faulty.begin(writes={number: fault} if number <= 3 else {})
        try:
            company.synced()
        except Interrupted:
            assert fault is interrupted
        company.faulty.begin()
        company.synced()
        assert (company.planned().is_settled, len(company.fake.folders)) == (True, 2), number
        company.faulty.begin(writes={number - 3: fault} if number > 3 else {})
        try:
            company.synced(())
        except Interrupted:
            assert fault is interrupted
        company.faulty.begin()
        company.synced(())
        assert stored(company.fake) == before, number


def test_a_folder_with_a_dashboard_of_others_is_not_deleted(company: Company) -> None:
    company.synced()
    company.fake.store("dashboards", "mine", {"title": "Mine"}, INSIDE)
    [why] = failures(company.synced(()))
    assert why == "the folder is not empty: dashboard mine; move or delete them"
    assert [*company.fake.dashboards] == ["mine"]
    del company.fake.dashboards["mine"]
    assert failures(company.synced(())) == []
    assert [*company.fake.folders] == [SHARED]


def test_a_folder_that_somebody_renamed_is_named_again(company: Company) -> None:
    company.synced()
    company.fake.folders[INSIDE].spec = {**company.fake.folders[INSIDE].spec, "title": "Mine"}
    planned = company.planned()
    if company.fake.versions:
        [drift] = planned.drifted
        assert [each.path for each in drift.differences] == ["title"]
        company.synced(on_drift="overwrite")
    else:
        # These endpoints have no place for a mark, so it is not known who changed it.
        assert [type(change) for change in planned.changes] == [Update]
        company.synced()
    assert company.fake.folders[INSIDE].spec["title"] == "SLOs"
    assert company.planned().is_settled


def test_a_dashboard_that_somebody_moved_is_drift(company: Company) -> None:
    company.synced()
    company.fake.dashboards[OVERVIEW].folder = SHARED
    [drift] = company.planned().drifted
    assert [each.path for each in drift.differences] == ["folder"]
    company.synced(on_drift="overwrite")
    assert company.fake.dashboards[OVERVIEW].folder == INSIDE


@pytest.mark.parametrize(
    "changed", ["panel", "threshold", "query", "variable", "tag", "annotation"]
)
def test_what_somebody_changes_on_a_dashboard_is_drift(company: Company, changed: str) -> None:
    company.synced()
    spec = company.fake.dashboards[OVERVIEW].spec
    chart = spec["panels"][1]
    match changed:
        case "panel":
            spec["panels"].append({**chart, "id": 3, "title": "Mine"})
        case "threshold":
            chart["fieldConfig"]["defaults"]["thresholds"]["steps"][1]["value"] = 10
        case "query":
            chart["targets"][0]["expr"] = "up"
        case "variable":
            spec["templating"] = {"list": [{"name": "mine", "type": "custom", "query": "1"}]}
        case "tag":
            spec["tags"].append("mine")
        case _:
            mine = {"name": "deployments", "enable": True, "expr": "changes(x[1m])"}
            spec["annotations"] = {"list": [*spec.get("annotations", {}).get("list", []), mine]}
    assert len(company.planned().drifted) == 1
    assert failures(company.synced(on_drift="overwrite")) == []
    assert company.planned().is_settled


def test_drift_says_who_changed_a_dashboard(company: Company) -> None:
    company.synced()
    edit_title(company.fake, OVERVIEW, "Mine")
    annotations = company.fake.dashboards[OVERVIEW].annotations
    annotations["grafana.app/updatedBy"] = "user:grace"
    annotations["grafana.app/updatedTimestamp"] = "2026-11-26T09:30:00Z"
    [drift] = company.planned().drifted
    by = (
        "user:grace, 2026-11-26 09:30 UTC"
        if company.fake.versions
        else "sa-1-reliability, 2026-11-27 09:30 UTC"
    )
    assert f"changed outside the repository; last change: {by}" in str(drift.why)


@pytest.mark.parametrize("kind", ["folder", "dashboard"])
def test_an_object_with_the_same_title_is_not_adopted(company: Company, kind: str) -> None:
    company.synced((FOLDER,))
    theirs, desired, id_ = ("mine", WANTED, BOARDS[0].id)
    if kind == "folder":
        company.synced(())
        company.fake.store("folders", "mine", {"title": "slos"}, "")
        theirs, desired, id_ = ("mine", (FOLDER,), FOLDER.id)
    else:
        company.fake.store("dashboards", "mine", {"title": "SLOs of overview"}, INSIDE)
    before = stored(company.fake)
    planned = company.planned(desired)
    [blocked] = planned.blocked
    assert (blocked.id, f"{kind} {theirs} has its title" in str(blocked.why)) == (id_, True)
    assert "is not adopted: rename or delete it" in str(blocked.why)
    if kind == "folder":
        company.synced(desired)
        assert stored(company.fake) == before


def test_two_repositories_have_dashboards_side_by_side(company: Company) -> None:
    theirs = grafana_dashboard("overview", "Theirs", owner=OTHERS.id)
    assert failures(company.synced((theirs,), owner=OTHERS)) == []
    assert failures(company.synced()) == []
    assert (company.planned().is_settled, company.planned().owned) == (True, 3)
    company.synced(())
    assert company.planned((theirs,), owner=OTHERS).is_settled


def test_a_database_that_is_locked_is_tried_again(company: Company) -> None:
    company.fake.locked = 2
    assert failures(company.synced()) == []
    assert company.planned().is_settled


def test_a_quota_is_named(company: Company) -> None:
    company.fake.quota = 1
    [why] = failures(company.synced())
    assert "answers 403: Quota reached" in why
    company.fake.quota = None
    assert failures(company.synced()) == []


def test_somebody_who_saves_between_the_plan_and_the_write_is_not_overwritten(
    company: Company,
) -> None:
    company.synced()
    changed = (
        FOLDER,
        grafana_dashboard("overview", "New", owner=OURS.id, folder=INSIDE),
        BOARDS[1],
    )
    company.faulty.begin(writes={1: after(lambda: edit_title(company.fake, OVERVIEW, "By hand"))})
    [why] = failures(company.synced(changed))
    assert why == "it was changed since the plan was made; plan again"
    assert company.fake.dashboards[OVERVIEW].spec["title"] == "By hand"


def test_endpoints_are_looked_up_once_and_named(company: Company) -> None:
    provider = company.open()
    planned = company.planned(provider=provider)
    list(sync(planned, provider))
    probes = [r for r in company.faulty.requests if r.url.path == "/apis/dashboard.grafana.app"]
    assert len(probes) == 1
    named = "/apis, folders v1, dashboards v1"
    assert planned.endpoints == (
        named if company.fake.versions else "/api, since the server has no /apis"
    )


@pytest.mark.parametrize(
    ("versions", "paths"),
    [
        (("v0alpha1",), "/api, "),
        (("v0alpha1", "v1beta1", "v2alpha1"), "/apis, folders v1beta1"),
        (("v2beta1",), "/api, "),
    ],
)
def test_an_alpha_version_is_not_used(make: Make, versions: tuple[str, ...], paths: str) -> None:
    company = make(versions=versions)
    assert failures(company.synced()) == []
    assert company.planned().endpoints.startswith(paths)
    assert company.planned().is_settled


@pytest.mark.parametrize("title", ["SLOs", "Mine"])
def test_a_folder_of_older_endpoints_is_adopted_after_an_upgrade_if_it_is_as_declared(
    make: Make, title: str
) -> None:
    company = make(is_older=True)
    company.synced()
    company.fake.folders[INSIDE].spec = {"title": title}
    company.fake.versions = FakeGrafana().versions
    if title == "SLOs":
        assert company.synced() == [ChangeApplied(Claim(FOLDER))]
        assert company.planned().is_settled
        return
    [blocked] = company.planned().blocked
    assert "no mark names its owner, and its content differs" in blocked.why
    assert not failures(company.synced(()))
    assert company.fake.folders[INSIDE].spec == {"title": title}


def test_a_server_that_ignores_annotations_keeps_the_mark_elsewhere(make: Make) -> None:
    company = make(ignores_annotations=True)
    assert failures(company.synced()) == []
    assert (company.planned().is_settled, company.planned().owned) == (True, 3)
    edit_title(company.fake, OVERVIEW, "Mine")
    assert len(company.planned().drifted) == 1
    assert company.planned(owner=OTHERS).owned == 0
    company.synced((), on_drift="overwrite")
    assert [*company.fake.folders] == [SHARED]


def test_a_server_may_send_whole_dashboards_and_forget_where_a_list_was(make: Make) -> None:
    company = make(sends_partial=False)
    company.synced()
    company.fake.expired = 1
    company.faulty.begin()
    assert company.planned().is_settled
    read = [request.url.path for request in company.faulty.requests]
    assert not [path for path in read if path.endswith(OVERVIEW)]


@pytest.mark.parametrize(("others", "requests"), [(0, 0), (14, 0), (15, 2)])
def test_dashboards_of_ours_are_listed_whole_unless_most_are_of_others(
    make: Make, others: int, requests: int
) -> None:
    company = make(page=100)
    company.synced()
    for number in range(others):
        company.fake.store("dashboards", f"other{number:02}", {"title": f"{number}"}, SHARED)
    company.faulty.begin()
    assert company.planned().is_settled
    read = [request.url.path for request in company.faulty.requests]
    assert len([path for path in read if "/dashboards/" in path]) == requests


def test_a_plan_of_older_endpoints_reads_each_dashboard_and_no_folder(make: Make) -> None:
    company = make(is_older=True, page=100)
    company.synced()
    company.faulty.begin()
    assert company.planned().is_settled
    read = [request.url.path for request in company.faulty.requests]
    assert len([path for path in read if "/dashboards/uid/" in path]) == len(BOARDS)
    assert not [path for path in read if "/folders/" in path]


def test_annotations_are_those_that_grafana_knows(make: Make) -> None:
    company = make()
    company.synced()
    shown: Any = company.fake.dashboards[OVERVIEW].annotations
    assert {key: value for key, value in shown.items() if "createdBy" not in key} == {
        "grafana.app/folder": INSIDE,
        "grafana.app/managedBy": "kubectl",
        "grafana.app/managerId": "reliability",
        "grafana.app/sourcePath": "",
        "grafana.app/sourceChecksum": BOARDS[0].digest,
        "reliability/owner": OURS.id,
        "reliability/repository": OURS.address,
    }


def test_labels_and_annotations_of_others_stay(make: Make) -> None:
    company = make()
    company.synced()
    found = company.fake.dashboards[OVERVIEW]
    found.annotations["acme/reviewed"] = "yes"
    found.labels["team"] = "sre"
    changed = (
        FOLDER,
        grafana_dashboard("overview", "New", owner=OURS.id, folder=INSIDE),
        BOARDS[1],
    )
    assert failures(company.synced(changed)) == []
    now = company.fake.dashboards[OVERVIEW]
    assert (now.annotations["acme/reviewed"], now.labels["team"]) == ("yes", "sre")


def test_what_another_tool_manages_is_left_alone(make: Make) -> None:
    company = make()
    company.fake.store(
        "dashboards",
        OVERVIEW,
        {"title": "Theirs"},
        SHARED,
        annotations={
            "grafana.app/managedBy": "terraform",
            "grafana.app/managerId": "grafana-terraform-provider",
        },
    )
    [blocked] = company.planned().blocked
    assert f"{OVERVIEW} is managed by terraform grafana-terraform-provider" in str(blocked.why)


def test_what_a_file_provisions_is_left_alone(make: Make) -> None:
    company = make(is_older=True)
    company.synced()
    company.fake.provisioned[OVERVIEW] = "overview.json"
    [blocked] = company.planned().blocked
    assert f"{OVERVIEW} is managed by file overview.json" in str(blocked.why)


@pytest.mark.parametrize(("expired", "is_read"), [(0, True), (1, True), (2, False)])
def test_a_list_that_is_forgotten_begins_once_more(make: Make, expired: int, is_read: bool) -> None:
    company = make()
    company.synced()
    for number in range(4):
        company.fake.store("dashboards", f"other{number}", {"title": f"{number}"}, SHARED)
    company.fake.expired = expired
    if is_read:
        assert company.planned().is_settled
    else:
        with pytest.raises(ProviderError, match="answers 410: the provided continue parameter"):
            company.planned()
