"""Addresses of pages: which services and environments have one, and which workflow keeps them."""

from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.review.pull_request.site_links import SiteLinks, site_links

POLICY: Final = """
apiVersion: reliability/v1
kind: NotificationPolicy
metadata: {name: notification}
spec:
  tiers: {alert: {page: true}, ticket: {ticket: true}, log: {}}
"""
PAGES: Final = f"{POLICY}  pagesBase: https://pages.example/relia bility/\n"
JAPANESE: Final = f"{PAGES}  language: ja\n"
OWNERSHIP: Final = """
apiVersion: reliability/v1
kind: Ownership
metadata: {name: SERVICE}
spec: {team: sales, criticality: importantMORE}
"""
ENVIRONMENTS: Final = """
apiVersion: reliability/v1
kind: Environments
metadata: {name: environments}
spec:
  environments:
    - name: production
      selectorLabels: {env: production}
      servers:
        - {name: eu, target: prometheus-eu}
        - {name: us, target: prometheus-us}
      ruler: {target: ruler}
    - name: staging
      selectorLabels: {env: staging}
      servers: [{name: staging, target: prometheus-staging}]
"""
LIMIT: Final = 256 * 1024
"""Bytes up to which a workflow is searched."""


def catalog(*services: str, policies: str = "", of: str = "") -> Catalog:
    """Services with these policies; `of` are the environments of each."""
    files = [
        (
            PurePosixPath(f"services/{service}/ownership.yaml"),
            OWNERSHIP.replace("SERVICE", service).replace("MORE", of).encode(),
        )
        for service in services
    ]
    files += [
        (PurePosixPath(f"policies/{number}.yaml"), text.encode())
        for number, text in enumerate(policies.split("---\n"))
        if text
    ]
    loaded, findings = load(files)
    assert [finding.problem.message for finding in findings] == []
    return loaded


def workflow(root: Path, name: str, size: int = 0, text: str = "reliability-pages") -> None:
    """A workflow that names an artifact at the end of so many bytes."""
    path = root / ".github/workflows" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.rjust(size, "#"))


def test_each_touched_service_has_a_page_in_the_language_of_the_policy(tmp_path: Path) -> None:
    base = catalog("shop", "pay", policies=JAPANESE)
    assert site_links(base, ("shop", "new"), tmp_path) == SiteLinks(
        "https://pages.example/relia%20bility/ja/index.html",
        (("shop", "https://pages.example/relia%20bility/ja/services/shop.html"),),
    )


def test_at_most_ten_services_have_a_link(tmp_path: Path) -> None:
    names = tuple(f"s{number}" for number in range(11))
    base = catalog(*names, policies=PAGES)
    services = site_links(base, names, tmp_path).services
    assert [name for name, _ in services] == list(names[:10])


@pytest.mark.parametrize("policies", ["", POLICY])
def test_without_an_address_the_workflow_that_keeps_the_pages_is_named(
    tmp_path: Path, policies: str
) -> None:
    base = catalog("shop", policies=policies)
    assert site_links(base, ("shop",), tmp_path) == SiteLinks()
    workflow(tmp_path, "a.yml", text="reliability-history")
    assert site_links(base, ("shop",), tmp_path) == SiteLinks()
    workflow(tmp_path, "c.yaml")
    workflow(tmp_path, "b.yml", LIMIT + 1)
    assert site_links(base, ("shop",), tmp_path) == SiteLinks(workflow="c.yaml")
    workflow(tmp_path, "b.yml", LIMIT)
    assert site_links(base, ("shop",), tmp_path) == SiteLinks(workflow="b.yml")


def test_a_folder_with_the_name_of_a_workflow_is_skipped(tmp_path: Path) -> None:
    (tmp_path / ".github/workflows/a.yml").mkdir(parents=True)
    workflow(tmp_path, "b.yml")
    base = catalog("shop")
    assert site_links(base, ("shop",), tmp_path) == SiteLinks(workflow="b.yml")


@pytest.mark.parametrize("policies", ["", PAGES])
def test_a_change_that_touches_no_service_of_the_base_has_no_links(
    tmp_path: Path, policies: str
) -> None:
    workflow(tmp_path, "a.yml")
    base = catalog("shop", policies=policies)
    assert site_links(base, (), tmp_path) == SiteLinks()
    assert site_links(base, ("new",), tmp_path) == SiteLinks()


@pytest.mark.parametrize(
    ("of", "places"),
    [
        ("", ["production/eu", "production/us", "production", "staging"]),
        (", environments: {production: {servers: [us]}}", ["production/us", "production"]),
        (", environments: {staging: {}}", ["staging"]),
    ],
)
def test_a_service_has_a_page_for_each_environment_that_has_its_series(
    tmp_path: Path, of: str, places: list[str]
) -> None:
    base = catalog("shop", policies=f"{PAGES}---\n{ENVIRONMENTS}", of=of)
    links = site_links(base, ("shop",), tmp_path)
    assert links.url == "https://pages.example/relia%20bility/en/index.html"
    address = "https://pages.example/relia%20bility/{}/en/services/shop.html"
    assert links.services == tuple(
        (f"shop ({place})", address.format(place.replace("/", "@"))) for place in places
    )


def test_at_most_ten_links_with_environments_are_listed(tmp_path: Path) -> None:
    base = catalog("pay", "shop", "web", policies=f"{PAGES}---\n{ENVIRONMENTS}")
    names = [name for name, _ in site_links(base, ("pay", "shop", "web"), tmp_path).services]
    assert len(names) == 10
    assert names[-2:] == ["web (production/eu)", "web (production/us)"]
