"""`GET /api/v1/rules` and related endpoints: the rules that a Prometheus runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import httpx
from pydantic import AliasChoices, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from reliability.http.prometheus import (
    KIND,
    AnswerPart,
    Failure,
    FirstFault,
    LabelSet,
    Seconds,
    Success,
    answer_of,
    data_of,
)
from reliability.providers.http import HttpServer, Parameters

PAGE: Final = 2_000
"""Groups per page; versions of Prometheus without pagination return all at once."""

MAX_GROUPS: Final = 500_000


class Loaded(AnswerPart):
    """Part of a response about what a server runs; unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)


class LoadedRule(Loaded):
    """A rule as the server runs it: the expression is reformatted, durations are in seconds.

    vmalert names `keep_firing_for` as a rule file does.
    """

    name: str
    type: str
    query: str
    duration: Seconds = 0
    keep_firing_for: Seconds = Field(
        default=0, validation_alias=AliasChoices("keepFiringFor", "keep_firing_for")
    )
    labels: LabelSet = Field(default_factory=dict)
    annotations: LabelSet = Field(default_factory=dict)
    health: str = "unknown"
    last_error: str = ""
    last_evaluation: str = ""


class LoadedGroup(Loaded):
    """A group as the server runs it; `interval` is in seconds, `file` is the server's own path."""

    name: str
    file: str
    interval: Seconds
    limit: int = 0
    rules: Annotated[tuple[LoadedRule, ...], FirstFault()]


class RulesPage(Loaded):
    """One page of groups."""

    groups: Annotated[tuple[LoadedGroup, ...], FirstFault()]
    group_next_token: str = ""


class RulesAnswer(Success[RulesPage]):
    """A page of groups with its envelope.

    Prometheus has tokens. vmalert has page numbers from 1 on, since 1.139; the first page may leave
    out its number (`listGroupsResponse` in app/vmalert/web.go).
    """

    page: int = 0
    total_pages: int = 0

    @property
    def next_page(self) -> Parameters:
        """Parameters that ask for the next page; empty after the last one."""
        if self.data.group_next_token:
            return {"group_next_token": self.data.group_next_token}
        page = max(self.page, 1)
        return {"page_num": page + 1} if page < self.total_pages else {}


class RuntimeInfo(Loaded):
    """Time at which the server last loaded its configuration."""

    last_config_time: datetime


RULES: Final = TypeAdapter(RulesAnswer)
RUNTIME: Final = TypeAdapter(Success[RuntimeInfo])
FORMATTED: Final = TypeAdapter(Success[str])
REFUSED: Final = TypeAdapter(Failure)


@dataclass(frozen=True, slots=True)
class Formatted:
    """Expression as the server formats it."""

    text: str


@dataclass(frozen=True, slots=True)
class NotParsed:
    """Parse error of an expression, with line and column."""

    why: str


@dataclass(frozen=True, slots=True)
class RulesApi:
    """Requests to a Prometheus about its rules.

    `prefix` is the path before `/api/v1` of a server with the same API.
    """

    server: HttpServer
    prefix: str = ""

    def groups(self) -> Iterator[LoadedGroup]:
        """Yield every group that the server runs, page by page; it leaves out groups without rules.

        Raises:
            ProviderError: the server does not answer, or not as a Prometheus does.
        """
        # Active alerts can be most of the answer. A server older than paging ignores the limit and
        # returns all groups in one page.
        first: Parameters = {"exclude_alerts": "true", "group_limit": PAGE}
        asked: list[Parameters] = [{}]
        count = 0
        while True:
            reply = self.server.get(f"{self.prefix}/api/v1/rules", {**first, **asked[-1]})
            answer = answer_of(reply, RULES)
            groups, following = answer.data.groups, answer.next_page
            yield from groups
            count += len(groups)
            if not following:
                return
            if following in asked or not groups or count > MAX_GROUPS:
                raise reply.unexpected(KIND, "its pages do not end")
            asked.append(following)

    def last_reload(self) -> datetime:
        """Return when the server last loaded its configuration, in whole seconds."""
        return data_of(self.server.get("/api/v1/status/runtimeinfo"), RUNTIME).last_config_time

    def formatted(self, expression: str) -> Formatted | NotParsed:
        """Return an expression as the server formats it, or its parse error."""
        parameters: Parameters = {"query": expression}
        reply = self.server.get("/api/v1/format_query", parameters)
        if reply.status_code == httpx.codes.BAD_REQUEST:
            refusal = reply.one_line(reply.read(REFUSED, KIND).error)
            return NotParsed(refusal.removeprefix('invalid parameter "query": '))
        return Formatted(data_of(reply, FORMATTED))
