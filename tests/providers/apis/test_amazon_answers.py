"""Requests to Amazon Managed Prometheus, and what its answers mean, one by one."""

import base64
from collections.abc import Mapping
from typing import Any, Final

import pytest

from reliability.providers.rulers.amazon_api import AmazonApi, NamespaceStatus, failure
from reliability.providers.rulers.amazon_definition import AmazonDefinitionApi
from tests.providers.apis.scripted import LATE, Answer, Script, outcome_of, reply, scripted

KIND: Final = "Amazon Managed Prometheus"
NAME: Final = "reliability-a/b"
ARN: Final = "arn:aws:aps:eu-west-1:1:rulegroupsnamespace/ws-1/a"
LIST: Final = "/workspaces/ws%2F1/rulegroupsnamespaces"
ONE: Final = f"{LIST}/reliability-a%2Fb"
WORKSPACE: Final = "/workspaces/ws%2F1"
DEFINITION: Final = f"{WORKSPACE}/alertmanager/definition"
CONTENT: Final = b"groups: []\n"
TOO_LATE: Final = "NoAnswerError: here: http://api.example does not answer in time"


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def described(
    status: str, content: bytes = CONTENT, reason: str | None = None, **more: Any
) -> Answer:
    """An answer about the namespace."""
    state = {"statusCode": status, **({"statusReason": reason} if reason else {})}
    namespace = {"name": NAME, "arn": ARN, "data": encoded(content), "status": state, **more}
    return reply(200, {"ruleGroupsNamespace": namespace})


def defined(status: str, content: bytes = CONTENT, reason: str = "") -> Answer:
    """An answer about the alert manager definition."""
    state = {"statusCode": status, "statusReason": reason}
    return reply(200, {"alertManagerDefinition": {"data": encoded(content), "status": state}})


NO_NAMESPACE: Final = reply(404, {"message": "Namespace not found", "resourceType": "Namespace"})
NO_DEFINITION: Final = reply(404, {"message": "Alert manager definition not found"})
ACCEPTED: Final = reply(202, {"status": {"statusCode": "UPDATING"}})


def listed(*names: str, token: str | None = None) -> Answer:
    """A page of a listing."""
    namespaces = [
        {"name": name, "arn": ARN, "status": {"statusCode": "ACTIVE"}, "tags": {"a": "b"}}
        for name in names
    ]
    more: Mapping[str, Any] = {} if token is None else {"nextToken": token}
    return reply(200, {"ruleGroupsNamespaces": namespaces, **more})


def test_a_listing_is_read_page_by_page() -> None:
    script = Script([listed("a", "b", token="t 2"), listed(token="t3"), listed("c", token="")])
    with scripted(script) as server:
        names = [one.name for one in AmazonApi(server, "ws/1").namespaces("reliability-")]
    assert names == ["a", "b", "c"]
    assert script.requests == [
        f"GET {LIST}?name=reliability-&maxResults=100",
        f"GET {LIST}?name=reliability-&maxResults=100&nextToken=t+2",
        f"GET {LIST}?name=reliability-&maxResults=100&nextToken=t3",
    ]


def test_pages_without_an_end_are_an_error() -> None:
    script = Script([listed("a", token="t")])
    with scripted(script) as server:
        found = outcome_of(lambda: list(AmazonApi(server, "w").namespaces("")))
    assert found == (
        "UnexpectedReplyError: here: GET /workspaces/w/rulegroupsnamespaces is not answered as "
        f"{KIND} does: its pages do not end"
    )
    assert len(script.requests) == 1_000


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (NO_NAMESPACE, "None"),
        (
            reply(404, {"message": "Workspace not found"}),
            f"ProviderError: here: GET {ONE} answers 404: Workspace not found",
        ),
        (reply(404, "Namespace gone\n"), "None"),
        (
            reply(404, {"message": ""}),
            f'ProviderError: here: GET {ONE} answers 404: {{"message":""}}',
        ),
        (reply(400, {"message": "bad\n  name"}), "AmazonRefusalError: refused: bad name"),
        (reply(400, {}), "AmazonRefusalError: refused: {}"),
        (
            reply(403, {"message": "no aps:DescribeRuleGroupsNamespace"}),
            f"ProviderError: here: GET {ONE} answers 403: no aps:DescribeRuleGroupsNamespace",
        ),
        (reply(500, "<html>"), f"ProviderError: here: GET {ONE} answers 500: <html>"),
        (
            reply(401, {"message": "expired"}),
            f"ProviderError: here: GET {ONE} answers 401: the credential is refused",
        ),
        (
            reply(200, {"ruleGroupsNamespace": {"name": "a", "status": {}}}),
            f"UnexpectedReplyError: here: GET {ONE} is not answered as {KIND} does: "
            "ruleGroupsNamespace.arn: Field required",
        ),
    ],
)
def test_a_namespace_that_cannot_be_read_is_an_error_with_the_reason(
    answer: Answer, found: str
) -> None:
    script = Script([answer])
    with scripted(script) as server:
        assert outcome_of(lambda: AmazonApi(server, "ws/1").describe(NAME)) == found
    assert script.requests == [f"GET {ONE}"]


