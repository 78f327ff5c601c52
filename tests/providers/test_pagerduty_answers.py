"""Requests to PagerDuty, and what its answers mean, one by one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from reliability.errors import ProviderError, ReliabilityError
from reliability.providers.object_api import MOST_PAGES, MOST_ROWS, RETRIES, ListBounds
from reliability.providers.pagerduty.analytics import PagerSource, read_incidents
from reliability.providers.pagerduty.api import PagerDutyApi
from reliability.providers.pagerduty.forms import PagerDutyService
from reliability.timespan import TimeSpan
from tests.providers.apis.scripted import LATE, Answer, Script, outcome_of, reply, scripted

NOW: Final = datetime(2026, 11, 27, 12, tzinfo=UTC)
WRITTEN: Final = {"id": "a", "name": "b"}
UNNAMED: Final = (
    "UnexpectedReplyError: here: {} is not answered as PagerDuty does: service: Value error, "
    "a service has no id or no name"
)
SERVICE: Final = PagerDutyService(raw={"id": "P/1"}, path={}, active=True)
LATE_TEXT: Final = "LostAnswerError: here: http://api.example does not answer in time"


def called(answers: list[Answer], call: Callable[[PagerDutyApi], object]) -> tuple[str, Script]:
    """What a call returns or why it fails, and what was sent."""
    script = Script([*answers])
    with scripted(script, RETRIES) as server:
        return outcome_of(lambda: call(PagerDutyApi(server))), script


def listed(*ids: str, more: bool = False) -> Answer:
    services = [{"id": identity, "name": "a"} for identity in ids]
    return reply(200, {"services": services, "more": more})


@pytest.mark.parametrize(
    ("name", "answers", "ids", "requests"),
    [
        (None, [listed()], [], ["limit=100&offset=0"]),
        (None, [listed("a", "b")], ["a", "b"], ["limit=100&offset=0"]),
        (
            None,
            [listed("a", "b", more=True), listed("b", "c", more=True), listed("d")],
            ["a", "b", "c", "d"],
            ["limit=100&offset=0", "limit=100&offset=2", "limit=100&offset=4"],
        ),
        # A page without services is the last one, whatever it says.
        (
            "a b",
            [listed("a", more=True), listed(more=True)],
            ["a"],
            ["name=a+b&limit=100&offset=0", "name=a+b&limit=100&offset=1"],
        ),
    ],
)
def test_services_are_listed_page_by_page(
    name: str | None, answers: list[Answer], ids: list[str], requests: list[str]
) -> None:
    outcome, script = called(answers, lambda api: [one["id"] for one in api.services(name)])
    assert outcome == repr(ids)
    assert script.requests == [f"GET /services?{query}" for query in requests]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            reply(403, {"error": {"message": "Access Denied"}}),
            "answers 403: Access Denied; the key may lack a permission",
        ),
        (
            reply(400, {"error": {"message": "Bad", "errors": ["a", 1]}}),
            "answers 400: Bad: a; 1",
        ),
        (reply(400, {"error": {"message": None, "errors": ["a"]}}), "answers 400: a"),
        (reply(400, {"error": {"message": "Bad", "errors": "a"}}), "answers 400: Bad"),
        (reply(400, {"error": {"errors": ["x" * 301]}}), f"answers 400: {'x' * 299}…"),
        (reply(400, {"error": {}}), "answers 400: "),
        (reply(400, {"error": "Bad"}), 'answers 400: {"error":"Bad"}'),
        (reply(404, "<html>\nno"), "answers 404: <html> no"),
        (
            reply(200, {"services": []}),
            "is not answered as PagerDuty does: more: Field required",
        ),
    ],
)
def test_a_read_that_is_refused_is_an_error_with_the_reason(answer: Answer, why: str) -> None:
    outcome, _ = called([answer], lambda api: list(api.services()))
    assert outcome.partition(": ")[2] == f"here: GET /services {why}"


def test_a_service_is_read_with_its_event_rules() -> None:
    answers = [reply(200, {"orchestration_path": {"sets": []}}), reply(200, {"active": False})]
    outcome, script = called([*answers], lambda api: api.whole({"id": "P/1"}))
    assert outcome == repr(PagerDutyService(raw={"id": "P/1"}, path={"sets": []}, active=False))
    at = "/event_orchestrations/services/P%2F1"
    assert script.requests == [f"GET {at}", f"GET {at}/active"]

    denied = reply(404, {"error": {"message": "Not Found"}})
    for failing, path in (([denied, answers[1]], at), ([answers[0], denied], f"{at}/active")):
        outcome, _ = called([*failing], lambda api: api.whole({"id": "P/1"}))
        assert outcome == f"ProviderError: here: GET {path} answers 404: Not Found"


@pytest.mark.parametrize(
    ("answer", "create", "change", "delete"),
    [
        (reply(200, {"service": WRITTEN}), str(WRITTEN), str(WRITTEN), "None"),
        (
            reply(200, {"service": {"id": "a"}}),
            UNNAMED.format("POST /services"),
            UNNAMED.format("PUT /services/P%2F1"),
            "None",
        ),
        (
            reply(404, {"error": {"message": "Not Found"}}),
            "RefusedError: POST /services answers 404: Not Found",
            "RefusedError: PUT /services/P%2F1 answers 404: Not Found",
            "None",
        ),
        (
            reply(400, {"error": {"message": "Bad"}}),
            "RefusedError: POST /services answers 400: Bad",
            "RefusedError: PUT /services/P%2F1 answers 400: Bad",
            "RefusedError: DELETE /services/P%2F1 answers 400: Bad",
        ),
        (
            reply(500, "broken"),
            "LostAnswerError: POST /services answers 500: broken",
            "LostAnswerError: PUT /services/P%2F1 answers 500: broken",
            "LostAnswerError: DELETE /services/P%2F1 answers 500: broken",
        ),
        (LATE, LATE_TEXT, LATE_TEXT, LATE_TEXT),
    ],
)
def test_a_write_says_whether_it_may_be_carried_out(
    answer: Answer, create: str, change: str, delete: str
) -> None:
    outcome, script = called([answer], lambda api: api.create({"a": 1}))
    assert (outcome, script.bodies[0]) == (create, {"a": 1})
    outcome, script = called([answer], lambda api: api.change("P/1", {"b": 2}))
    assert (outcome, script.bodies[0]) == (change, {"b": 2})
    outcome, script = called([answer], lambda api: api.delete("P/1"))
    assert (outcome, script.bodies[0]) == (delete, None)


@pytest.mark.parametrize("active", [True, False])
def test_event_rules_are_replaced_and_then_switched(active: bool) -> None:
    def orchestrate(api: PagerDutyApi) -> None:
        api.orchestrate("P/1", {"a": 1}, active=active)

    at = "/event_orchestrations/services/P%2F1"
    outcome, script = called([reply(200, {})], orchestrate)
    assert outcome == "None"
    assert script.requests == [f"PUT {at}", f"PUT {at}/active"]
    assert script.bodies == [{"a": 1}, {"active": active}]
    refused = reply(400, {"error": {"message": "Bad"}})
    outcome, script = called([refused], orchestrate)
    assert (outcome, len(script.requests)) == (f"RefusedError: PUT {at} answers 400: Bad", 1)
    outcome, _ = called([reply(200, {}), refused], orchestrate)
    assert outcome == f"RefusedError: PUT {at}/active answers 400: Bad"


def record(
    at: str, *names: str | None, method: str | None = "browser", **more: Any
) -> dict[str, Any]:
    actors = [{"id": "U", "summary": name} for name in names]
    return {
        "execution_time": at,
        "actors": actors,
        "method": {"type": method} if method else None,
        **more,
    }


NINE, TEN = "2026-11-26T09:00:00Z", "2026-11-26T10:00:00Z"


@pytest.mark.parametrize(
    ("records", "path", "users", "shown"),
    [
        ([], {}, [], "None"),
        ([record(NINE, "Ada")], {}, [], "Ada, 2026-11-26 09:00 UTC"),
        ([record(TEN, "Ada"), record(NINE, "Bob")], {}, [], "Ada, 2026-11-26 10:00 UTC"),
        ([record(NINE, "Ada", None, "Bob")], {}, [], "Ada, Bob, 2026-11-26 09:00 UTC"),
        ([record(NINE)], {}, [], "unknown (browser), 2026-11-26 09:00 UTC"),
        ([record(NINE, actors=None)], {}, [], "unknown (browser), 2026-11-26 09:00 UTC"),
        ([record(NINE, None, method=None)], {}, [], "unknown, 2026-11-26 09:00 UTC"),
        (
            [record(NINE, "Ada")],
            {"updated_at": TEN, "updated_by": {"id": "U/2", "summary": "Bob"}},
            [],
            "Bob, 2026-11-26 10:00 UTC",
        ),
        (
            [record(TEN, "Ada")],
            {"updated_at": NINE, "updated_by": {"id": "U/2", "summary": "Bob"}},
            [],
            "Ada, 2026-11-26 10:00 UTC",
        ),
        (
            [],
            {"updated_at": NINE, "updated_by": {"id": "U/2"}},
            [reply(200, {"user": {"name": "Eve"}})],
            "Eve, 2026-11-26 09:00 UTC",
        ),
        (
            [],
            {"updated_at": NINE, "updated_by": {"id": "U/2", "summary": ""}},
            [reply(404, {})],
            "user U/2, 2026-11-26 09:00 UTC",
        ),
        ([], {"updated_at": None, "updated_by": {"id": "U/2"}}, [], "None"),
        ([], {"updated_at": NINE}, [], "None"),
    ],
)
def test_the_last_change_is_of_the_service_or_its_event_rules(
    records: list[dict[str, Any]], path: dict[str, Any], users: list[Answer], shown: str
) -> None:
    service = replace(SERVICE, path=path)
    answers = [reply(200, {"records": records}), *users]
    outcome, script = called([*answers], lambda api: Shown(str(api.last_change(service, NOW))))
    assert outcome == shown
    since = "since=2026-10-28T12%3A00%3A00%2B00%3A00"
    assert script.requests == [
        f"GET /services/P%2F1/audit/records?{since}&limit=100",
        *["GET /users/U%2F2" for _ in users],
    ]


class Shown(str):
    """A text that is shown without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (402, "answers 402; drift has names with a token that may read audit records"),
        (403, "answers 403; drift has names with a token that may read audit records"),
        (404, "answers 404: Bad"),
    ],
)
def test_audit_records_that_cannot_be_read_are_an_error(status: int, why: str) -> None:
    answers: list[Answer] = [reply(status, {"error": {"message": "Bad"}})]
    outcome, _ = called(answers, lambda api: api.last_change(SERVICE, NOW))
    assert outcome == f"ProviderError: here: GET /services/P%2F1/audit/records {why}"


