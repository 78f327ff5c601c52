"""Requests to a ruler and what its answers mean, one by one."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
import yaml

from reliability.errors import ProviderError
from reliability.plan.change import Claim, Create, Delete, Reload, Update
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.providers.rulers.api import RulerApi
from reliability.providers.rulers.evaluation import RulerEvaluation, failing_objects
from reliability.providers.rules_api import RulesApi
from reliability.resource import Resource, ResourceId
from tests.providers.apis.scripted import LATE, Answer, Script, outcome_of, reply, scripted

PATH: Final = "/api/v1/rules"
SHOP: Final = f"{PATH}/reliability%2Fshop"
GROUP: Final[dict[str, Any]] = {
    "name": "one/a",
    "interval": "1m",
    "rules": [{"record": "a", "expr": "up"}],
}
LISTING: Final = """\
mine:
- name: theirs
reliability/shop:
- name: one/a
  interval: 60s
  rules:
  - record: a
    expr: |
      up
"""
TOO_LATE: Final = "NoAnswerError: here: http://api.example does not answer in time"


def called(answers: list[Answer], call: Callable[[RulerApi], object]) -> tuple[str, Script]:
    """What a call returns or why it fails, and what was sent."""
    script = Script([*answers])
    with scripted(script) as server:
        return outcome_of(lambda: call(RulerApi(server, PATH))), script


EMPTY: Final = [
    "no rule groups found\n",
    "group does not exist",
    " group namespace does not exist\n",
]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (reply(200, LISTING), "['mine', 'reliability/shop']"),
        (reply(200, "{}\n"), "[]"),
        (reply(200, ""), "[]"),
        *((reply(404, text), "[]") for text in EMPTY),
        (
            reply(404, "404 page not found\n"),
            f"ProviderError: here: GET {PATH} answers 404: 404 page not found; check url, tenant "
            "and dialect, and that the ruler's API is enabled",
        ),
        (
            reply(200, "- a\n"),
            f"UnexpectedReplyError: here: GET {PATH} is not answered as a ruler does: ",
        ),
        (
            reply(200, "a: [\n"),
            f"UnexpectedReplyError: here: GET {PATH} is not answered as a ruler does: 2:1: ",
        ),
        (
            reply(500, "group does not exist"),
            f"ProviderError: here: GET {PATH} answers 500: group does not exist; check url, "
            "tenant and dialect, and that the ruler's API is enabled",
        ),
        (
            reply(204, LISTING),
            f"ProviderError: here: GET {PATH} answers 204: ",
        ),
        (
            reply(401, "no org id"),
            f"ProviderError: here: GET {PATH} answers 401: the credential is refused",
        ),
    ],
)
def test_namespaces_are_listed(answer: Answer, outcome: str) -> None:
    shown, script = called([answer], lambda api: [*api.namespaces().namespaces])
    assert shown.startswith(outcome)
    assert script.requests == [f"GET {PATH}"]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (LISTING, "['one/a']"),
        ("mine: []\n", "[]"),
        ("reliability/shop: []\n", "[]"),
        (
            "reliability/shop:\n  a: b\n",
            f"UnexpectedReplyError: here: GET {SHOP} is not answered as a ruler does: "
            "namespace reliability/shop: it is not a list of groups",
        ),
        (
            "reliability/shop:\n- nameless: 1\n",
            f"UnexpectedReplyError: here: GET {SHOP} is not answered as a ruler does: "
            "namespace reliability/shop: it is not a list of groups",
        ),
    ],
)
def test_groups_of_a_namespace_are_read(text: str, outcome: str) -> None:
    shown, script = called(
        [reply(200, text)], lambda api: [one["name"] for one in api.groups("reliability/shop")]
    )
    assert (shown, script.requests) == (outcome, [f"GET {SHOP}"])


OTHER: Final = LISTING.replace("60s", "90s")
RULES_LIMIT: Final = "per-user rules per rule group limit (limit: 20 actual: 21) exceeded"
GROUPS_LIMIT: Final = "per-user rule groups limit (limit: 7 actual: 8) exceeded"
ADVICE: Final = "raise the limit of the tenant, or write {} in policies/targets.yaml"
PROTECTED: Final = reply(403, "no", X_Mimir_Ruler_Protected_Namespaces="a,b")
REFUSALS: Final[list[tuple[Answer, str]]] = [
    (reply(400, "bad rule\n"), "RulerRefusalError: refused: bad rule"),
    (reply(400), "RulerRefusalError: refused: status 400"),
    (
        reply(400, RULES_LIMIT),
        f"RulerRefusalError: refused: {RULES_LIMIT}; {ADVICE.format('maxRulesPerGroup: 20')}",
    ),
    (
        reply(400, f"a: {GROUPS_LIMIT} b"),
        f"RulerRefusalError: refused: a: {GROUPS_LIMIT} b; {ADVICE.format('maxGroups: 7')}",
    ),
    (PROTECTED, "RulerRefusalError: the namespace is protected in the ruler: a,b"),
    (reply(403, "no"), "ProviderError: here: {} answers 403: no"),
    (reply(500), "ProviderError: here: {} answers 500: status 500"),
]


@pytest.mark.parametrize(
    ("answers", "outcome", "looks"),
    [
        ([reply(202, '{"status":"success"}')], "None", 0),
        ([LATE, reply(200, LISTING)], "None", 1),
        ([LATE, reply(200, OTHER)], TOO_LATE, 1),
        ([LATE, reply(200, "mine: []\n")], TOO_LATE, 1),
        ([LATE, reply(404, EMPTY[0])], TOO_LATE, 1),
        *(([answer], outcome, 0) for answer, outcome in REFUSALS),
        (
            [reply(404, EMPTY[0])],
            "ProviderError: here: {} answers 404: no rule groups found",
            0,
        ),
    ],
)
def test_a_group_is_stored(answers: list[Answer], outcome: str, looks: int) -> None:
    shown, script = called(answers, lambda api: api.put("reliability/shop", GROUP))
    assert shown == outcome.replace("{}", f"POST {SHOP}")
    assert script.requests == [f"POST {SHOP}", *[f"GET {SHOP}"] * looks]
    assert yaml.safe_load(script.bodies[0]) == GROUP


@pytest.mark.parametrize("group", [None, "one/a"])
@pytest.mark.parametrize(
    ("answers", "outcome", "looks"),
    [
        ([reply(202)], "None", 0),
        *(([reply(404, text)], "None", 0) for text in EMPTY),
        ([reply(404, "page not found")], "ProviderError: here: {} answers 404: page not found", 0),
        ([LATE, reply(404, EMPTY[0])], "None", 1),
        ([LATE, reply(200, "reliability/shop: []\n")], "None", 1),
        ([LATE, reply(200, LISTING)], TOO_LATE, 1),
        *(([answer], outcome, 0) for answer, outcome in REFUSALS),
    ],
)
def test_a_group_or_a_namespace_is_deleted(
    group: str | None, answers: list[Answer], outcome: str, looks: int
) -> None:
    shown, script = called(answers, lambda api: api.remove("reliability/shop", group))
    path = SHOP if group is None else f"{SHOP}/one%2Fa"
    assert shown == outcome.replace("{}", f"DELETE {path}")
    assert script.requests == [f"DELETE {path}", *[f"GET {SHOP}"] * looks]


def test_a_deletion_of_one_group_does_not_mind_the_others() -> None:
    answers: list[Answer] = [LATE, reply(200, LISTING)]
    assert called(answers, lambda api: api.remove("reliability/shop", "two"))[0] == "None"


NEVER: Final = "0001-01-01T00:00:00Z"


def running(
    file: str, name: str, *rules: tuple[str, str], error: str = "", at: str = "2026-11-27T12:00:00Z"
) -> dict[str, Any]:
    """A group as a ruler runs it."""
    health = "err" if error else "unknown" if at == NEVER else "ok"
    return {
        "name": name,
        "file": file,
        "interval": 60,
        "rules": [
            {
                "name": rule,
                "type": "recording",
                "query": query,
                "health": health,
                "lastError": error,
                "lastEvaluation": at,
            }
            for rule, query in rules
        ],
    }


def ran(*groups: dict[str, Any]) -> Answer:
    return reply(200, {"status": "success", "data": {"groups": list(groups)}})


WRITTEN: Final[dict[str, list[dict[str, Any]]]] = {
    "r/a": [
        {"name": "one", "rules": [{"record": "x", "expr": "up"}, {"alert": "Y", "expr": "y > 1"}]},
        {"name": "none", "rules": []},
    ]
}
FINE: Final = running("r/a", "one", ("x", "up"), ("Y", "y>1"))
OTHERS: Final = running("theirs", "one", ("x", "bad"), error="theirs")
SECONDS: Final = [3.0] * 40


@pytest.mark.parametrize(
    ("answers", "errors", "pauses", "notes"),
    [
        ([ran(OTHERS, FINE)], {}, 0, []),
        ([ran(running("r/a", "one", ("x", "up"), ("Y", "y > 1"), error="no"))],
         {"r/a": "rule x of group one cannot be evaluated: no; "
                 "rule Y of group one cannot be evaluated: no"}, 0, []),
        ([ran(), ran(FINE)], {}, 1, ["waiting 120"]),
        ([ran(running("r/a", "one", ("x", "up"))), ran(FINE)], {}, 1, ["waiting 120"]),
        ([ran(running("r/a", "one", ("Y", "y > 1"), ("x", "up"))), ran(FINE)], {}, 1,
         ["waiting 120"]),
        ([ran(running("r/a", "one", ("x", "up"), ("Y", "y > 2"))), ran(FINE)], {}, 1,
         ["waiting 120"]),
        ([ran(running("r/a", "two", ("x", "up"), ("Y", "y > 1"))), ran(FINE)], {}, 1,
         ["waiting 120"]),
        ([ran(running("r/a", "one", ("x", "up"), ("Y", "y > 1"), at=NEVER)), ran(FINE)], {}, 1,
         ["waiting 120"]),
        (
            [*[ran()] * 5, ran(FINE)],
            {},
            5,
            ["waiting 120", "waiting 108"],
        ),
        (
            [ran(running("r/a", "one", ("x", "up"), ("Y", "y > 1"), at=NEVER))],
            {},
            40,
            [*(f"waiting {120 - 12 * n}" for n in range(10)), "late"],
        ),
        ([reply(404, "no such page")], {}, 0, ["unknown"]),
    ],
)  # fmt: skip
def test_the_first_evaluation_is_waited_for(
    answers: list[Answer], errors: dict[str, str], pauses: int, notes: list[str]
) -> None:
    script, printed = Script([*answers]), list[str]()
    with scripted(script) as server:
        assert evaluation(RulesApi(server), printed).errors(WRITTEN) == errors
    assert script.pauses == SECONDS[:pauses]
    forms = {
        "waiting": "here: waiting up to {} s for the first evaluation of r/a",
        "late": "here: not evaluated yet, so errors are not known: r/a",
        "unknown": "it is not known whether the written rules can be evaluated: here: "
        "GET /api/v1/rules is not answered as ",
    }
    expected = [forms[note.split()[0]].format(note.split()[-1]) for note in notes]
    assert len(printed) == len(expected), printed
    assert [line[: len(form)] for line, form in zip(printed, expected, strict=True)] == expected


def evaluation(
    api: RulesApi, printed: list[str], restore: Callable[[str], str] = lambda _: "; restored"
) -> RulerEvaluation:
    return RulerEvaluation(
        api=api,
        target="here",
        tell=printed.append,
        prefix="r/",
        groups_of=lambda after: WRITTEN["r/a"] if after.id.name == "a" else [],
        restore=restore,
        noted_every=10,
    )


def test_nothing_is_asked_if_nothing_was_written() -> None:
    script = Script([reply(500)])
    with scripted(script) as server:
        assert evaluation(RulesApi(server), []).errors({}) == {}
    assert script.requests == []


@pytest.mark.parametrize(
    ("interval", "seconds"), [("3s", 63), ("1s", 62), ("10m", 660), ("1d", 900)]
)
def test_the_longest_interval_says_how_long_to_wait(interval: str, seconds: float) -> None:
    groups = [{"name": "one", "interval": interval, "rules": [{"record": "a", "expr": "b"}]}]
    short = [{"name": "two", "interval": "2s", "rules": [{"record": "a", "expr": "b"}]}]
    script = Script([ran()])
    with scripted(script) as server:
        evaluation(RulesApi(server), []).errors({"r/a": groups, "r/b": short})
    assert script.pauses[0] == seconds / 40
    assert seconds <= sum(script.pauses) + 1e-6 < seconds + 2 * seconds / 40


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ("abc", "r/a, r/b, r/c"),
        ("abcd", "r/a, r/b, r/c and 1 more"),
        ("abcdef", "r/a, r/b, r/c and 3 more"),
    ],
)
def test_three_services_that_are_late_are_named(names: str, shown: str) -> None:
    printed = list[str]()
    written = {f"r/{name}": WRITTEN["r/a"] for name in names}
    with scripted(Script([ran()])) as server:
        evaluation(RulesApi(server), printed).errors(written)
    assert printed[-1] == f"here: not evaluated yet, so errors are not known: {shown}"


def lines(outcomes: list[Outcome]) -> list[str]:
    return [
        f"{type(one.change).__name__}" + (f": {one.why}" if isinstance(one, ChangeFailed) else "")
        for one in outcomes
    ]


A: Final = Resource(ResourceId("here", "rules", "a"), {})
B: Final = Resource(ResourceId("here", "rules", "b"), {})
ERROR: Final = "rule x of group one cannot be evaluated: no"


@pytest.mark.parametrize("change", [Create(A), Update(A, A), Claim(A)])
def test_what_was_written_fails_with_its_error_and_others_stay(change: Create) -> None:
    failing = running("r/a", "one", ("x", "up"), error="no")
    failing["rules"] += FINE["rules"][1:]
    outcomes: list[Outcome] = [
        ChangeApplied(change),
        ChangeFailed(Create(B), "refused"),
        ChangeApplied(Create(B)),
    ]
    with scripted(Script([ran(failing)])) as server:
        made = list(evaluation(RulesApi(server), []).outcomes(outcomes, 3))
    assert made[0] == ChangeFailed(change, f"{ERROR}; restored")
    assert made[1:] == outcomes[1:]


def test_what_was_not_written_is_not_waited_for() -> None:
    outcomes: list[Outcome] = [
        ChangeFailed(Create(A), "refused"),
        ChangeApplied(Delete(A)),
        ChangeApplied(Reload(A.id, "it is stale")),
    ]
    script = Script([reply(500)])
    with scripted(script) as server:
        assert list(evaluation(RulesApi(server), []).outcomes(outcomes, 3)) == outcomes
    assert script.requests == []


def test_rules_that_cannot_be_restored_say_so() -> None:
    def restore(namespace: str) -> str:
        raise ProviderError(f"{namespace} is busy")

    failing = running("r/a", "one", ("x", "up"), ("Y", "y > 1"), error="no")
    with scripted(Script([ran(failing)])) as server:
        [made] = evaluation(RulesApi(server), [], restore).outcomes([ChangeApplied(Create(A))], 1)
    assert isinstance(made, ChangeFailed)
    assert made.why.endswith("no; the previous rules were not restored: r/a is busy")


def test_objects_with_a_rule_that_fails_are_named() -> None:
    namespaces: Mapping[str, ResourceId] = {"r/a": A.id, "r/b": B.id, "r/c": B.id}
    printed = list[str]()
    groups = [
        FINE,
        OTHERS,
        running("r/a", "two", ("x", "up"), error="no"),
        running("r/a", "three", ("z", "up"), error="nor"),
        running("r/b", "two", ("x", "up"), at=NEVER),
    ]
    with scripted(Script([ran(*groups)])) as server:
        [stale] = failing_objects(RulesApi(server), namespaces, printed.append)
    assert (stale.id, stale.why) == (
        A.id,
        "rule x of group two cannot be evaluated: no; rule z of group three cannot be evaluated: "
        "nor",
    )
    assert printed == []

    with scripted(Script([reply(403, "no")])) as server:
        assert failing_objects(RulesApi(server), namespaces, printed.append) == ()
    [note] = printed
    assert note.startswith("it is not known whether the stored rules can be evaluated: here: GET ")
