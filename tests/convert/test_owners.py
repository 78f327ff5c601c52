"""Backstage and CODEOWNERS say who answers; what they do not say is for people to decide."""

import pytest

from reliability.convert.converter import ConversionOptions
from tests.convert.imported import document, findings, imported, said

CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: Payments_API, description: Takes money, tags: [go]}
spec:
  type: service
  lifecycle: beta
  system: checkout
  dependsOn: [component:default/ledger, resource:db]
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: checkout}
spec: {owner: group:default/payments, domain: shop}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: alone}
spec: {owner: user:aoi}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: payments, annotations: {github.com/team-slug: shop/pay, other: x}}
spec: {type: team, profile: {displayName: Payments}, children: [], members: [aoi]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ren, annotations: {github.com/user-login: ren-gh}}
spec: {memberOf: [payments]}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: pay}
spec: {type: openapi}
"""
OWNERS = """\
# who
*                        @shop/platform
/services/payments-api/  @shop/payments @aoi   # inline
/docs/                   docs@example.com

[Search][2] @shop/search
/apps/search/
"""


def test_a_component_is_owned_as_its_system_is_where_it_names_nobody() -> None:
    assert document(
        imported({"catalog-info.yaml": CATALOG}), "services/payments-api/ownership.yaml"
    ) == {
        "apiVersion": "reliability/v1",
        "kind": "Ownership",
        "metadata": {"name": "payments-api"},
        "spec": {
            "team": "payments",
            "criticality": "standard",
            "lifecycle": "experimental",
            "description": "Takes money",
            "system": "checkout",
            "dependencies": ["ledger"],
        },
    }


def test_a_group_and_its_users_are_a_team() -> None:
    team = document(imported({"catalog-info.yaml": CATALOG}), "policies/teams/payments.yaml")
    assert team["spec"] == {
        "displayName": "Payments",
        "members": ["@aoi", "@ren-gh"],
        "codeHost": "@shop/pay",
    }


def test_every_entity_and_field_that_is_not_carried_over_is_said() -> None:
    gathered = imported({"catalog-info.yaml": CATALOG})
    left = [each.partition(": left out: ")[2] for each in said(gathered)]
    assert [each.split(" is ")[0] for each in left if each] == [
        "tags",
        "type",
        "dependency resource:db",
        "domain",
        "other",
        "type",
        "children",
        "the API pay",
    ]


def test_a_system_without_components_is_a_service_and_a_person_is_no_team() -> None:
    gathered = imported({"catalog-info.yaml": CATALOG})
    assert document(gathered, "services/alone/ownership.yaml")["spec"]["team"] == "undecided"
    assert any("alone is owned by the user aoi" in each for each in said(gathered))
    assert "team-unknown" in [each.rule for each in findings(gathered)]


def test_a_line_of_codeowners_proposes_team_and_approver() -> None:
    gathered = imported({".github/CODEOWNERS": OWNERS})
    assert document(gathered, "services/payments-api/ownership.yaml")["spec"] == {
        "team": "payments",
        "criticality": "standard",
        "approvers": {"product": "@undecided", "technical": "@aoi"},
    }
    assert (
        document(gathered, "policies/teams/platform.yaml")["spec"]["codeHost"] == "@shop/platform"
    )
    assert document(gathered, "services/search/ownership.yaml")["spec"]["team"] == "search"


def test_every_line_of_codeowners_is_in_a_draft_or_said() -> None:
    lines = {int(each.split(":")[1]) for each in said(imported({"CODEOWNERS": OWNERS}))}
    assert lines == {2, 3, 4, 7}


def test_a_service_that_exists_is_known_by_its_name_anywhere() -> None:
    gathered = imported(
        {"CODEOWNERS": "/src/java/ledger/** @shop/books\n"},
        ConversionOptions(services=frozenset(("ledger",))),
    )
    assert document(gathered, "services/ledger/ownership.yaml")["spec"]["team"] == "books"


def test_what_one_source_leaves_open_another_fills() -> None:
    rules = (
        "groups: [{name: x, rules: [{alert: A, expr: up == 0, labels: {service: payments-api}}]}]"
    )
    files = {"catalog-info.yaml": CATALOG, "CODEOWNERS": OWNERS, "r.yml": rules}
    gathered = imported(files)
    spec = document(gathered, "services/payments-api/ownership.yaml")["spec"]
    assert (spec["team"], spec["approvers"]["technical"]) == ("payments", "@aoi")
    team = document(gathered, "policies/teams/payments.yaml")["spec"]
    assert team["codeHost"] == "@shop/pay"
    assert any(
        "codeHost of the Team payments is already imported" in each for each in said(gathered)
    )


def test_owners_of_some_files_do_not_own_the_service() -> None:
    text = (
        "/services/pay/ @shop/pay\n/services/pay/slo.yaml @dave\n/services/pay/** @shop/money\n"
        "/services/web/src/ @shop/front\n!/services/old/ @shop/none\n"
    )
    gathered = imported({"CODEOWNERS": text})
    assert document(gathered, "services/pay/ownership.yaml")["spec"]["team"] == "money"
    assert document(gathered, "services/web/ownership.yaml")["spec"]["team"] == "front"
    assert [each for each in said(gathered) if "left out" in each] == [
        "CODEOWNERS:1: left out: a later line for pay takes precedence",
        "CODEOWNERS:2: left out: /services/pay/slo.yaml is only part of pay; "
        "another line owns all of it",
        "CODEOWNERS:5: left out: !/services/old/ does not name a service",
    ]


def test_a_skeleton_of_backstage_is_not_a_service() -> None:
    text = (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        'metadata: {name: "${{ values.name }}"}\nspec: {owner: "${{ values.owner }}"}\n'
    )
    gathered = imported({"skeleton/catalog-info.yaml": text})
    assert not gathered.files
    assert said(gathered) == [
        "skeleton/catalog-info.yaml:3: left out: a template of the Backstage scaffolder "
        "is not an entity yet"
    ]


def test_an_owner_of_every_file_without_an_organization_is_a_team_of_one() -> None:
    gathered = imported({"CODEOWNERS": "* @web\n/docs/ @writer\n"})
    assert document(gathered, "policies/teams/web.yaml")["spec"] == {"members": ["@web"]}
    assert [str(path) for path in gathered.files] == ["policies/teams/web.yaml"]


@pytest.mark.parametrize(
    ("slug", "team"),
    [
        ("shop/pay", "@shop/pay"),
        ("'not a slug'", None),
        ("'@shop/pay'", None),
        ("[shop/pay]", None),
        ("7", None),
    ],
)
def test_a_slug_that_is_a_team_on_the_code_host_is_taken(slug: str, team: str | None) -> None:
    text = CATALOG.replace("team-slug: shop/pay", f"team-slug: {slug}")
    gathered = imported({"catalog-info.yaml": text})
    spec = document(gathered, "policies/teams/payments.yaml")["spec"]
    assert spec.get("codeHost") == team
    assert any("team-slug" in line for line in said(gathered)) is (team is None)
