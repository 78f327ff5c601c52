"""`GET /api/v1/rules`: the rules that a Prometheus runs, in its own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from reliability.errors import ProviderError
from reliability.providers.http import Parameters, Server

PAGE: Final = 2_000
"""Groups in one answer; generations that know no pages give all at once."""


class Reply(BaseModel):
    """A part of an answer; what we do not read is left out."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)


class LoadedRule(Reply):
    """A rule as the server runs it: expression reprinted, durations in seconds."""

    name: str
    type: str
    query: str
    duration: float = 0
    keep_firing_for: float = 0
    labels: Mapping[str, str] = Field(default_factory=dict)
    annotations: Mapping[str, str] = Field(default_factory=dict)
    health: str = "unknown"
    last_error: str = ""


class LoadedGroup(Reply):
    """A group as the server runs it; `interval` is in seconds, `file` is the server's own path."""

    name: str
    file: str
    interval: float
    limit: int = 0
    rules: tuple[LoadedRule, ...]


class RulesPage(Reply):
    """One page of groups."""

    groups: tuple[LoadedGroup, ...]
    group_next_token: str = ""


class RulesReply(Reply):
    """What the API wraps a page in."""

    data: RulesPage


class RuntimeInfo(Reply):
    """When the server last took its configuration."""

    last_config_time: datetime


class RuntimeReply(Reply):
    """What the API wraps its runtime information in."""

    data: RuntimeInfo


class FormattedReply(Reply):
    """An expression in the server's layout."""

    data: str


class ErrorReply(Reply):
    """What the API says where it refuses a question."""

    error: str


ReplyT = TypeVar("ReplyT", bound=Reply)


@dataclass(frozen=True, slots=True)
class Formatted:
    """An expression in the server's layout."""

    text: str


@dataclass(frozen=True, slots=True)
class NotParsed:
    """What a server cannot read in an expression, with line and column."""

    why: str


@dataclass(frozen=True, slots=True)
class RulesApi:
    """The questions that we ask a Prometheus about its rules."""

    server: Server

    def groups(self) -> Iterator[LoadedGroup]:
        """Every group that the server runs, page by page; groups without rules are left out.

        Raises:
            ProviderError: there is no answer, or not one of a Prometheus.
        """
        token = ""
        while True:
            asked: dict[str, str | int] = {"exclude_alerts": "true", "group_limit": PAGE}
            if token:
                asked["group_next_token"] = token
            page = self._read(RulesReply, "/api/v1/rules", asked).data
            yield from page.groups
            token = page.group_next_token
            if not token:
                return

    def last_reload(self) -> datetime:
        """When the server last took its configuration, in whole seconds."""
        return self._read(RuntimeReply, "/api/v1/status/runtimeinfo", {}).data.last_config_time

    def formatted(self, expression: str) -> Formatted | NotParsed:
        """An expression in the server's own layout, or what it cannot read in it."""
        reply = self.server.get("/api/v1/format_query", {"query": expression})
        if reply.status_code == httpx.codes.BAD_REQUEST:
            said = self._parse(ErrorReply, reply)
            return NotParsed(said.error.removeprefix('invalid parameter "query": '))
        return Formatted(self._parse(FormattedReply, reply).data)

    def _read(self, model: type[ReplyT], path: str, parameters: Parameters) -> ReplyT:
        reply = self.server.get(path, parameters)
        if reply.status_code != httpx.codes.OK:
            raise self._strange(reply, f"status {reply.status_code}")
        return self._parse(model, reply)

    def _parse(self, model: type[ReplyT], reply: httpx.Response) -> ReplyT:
        try:
            return model.model_validate_json(reply.content)
        except ValidationError as error:
            raise self._strange(reply, str(error).splitlines()[0]) from error

    def _strange(self, reply: httpx.Response, reason: str) -> ProviderError:
        return ProviderError(
            f"{self.server.target}: GET {reply.request.url.path} is not answered as a Prometheus "
            f"does: {reason}"
        )
