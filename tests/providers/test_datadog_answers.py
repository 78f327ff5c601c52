"""Requests to Datadog, and what its answers mean, one by one."""

from typing import Any, Final

import pytest

from reliability.providers.datadog.api import DatadogApi
from reliability.providers.datadog.audit import last_changes
from reliability.providers.datadog.forms import CORRECTIONS, MONITORS, SLOS
from reliability.providers.object_api import RETRIES
from tests.providers.apis.scripted import LATE, Answer, Script, outcome_of, reply, scripted

TAG: Final = "managed-by:reliability"
QUERY: Final = "managed-by%3Areliability"
BUSY: Final = reply(429, {"errors": ["slow down"]}, X_RateLimit_Reset="7")


def data(*ids: object) -> Answer:
    return reply(200, {"data": [{"id": identity} for identity in ids], "errors": []})


def monitors(*ids: object) -> Answer:
    return reply(200, [{"id": identity} for identity in ids])


def asked(script: Script, path: str) -> tuple[str, list[str]]:
    """The ids of a list, or its error, and the requests for it."""
    with scripted(script, RETRIES) as server:
        objects = DatadogApi(server).objects(path, TAG)
        outcome = outcome_of(lambda: [raw["id"] for raw in objects])
    return outcome, script.requests


@pytest.mark.parametrize(
    ("path", "answers", "outcome", "requests"),
    [
        (SLOS, [data()], "[]", [f"/api/v1/slo?tags_query={QUERY}&limit=1000&offset=0"]),
        (
            SLOS,
            [data("a", "b"), data("b", "c"), data("d"), data()],
            "['a', 'b', 'c', 'd']",
            [f"/api/v1/slo?tags_query={QUERY}&limit=1000&offset={n}" for n in (0, 2, 4, 5)],
        ),
        (
            CORRECTIONS,
            [data("a", "b", "c"), data()],
            "['a', 'b', 'c']",
            [f"/api/v1/slo/correction?limit=100&offset={n}" for n in (0, 3)],
        ),
        (
            MONITORS,
            [monitors(5, 3), monitors("9", 3), monitors(10), monitors()],
            "[5, 3, '9', 10]",
            [
                f"/api/v1/monitor?monitor_tags={QUERY}&page_size=1000&id_offset={n}"
                for n in (0, 5, 9, 10)
            ],
        ),
        (
            MONITORS,
            [monitors(5, 3), monitors(4, 5)],
            "ProviderError: here: the pages of monitors do not end",
            [f"/api/v1/monitor?monitor_tags={QUERY}&page_size=1000&id_offset={n}" for n in (0, 5)],
        ),
        (
            SLOS,
            [reply(200, [])],
            "UnexpectedReplyError: here: GET /api/v1/slo is not answered as Datadog does: "
            "Input should be an object",
            [f"/api/v1/slo?tags_query={QUERY}&limit=1000&offset=0"],
        ),
        (
            MONITORS,
            [reply(200, {"data": []})],
            "UnexpectedReplyError: here: GET /api/v1/monitor is not answered as Datadog does: "
            "Input should be a valid array",
            [f"/api/v1/monitor?monitor_tags={QUERY}&page_size=1000&id_offset=0"],
        ),
    ],
)
def test_a_list_is_read_page_by_page_until_one_is_empty(
    path: str, answers: list[Answer], outcome: str, requests: list[str]
) -> None:
    assert asked(Script([*answers]), path) == (outcome, [f"GET {one}" for one in requests])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (reply(403, {"errors": ["Forbidden"]}), "403: Forbidden; the key may lack a permission"),
        (reply(400, {"errors": ["a", {"b": 1}, "c"]}), "400: a; {'b': 1}; c"),
        (reply(400, {"errors": ["x" * 301]}), f"400: {'x' * 299}…"),
        (reply(404, {"errors": []}), '404: {"errors":[]}'),
        (reply(404, {"errors": "none"}), '404: {"errors":"none"}'),
        (reply(404, {"error": "none"}), '404: {"error":"none"}'),
        (reply(400, "<html>\nno"), "400: <html> no"),
    ],
)
def test_a_read_that_is_refused_is_an_error_with_the_reason(answer: Answer, why: str) -> None:
    outcome, _ = asked(Script([answer]), SLOS)
    assert outcome == f"ProviderError: here: GET /api/v1/slo answers {why}"


