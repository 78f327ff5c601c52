"""CODEOWNERS: every document and every diagnostic of a file, whole."""

from typing import Any, Final

import pytest

from reliability.convert.converter import ConversionOptions, DiagnosticKind
from tests.convert.imported import document, imported, said

TEXT = """\
# nobody
*                   @org/platform @boss ops@example.com
/services/pay/      @aoi @ren @org/pay @org/more
/services/pay/api/  @dave
/services/web/src/  @org/front
/services/web/      @org/web  # whole
/services/*.md      @org/docs
/apps/bare/
/Ledger/            @kim
[Empty]
/apps/nobody/
"""


DECIDED: Final[dict[str, dict[str, Any]]] = {
    "bare": {"team": "undecided"},
    "ledger": {
        "team": "undecided",
        "approvers": {"product": "@undecided", "technical": "@kim"},
    },
    "nobody": {"team": "undecided"},
    "pay": {"team": "pay", "approvers": {"product": "@undecided", "technical": "@aoi"}},
    "web": {"team": "web", "approvers": {"product": "@undecided", "technical": "@org/web"}},
}
DIAGNOSTICS = """\
2: decide: @boss owns every file and is imported as a team with one member
2: decide: CODEOWNERS does not list the members or channels of @org/platform
2: left out: * does not name a service
2: left out: owner ops@example.com is not a handle and is not imported
3: decide: CODEOWNERS does not list the members or channels of @org/more
3: decide: CODEOWNERS does not list the members or channels of @org/pay
3: decide: pay: the product approver cannot be read from CODEOWNERS; \
@aoi is proposed as the technical approver; other owners: @ren @org/more
4: left out: /services/pay/api/ is only part of pay; another line owns all of it
5: decide: CODEOWNERS does not list the members or channels of @org/front
5: left out: a later line for web takes precedence
6: decide: CODEOWNERS does not list the members or channels of @org/web
6: decide: web: the product approver cannot be read from CODEOWNERS; \
@org/web is proposed as the technical approver
7: decide: CODEOWNERS does not list the members or channels of @org/docs
7: left out: /services/*.md does not name a service
8: decide: bare: the team and the approvers cannot be read from CODEOWNERS
9: decide: ledger: the team and the approvers cannot be read from CODEOWNERS; \
@kim is proposed as the technical approver
11: decide: nobody: the team and the approvers cannot be read from CODEOWNERS
"""


def test_a_file_is_carried_over_line_by_line() -> None:
    gathered = imported({"CODEOWNERS": TEXT}, ConversionOptions(services=frozenset(("ledger",))))
    teams = ("boss", "docs", "front", "more", "pay", "platform", "web")
    assert [str(path) for path in gathered.files] == [
        *(f"policies/teams/{name}.yaml" for name in teams),
        *(f"services/{name}/ownership.yaml" for name in DECIDED),
    ]
    for name, decided in DECIDED.items():
        spec = document(gathered, f"services/{name}/ownership.yaml")["spec"]
        assert spec == {"criticality": "standard", **decided}
    assert said(gathered) == [f"CODEOWNERS:{line}" for line in DIAGNOSTICS.splitlines()]
    assert [
        each.problem.help for each in gathered.diagnostics if each.kind is DiagnosticKind.LEFT_OUT
    ] == [
        "its owners: @org/platform @boss ops@example.com",
        "write the owner's handle, such as @name",
        "its owners: @dave",
        None,
        "its owners: @org/docs",
    ]


@pytest.mark.parametrize(
    ("first", "second", "owner"),
    [
        ("/services/pay/", "/pay/", "b"),
        ("/services/pay/", "/services/pay/**", "b"),
        ("/services/pay/", "/services/pay/a.py", "a"),
        ("/services/pay/a.py", "/services/pay/b.py", "b"),
        ("/services/pay/a.py", "/services/pay/", "b"),
        ("/services/pay/", "/src/pay/", "a"),
    ],
)
def test_the_last_line_counts_unless_it_is_a_part_of_an_owned_service(
    first: str, second: str, owner: str
) -> None:
    text = f"{first} @org/a\n{second} @org/b\n"
    gathered = imported({"CODEOWNERS": text}, ConversionOptions(services=frozenset(("pay",))))
    assert document(gathered, "services/pay/ownership.yaml")["spec"]["team"] == owner