def test_a_namespace_has_its_file_and_tags() -> None:
    script = Script([described("ACTIVE", b"a: b", tags={"team": "x"}), described("X", data="ä?")])
    with scripted(script) as server:
        one, other = (AmazonApi(server, "w").describe(NAME) for _ in range(2))
        assert one is not None
        assert other is not None
    assert (one.name, one.arn, one.content, one.tags) == (NAME, ARN, b"a: b", {"team": "x"})
    assert other.tags == {}


def test_data_that_is_not_base64_names_its_namespace() -> None:
    with scripted(Script([described("ACTIVE", data="YQ=")])) as server:
        one = AmazonApi(server, "w").describe(NAME)
        assert one is not None
        assert outcome_of(lambda: one.content) == (
            f"ProviderError: {KIND}: the data of {NAME} is not Base64"
        )


OTHERWISE: Final = f"ProviderError: {NAME} is stored otherwise than sent; plan again"
WRITES: Final[list[tuple[list[Answer], str, int, float]]] = [
    ([ACCEPTED, described("ACTIVE")], "None", 1, 0),
    ([ACCEPTED, described("UPDATING"), described("ACTIVE")], "None", 2, 1.0),
    ([ACCEPTED, *[described("CREATING")] * 3, described("ACTIVE")], "None", 4, 3.0),
    (
        [ACCEPTED, described("UPDATE_FAILED", reason="bad\nrule")],
        "AmazonRefusalError: refused: UPDATE_FAILED: bad rule",
        1,
        0,
    ),
    ([ACCEPTED, described("DELETING")], "AmazonRefusalError: refused: DELETING", 1, 0),
    ([ACCEPTED, NO_NAMESPACE], OTHERWISE, 1, 0),
    ([ACCEPTED, described("ACTIVE", b"other")], OTHERWISE, 1, 0),
    ([ACCEPTED, described("UPDATING"), described("ACTIVE", b"other")], OTHERWISE, 2, 1.0),
    (
        [ACCEPTED, described("UPDATING")],
        f"ProviderError: here: {NAME} is still being written",
        120,
        120.0,
    ),
    ([LATE, described("ACTIVE")], "None", 2, 0),
    ([LATE, NO_NAMESPACE], TOO_LATE, 1, 0),
    ([LATE, described("ACTIVE", b"other")], TOO_LATE, 1, 0),
    ([reply(400, {"message": "bad rule"})], "AmazonRefusalError: refused: bad rule", 0, 0),
]


@pytest.mark.parametrize(("answers", "found", "looks", "waits"), WRITES)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_write_is_waited_for(
    method: str, answers: list[Answer], found: str, looks: int, waits: float
) -> None:
    script = Script([*answers])
    with scripted(script) as server:
        api = AmazonApi(server, "ws/1")
        if method == "POST":
            assert outcome_of(lambda: api.create(NAME, CONTENT, {"team": "x"})) == found
        else:
            assert outcome_of(lambda: api.put(NAME, CONTENT)) == found
    path = LIST if method == "POST" else ONE
    assert script.requests == [f"{method} {path}", *[f"GET {ONE}"] * looks]
    assert script.pauses == [1.0] * int(waits)
    body = script.bodies[0]
    assert len(body.pop("clientToken")) == 36
    more = {"name": NAME, "tags": {"team": "x"}} if method == "POST" else {}
    assert body == {"data": encoded(CONTENT), **more}