def test_a_server_that_fails_is_asked_six_times() -> None:
    script = Script([reply(500, "broken")])
    outcome, requests = asked(script, SLOS)
    assert outcome == "ProviderError: here: GET /api/v1/slo answers 500: broken"
    assert (len(requests), script.pauses) == (6, [0.5, 1.0, 2.0, 4.0, 8.0])


@pytest.mark.parametrize(
    ("path", "answers", "outcome", "requests"),
    [
        (SLOS, [reply(200, {"data": {}})], "False", ["/api/v1/slo/a%2Fb"]),
        (MONITORS, [reply(404)], "True", ["/api/v1/monitor/a%2Fb"]),
        (CORRECTIONS, [reply(404)], "True", ["/api/v1/slo/correction/a%2Fb"]),
        (
            SLOS,
            [reply(404), data("a/b")],
            "True",
            ["/api/v1/slo/a%2Fb", "/api/v1/slo?ids=a%2Fb&is_deleted=true"],
        ),
        (
            SLOS,
            [reply(404), data()],
            "False",
            ["/api/v1/slo/a%2Fb", "/api/v1/slo?ids=a%2Fb&is_deleted=true"],
        ),
        (
            MONITORS,
            [reply(403, {"errors": ["Forbidden"]})],
            "ProviderError: here: GET /api/v1/monitor/a%2Fb answers 403: Forbidden; "
            "the key may lack a permission",
            ["/api/v1/monitor/a%2Fb"],
        ),
    ],
)
def test_an_object_that_was_deleted_is_gone(
    path: str, answers: list[Answer], outcome: str, requests: list[str]
) -> None:
    script = Script([*answers])
    with scripted(script, RETRIES) as server:
        assert outcome_of(lambda: DatadogApi(server).is_gone(path, "a/b")) == outcome
    assert script.requests == [f"GET {one}" for one in requests]


@pytest.mark.parametrize(
    ("identity", "answer", "outcome", "path"),
    [
        (None, reply(200, {}), "None", "/api/v1/monitor/validate"),
        ("7", reply(200, {}), "None", "/api/v1/monitor/7/validate"),
        ("7", reply(400, {"errors": ["bad"]}), "'bad'", "/api/v1/monitor/7/validate"),
        (
            None,
            reply(403, {"errors": ["Forbidden"]}),
            "ProviderError: here: POST /api/v1/monitor/validate answers 403: Forbidden; "
            "the key may lack a permission",
            "/api/v1/monitor/validate",
        ),
        (
            None,
            reply(404, {"errors": ["none"]}),
            "ProviderError: here: POST /api/v1/monitor/validate answers 404: none",
            "/api/v1/monitor/validate",
        ),
    ],
)
def test_a_monitor_is_validated_without_a_write(
    identity: str | None, answer: Answer, outcome: str, path: str
) -> None:
    script = Script([answer])
    with scripted(script, RETRIES) as server:
        assert outcome_of(lambda: DatadogApi(server).validate({"a": 1}, identity)) == outcome
    assert (script.requests, script.bodies) == ([f"POST {path}"], [{"a": 1}])