SPAN: Final = TimeSpan(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
AT: Final = "POST /analytics/raw/incidents"


def incidents(*ids: str, more: bool = False, last: str | None = None) -> Answer:
    data = [{"id": identity, "created_at": "2026-11-05T09:00:00"} for identity in ids]
    return reply(200, {"data": data, "more": more, "last": last})


def read(answers: list[Answer], **filters: Any) -> tuple[str, Script]:
    script = Script([*answers])
    with scripted(script, RETRIES) as server:
        return outcome_of(lambda: [one.id for one in read_incidents(server, filters)]), script


def test_incidents_are_read_page_by_page() -> None:
    pages = [
        incidents("a", "b", more=True, last="1"),
        incidents("b", "c", more=True, last="2"),
        incidents("d", last="3"),
    ]
    outcome, script = read([*pages], team_ids=["T"])
    assert outcome == "['a', 'b', 'c', 'd']"
    request = {
        "filters": {"team_ids": ["T"]},
        "limit": 1000,
        "order": "asc",
        "order_by": "created_at",
        "time_zone": "Etc/UTC",
    }
    assert script.bodies == [
        request,
        {**request, "starting_after": "1"},
        {**request, "starting_after": "2"},
    ]
    assert script.requests == [AT] * 3


NEEDS: Final = "; a token of a user needs --pager-team or --pager-service"
ACCESS: Final = (
    "; use a REST API key of the account, or a token of OAuth with the scope analytics.write"
)
OTHERWISE: Final = "is not answered as PagerDuty does:"
UNENDING: Final = f"{OTHERWISE} its pages do not end"


@pytest.mark.parametrize(
    ("answers", "filters", "why", "count"),
    [
        ([incidents("a", more=True)], {}, UNENDING, 1),
        (
            [incidents("a", more=True, last="1"), incidents("b", more=True, last="1")],
            {},
            UNENDING,
            2,
        ),
        (
            [incidents("a", more=True, last="c" * 4_097)],
            {},
            f"{OTHERWISE} last: String should have at most 4096 characters",
            1,
        ),
        *(
            (
                [reply(200, {"data": [{"id": "a", "created_at": at}], "more": False, "last": ""})],
                {},
                f"{OTHERWISE} data.0.created_at: Value error, the year {year} is not from 1970 "
                "to 2199",
                1,
            )
            for at, year in (("0001-01-01T00:00:00+14:00", 1), ("9999-12-31T23:59:59-14:00", 9999))
        ),
        ([reply(403, {"error": {"message": "No"}})], {}, f"answers 403: No{ACCESS}{NEEDS}", 1),
        (
            [reply(403, {"error": {"message": "No"}})],
            {"team_ids": ["a"]},
            f"answers 403: No{ACCESS}",
            1,
        ),
        ([reply(400, {"error": {"message": "No"}})], {}, f"answers 400: No{NEEDS}", 1),
        (
            [reply(400, {"error": {"message": "No"}})],
            {"service_ids": ["a"]},
            "answers 400: No",
            1,
        ),
        (
            [reply(404, {"error": {"message": "No"}})],
            {"urgency": "high"},
            "answers 404: No",
            1,
        ),
    ],
)
def test_incidents_that_cannot_be_read_are_an_error_with_what_to_do(
    answers: list[Answer], filters: dict[str, Any], why: str, count: int
) -> None:
    outcome, script = read(answers, **filters)
    assert outcome.partition("Error: ")[2] == f"here: {AT} {why}"
    assert len(script.requests) == count


@pytest.mark.parametrize(("pages", "rows"), [(MOST_PAGES, 0), (1, MOST_ROWS)])
def test_a_list_that_does_not_end_is_left(pages: int, rows: int) -> None:
    bounds = ListBounds(target="here", advice="; read less")
    for _ in range(pages):
        bounds.count(rows)
    with pytest.raises(ProviderError, match="the limits are 200,000 and 1,000; read less"):
        bounds.count(1)


def test_an_incident_has_times_in_utc_and_only_the_names_that_there_are() -> None:
    whole = {
        "id": "a",
        "created_at": "2026-11-05T09:00:00",
        "resolved_at": "2026-11-05T12:00:00+02:00",
        "acknowledged_user_names": ["Ada"],
        "unknown": 1,
    }
    script = Script([reply(200, {"data": [whole], "more": False, "last": None})])
    with scripted(script, RETRIES) as server:
        [one] = read_incidents(server, {})
    assert one.created_at == datetime(2026, 11, 5, 9, tzinfo=UTC)
    assert one.resolved_at is not None
    assert one.resolved_at.isoformat() == "2026-11-05T12:00:00+02:00"
    assert (one.acknowledged_user_names, one.urgency, one.service_name) == (("Ada",), None, None)


@pytest.mark.parametrize(
    ("url", "token", "why"),
    [
        ("ftp://api.example", "env:PAGER", "--pager: "),
        ("https://api.example", "secret", "--pager-token: "),
    ],
)
def test_an_account_that_is_not_valid_names_its_option(url: str, token: str, why: str) -> None:
    source = PagerSource(url=url, token=token)
    with pytest.raises(ReliabilityError) as error:
        list(source.incidents(SPAN, lambda _: "token"))
    assert str(error.value).startswith(why)
    assert str(error.value).endswith("; write env:NAME") == (token == "secret")


def test_an_account_has_the_host_of_its_url() -> None:
    assert PagerSource(url="https://api.eu.example:8443/x", token="env:A").host == "api.eu.example"
    assert PagerSource(url="nothing", token="env:A").host == ""