def test_each_write_has_a_token_of_its_own_and_each_try_the_same() -> None:
    busy = reply(503, {"message": "busy"})
    script = Script([busy, ACCEPTED, described("ACTIVE"), ACCEPTED, described("ACTIVE")])
    with scripted(script) as server:
        for _ in range(2):
            AmazonApi(server, "w").put(NAME, CONTENT)
    first, again, _, second, _ = [body and body["clientToken"] for body in script.bodies]
    assert first == again != second


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (reply(204), "None"),
        (
            reply(403, {"message": "no"}),
            "ProviderError: here: POST /tags/"
            "arn%3Aaws%3Aaps%3Aeu-west-1%3A1%3Arulegroupsnamespace%2Fws-1%2Fa answers 403: no",
        ),
    ],
)
def test_tags_are_sent_to_the_name_of_the_resource(answer: Answer, found: str) -> None:
    script = Script([answer])
    with scripted(script) as server:
        assert outcome_of(lambda: AmazonApi(server, "w").tag(ARN, {"team": "x"})) == found
    assert script.requests == [
        "POST /tags/arn%3Aaws%3Aaps%3Aeu-west-1%3A1%3Arulegroupsnamespace%2Fws-1%2Fa"
    ]
    assert script.bodies == [{"tags": {"team": "x"}}]


@pytest.mark.parametrize(
    ("answers", "found", "looks", "waits"),
    [
        ([ACCEPTED, NO_NAMESPACE], "None", 1, 0),
        ([ACCEPTED, described("DELETING"), NO_NAMESPACE], "None", 2, 1),
        ([reply(404, {"message": "Namespace not found"}), NO_NAMESPACE], "None", 1, 0),
        ([LATE, NO_NAMESPACE], "None", 2, 0),
        ([LATE, described("DELETING"), described("DELETING"), NO_NAMESPACE], "None", 3, 1),
        ([LATE, described("ACTIVE")], TOO_LATE, 1, 0),
        (
            [reply(409, {"message": "busy"})],
            f"ProviderError: here: DELETE {ONE}?clientToken=TOKEN answers 409: busy",
            0,
            0,
        ),
        (
            [ACCEPTED, described("DELETING")],
            f"ProviderError: here: {NAME} is still being deleted",
            120,
            120,
        ),
    ],
)
def test_a_deletion_is_waited_for(
    answers: list[Answer], found: str, looks: int, waits: int
) -> None:
    script = Script([*answers])
    with scripted(script) as server:
        outcome = outcome_of(lambda: AmazonApi(server, "ws/1").delete(NAME))
    path, _, token = script.requests[0].partition("?clientToken=")
    assert outcome.replace(token, "TOKEN") == found
    assert (path, len(token)) == (f"DELETE {ONE}", 36)
    assert script.requests[1:] == [f"GET {ONE}"] * looks
    assert script.pauses == [1.0] * waits


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (NamespaceStatus(statusCode="ACTIVE"), "ACTIVE"),
        (NamespaceStatus(statusCode="UPDATE_FAILED", statusReason=" \n"), "UPDATE_FAILED"),
        (NamespaceStatus(statusCode="X", statusReason="a\n b"), "X: a b"),
    ],
)
def test_a_status_is_shown_with_its_reason(status: NamespaceStatus, shown: str) -> None:
    assert failure(status) == shown


@pytest.mark.parametrize(
    ("answers", "found", "requests"),
    [
        ([defined("ACTIVE")], repr(CONTENT), [f"GET {DEFINITION}"]),
        (
            [NO_DEFINITION, reply(200, {"workspace": {}})],
            "None",
            [f"GET {DEFINITION}", f"GET {WORKSPACE}"],
        ),
        (
            [NO_DEFINITION, reply(404, {"message": "Workspace not found"})],
            f"ProviderError: here: GET {WORKSPACE} answers 404: Workspace not found",
            [f"GET {DEFINITION}", f"GET {WORKSPACE}"],
        ),
        (
            [reply(403, {"message": "no"})],
            f"ProviderError: here: GET {DEFINITION} answers 403: no",
            [f"GET {DEFINITION}"],
        ),
        (
            [reply(200, {"alertManagerDefinition": {"data": "?", "status": {"statusCode": ""}}})],
            f"ProviderError: {KIND}: the definition is not Base64",
            [f"GET {DEFINITION}"],
        ),
    ],
)
def test_a_definition_is_read(answers: list[Answer], found: str, requests: list[str]) -> None:
    def content(api: AmazonDefinitionApi) -> bytes | None:
        definition = api.definition()
        return None if definition is None else definition.content

    script = Script([*answers])
    with scripted(script) as server:
        assert outcome_of(lambda: content(AmazonDefinitionApi(server, "ws/1"))) == found
    assert script.requests == requests


