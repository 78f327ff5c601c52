"""CODEOWNERS: every document and every remark of a file, whole."""

from typing import Any, Final

import pytest

from reliability.convert.converter import ConversionOptions, Matter
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
REMARKS = """\
2: decide: @boss owns every file, and is taken for a team with one member
2: decide: CODEOWNERS does not say who @org/platform are and how they are reached
2: left out: * names no service
2: left out: owner ops@example.com is no handle, and is not carried over
3: decide: CODEOWNERS does not say who @org/more are and how they are reached
3: decide: CODEOWNERS does not say who @org/pay are and how they are reached
3: decide: pay: @aoi is proposed as technical approver; nothing says who agrees for the product; \
also there: @ren @org/more
4: left out: /services/pay/api/ is a part of pay, and another line names the whole
5: decide: CODEOWNERS does not say who @org/front are and how they are reached
5: left out: a later line speaks of web, and counts
6: decide: CODEOWNERS does not say who @org/web are and how they are reached
6: decide: web: @org/web is proposed as technical approver; nothing says who agrees for the product
7: decide: CODEOWNERS does not say who @org/docs are and how they are reached
7: left out: /services/*.md names no service
8: decide: bare: nothing says which team answers, and who agrees
9: decide: ledger: @kim is proposed as technical approver; \
nothing says which team answers, and who agrees
11: decide: nobody: nothing says which team answers, and who agrees
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
    assert said(gathered) == [f"CODEOWNERS:{line}" for line in REMARKS.splitlines()]
    assert [each.problem.help for each in gathered.remarks if each.matter is Matter.LEFT_OUT] == [
        "its owners are @org/platform @boss ops@example.com",
        "write the handle on the code host",
        "its owners are @dave",
        None,
        "its owners are @org/docs",
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