@pytest.mark.parametrize("body", [{"data": [{"id": 7}]}, {"data": {"id": 7}}, {"id": 7}])
def test_the_written_object_is_answered_in_several_forms(body: Any) -> None:
    script = Script([reply(200, body)])
    with scripted(script, RETRIES) as server:
        api = DatadogApi(server)
        assert api.create(SLOS, {"a": 1}) == {"id": 7}
        assert api.change("/api/v1/monitor/7", {"b": 2}) == {"id": 7}
        assert api.change("/api/v1/slo/7", {"b": 2}) == {"id": 7}
        assert api.change("/api/v1/slo/correction/7", {"c": 3}) == {"id": 7}
    assert script.requests == [
        "POST /api/v1/slo",
        "PUT /api/v1/monitor/7",
        "PUT /api/v1/slo/7",
        "PATCH /api/v1/slo/correction/7",
    ]
    assert script.bodies == [{"a": 1}, {"b": 2}, {"b": 2}, {"c": 3}]
    assert script.pauses == []


@pytest.mark.parametrize("body", [{"data": []}, {"data": [1]}, {"data": {}}, {}, {"data": "id"}])
def test_an_answer_without_the_written_object_is_an_error(body: Any) -> None:
    with scripted(Script([reply(200, body)]), RETRIES) as server:
        assert outcome_of(lambda: DatadogApi(server).create(SLOS, {})) == (
            "UnexpectedReplyError: here: POST /api/v1/slo is not answered as Datadog does: "
            "there is no object with an id"
        )


@pytest.mark.parametrize(
    ("answer", "create", "change", "delete"),
    [
        (
            reply(409, {"errors": ["it is used"]}),
            "RefusedError: POST /api/v1/slo answers 409: it is used",
            "RefusedError: PUT /api/v1/slo/7 answers 409: it is used",
            "RefusedError: DELETE /api/v1/slo/7 answers 409: it is used",
        ),
        (
            reply(404, {"errors": ["none"]}),
            "RefusedError: POST /api/v1/slo answers 404: none",
            "RefusedError: PUT /api/v1/slo/7 answers 404: none",
            "None",
        ),
        (
            reply(500, "broken"),
            "LostAnswerError: POST /api/v1/slo answers 500: broken",
            "LostAnswerError: PUT /api/v1/slo/7 answers 500: broken",
            "LostAnswerError: DELETE /api/v1/slo/7 answers 500: broken",
        ),
        (
            LATE,
            *["LostAnswerError: here: http://api.example does not answer in time"] * 3,
        ),
        (
            reply(401, {"errors": ["no key"]}),
            *[
                f"ProviderError: here: {method} /api/v1/slo{part} answers 401: "
                "the credential is refused"
                for method, part in (("POST", ""), ("PUT", "/7"), ("DELETE", "/7"))
            ],
        ),
    ],
)
def test_a_write_that_fails_says_whether_it_may_be_carried_out(
    answer: Answer, create: str, change: str, delete: str
) -> None:
    with scripted(Script([answer]), RETRIES) as server:
        api = DatadogApi(server)
        assert outcome_of(lambda: api.create(SLOS, {})) == create
        assert outcome_of(lambda: api.change(f"{SLOS}/7", {})) == change
        assert outcome_of(lambda: api.delete(f"{SLOS}/7")) == delete


def test_a_create_is_sent_eight_times_at_most() -> None:
    script = Script([*[BUSY] * 7, data("a")])
    with scripted(script, RETRIES) as server:
        assert DatadogApi(server).create(SLOS, {}) == {"id": "a"}
    assert (len(script.requests), script.pauses) == (8, [7.0] * 7)

    script = Script([BUSY])
    with scripted(script, RETRIES) as server:
        assert outcome_of(lambda: DatadogApi(server).create(SLOS, {})) == (
            "RefusedError: POST /api/v1/slo answers 429: slow down"
        )
    assert (len(script.requests), script.pauses) == (8, [7.0] * 7)


@pytest.mark.parametrize(
    ("status", "headers", "pauses"),
    [
        (200, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "5"}, [5.0]),
        (200, {"X_RateLimit_Remaining": "0"}, [1.0]),
        (200, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "61"}, [60.0]),
        (200, {"X_RateLimit_Remaining": "1", "X_RateLimit_Reset": "5"}, []),
        (200, {}, []),
        (400, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "5"}, []),
    ],
)
def test_the_last_write_of_a_period_is_followed_by_a_pause(
    status: int, headers: dict[str, str], pauses: list[float]
) -> None:
    script = Script([reply(status, {"id": 1}, **headers)])
    with scripted(script, RETRIES) as server:
        outcome_of(lambda: DatadogApi(server).create(SLOS, {}))
    assert script.pauses == pauses