FORMER: Final = b"former"
GET, POST, PUT = (f"{method} {DEFINITION}" for method in ("GET", "POST", "PUT"))
DELETE: Final = f"DELETE {DEFINITION}"
FAILED: Final = defined("UPDATE_FAILED", reason="undefined receiver")
REFUSED: Final = "AmazonRefusalError: refused: UPDATE_FAILED: undefined receiver"
DEFINED_OTHERWISE: Final = "ProviderError: the definition is stored otherwise than sent; plan again"


@pytest.mark.parametrize(
    ("former", "answers", "found", "requests", "waits"),
    [
        (None, [ACCEPTED, defined("ACTIVE")], "None", [POST, GET], 0),
        (
            FORMER,
            [ACCEPTED, defined("UPDATING"), defined("CREATING"), defined("ACTIVE")],
            "None",
            [PUT, GET, GET, GET],
            2,
        ),
        (FORMER, [ACCEPTED, defined("ACTIVE", b"other")], DEFINED_OTHERWISE, [PUT, GET], 0),
        (
            FORMER,
            [ACCEPTED, NO_DEFINITION, reply(200)],
            DEFINED_OTHERWISE,
            [PUT, GET, f"GET {WORKSPACE}"],
            0,
        ),
        (
            FORMER,
            [ACCEPTED, defined("UPDATING")],
            "ProviderError: here: the definition is still being written",
            [PUT, *[GET] * 120],
            120,
        ),
        (
            FORMER,
            [ACCEPTED, FAILED, ACCEPTED, defined("UPDATING", FORMER), defined("ACTIVE", FORMER)],
            REFUSED,
            [PUT, GET, PUT, GET, GET],
            1,
        ),
        (None, [ACCEPTED, FAILED, reply(202)], REFUSED, [POST, GET, DELETE], 0),
        (None, [ACCEPTED, FAILED, NO_DEFINITION], REFUSED, [POST, GET, DELETE], 0),
        (
            None,
            [ACCEPTED, FAILED, reply(409, {"message": "busy"})],
            f"ProviderError: here: {DELETE}?clientToken=TOKEN answers 409: busy",
            [POST, GET, DELETE],
            0,
        ),
        (None, [LATE, defined("ACTIVE")], "None", [POST, GET, GET], 0),
        (FORMER, [LATE, defined("ACTIVE", FORMER)], TOO_LATE, [PUT, GET], 0),
        (
            None,
            [LATE, NO_DEFINITION, reply(200)],
            TOO_LATE,
            [POST, GET, f"GET {WORKSPACE}"],
            0,
        ),
        (
            FORMER,
            [reply(400, {"message": "too large"})],
            "AmazonRefusalError: refused: too large",
            [PUT],
            0,
        ),
    ],
)
def test_a_definition_is_stored_and_waited_for(
    former: bytes | None, answers: list[Answer], found: str, requests: list[str], waits: int
) -> None:
    script = Script([*answers])
    with scripted(script) as server:
        api = AmazonDefinitionApi(server, "ws/1")
        outcome = outcome_of(lambda: api.store(CONTENT, former))
    sent = [line.partition("?clientToken=") for line in script.requests]
    for _, _, token in sent:
        assert len(token) in (0, 36)
        outcome = outcome.replace(token, "TOKEN") if token else outcome
    assert outcome == found
    assert [line for line, _, _ in sent] == requests
    assert script.pauses == [1.0] * waits
    bodies = [body for body in script.bodies if body is not None]
    contents = [CONTENT, FORMER][: len(bodies)]
    assert [body["data"] for body in bodies] == [encoded(content) for content in contents]
    assert len({body["clientToken"] for body in bodies}) == len(bodies)