def event(identity: object, at: str = "2026-11-26T09:30:00Z", **user: str) -> dict[str, Any]:
    """An event of the Audit Trail."""
    details: dict[str, Any] = {"asset": {"id": identity}, "usr": user}
    return {"id": "E", "attributes": {"timestamp": at, "attributes": details}}


def page(*events: dict[str, Any], after: str | None = None) -> Answer:
    return reply(200, {"data": list(events), "meta": {"page": {"after": after}}})


EMPTY: Final = event("x")
del EMPTY["attributes"]["attributes"]["asset"]


@pytest.mark.parametrize(
    ("answers", "changes", "cursors"),
    [
        (
            [page(event("a", name="Ada"), event(7, email="b@x"), after="p2")],
            ["a Ada", "7 b@x"],
            [None],
        ),
        ([page(event("a"), EMPTY, event("c", name="C"), after="p2"), page()], ["a "], [None, "p2"]),
        (
            [page(event("a", name="Ada"), event("a", name="Bob"), after="p2"), page(event("7"))],
            ["a Ada", "7 "],
            [None, "p2"],
        ),
        ([reply(200, {"data": [event("a")], "meta": {}})], ["a "], [None]),
        ([reply(200, {"data": [event("a")]})], ["a "], [None]),
        ([reply(200, {})], [], [None]),
        # Five pages at most, even if each has a cursor.
        ([page(event("c"), after="p")], [], [None, "p", "p", "p", "p"]),
    ],
)
def test_the_newest_event_of_each_object_is_its_last_change(
    answers: list[Answer], changes: list[str], cursors: list[str | None]
) -> None:
    script = Script([*answers])
    with scripted(script, RETRIES) as server:
        found = [f"{identity} {one.who}" for identity, one in last_changes(server, ["a", "7"])]
    assert found == changes
    assert script.requests == ["POST /api/v2/audit/events/search"] * len(cursors)
    assert [body["page"].get("cursor") for body in script.bodies] == cursors
    for body in script.bodies:
        assert body["page"].pop("limit") == 1000
        assert {key: value for key, value in body.items() if key != "page"} == {
            "filter": {
                "query": "@asset.type:(slo OR monitor OR slo_correction) "
                "@action:(created OR modified) @asset.id:(7 OR a)",
                "from": "now-30d",
                "to": "now",
            },
            "sort": "-timestamp",
        }


@pytest.mark.parametrize(
    ("count", "searches"), [(0, []), (1, [1]), (100, [100]), (201, [100, 100, 1])]
)
def test_a_hundred_objects_are_searched_at_a_time(count: int, searches: list[int]) -> None:
    script = Script([page()])
    with scripted(script, RETRIES) as server:
        assert list(last_changes(server, [f"{n:03}" for n in range(count)])) == []
    queries = [body["filter"]["query"] for body in script.bodies]
    assert [query.count(" OR ") - 2 for query in queries] == searches


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            reply(403, {"errors": ["Forbidden"]}),
            "answers 403; drift has names with an application key that has the scope "
            "audit_logs_read",
        ),
        (reply(400, "bad"), "answers 400: bad"),
        (
            reply(200, {"data": [{"attributes": {}}]}),
            "is not answered as Datadog does: data.0.attributes.timestamp: Field required",
        ),
    ],
)
def test_an_audit_trail_that_cannot_be_read_is_an_error(answer: Answer, why: str) -> None:
    with scripted(Script([answer]), RETRIES) as server:
        outcome = outcome_of(lambda: list(last_changes(server, ["a"])))
    assert outcome.partition("Error: ")[2] == f"here: POST /api/v2/audit/events/search {why}"
