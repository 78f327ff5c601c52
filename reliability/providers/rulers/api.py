"""Configuration API of the rulers of Mimir and Cortex: rule groups of a tenant, by namespace.

`GET` lists groups as YAML, `POST .../{namespace}` stores one group, `DELETE` removes a group or a
namespace (pkg/ruler/api.go in both). 202 means stored: the ruler loads it later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

import httpx

from reliability.errors import ProviderError
from reliability.http.reply import HttpReply
from reliability.providers.http import HttpServer, NoAnswerError
from reliability.providers.rulers.groups import Group, canonical
from reliability.providers.rulers.listing import Namespace, namespaces_of
from reliability.providers.yaml_body import BodyError
from reliability.render.yaml_text import yaml_text

PATHS: Final[Mapping[str, str]] = {
    "mimir": "/prometheus/config/v1/rules",
    "cortex": "/api/v1/rules",
}
"""Path of the configuration API by dialect; the prefix `/prometheus` is the default of both."""

EMPTY: Final = re.compile(r"\s*(no rule groups found|group (namespace )?does not exist)\s*")
"""Texts of a 404 for something that is not there; any other 404 is not from a ruler."""

YAML: Final = {"Content-Type": "application/yaml"}
LIMIT: Final = re.compile(
    r"per-user (?P<what>rules per rule group|rule groups) limit "
    r"\(limit: (?P<limit>\d+) actual: (?P<actual>\d+)\) exceeded"
)
"""Error of a tenant's limit (pkg/ruler/ruler.go)."""
SETTINGS: Final = {"rules per rule group": "maxRulesPerGroup", "rule groups": "maxGroups"}
PROTECTED: Final = "x-mimir-ruler-protected-namespaces"


class RulerRefusalError(ProviderError):
    """The ruler refuses a group; the message is its reason."""


@dataclass(frozen=True, slots=True)
class RulerListing:
    """Namespaces of a tenant, as the ruler lists them; `reply` is its answer without the text."""

    namespaces: Mapping[str, Namespace]
    reply: HttpReply | None = None

    def groups(self, namespace: str) -> Sequence[Group]:
        """Return the groups of a namespace; none if it does not exist.

        Raises:
            ProviderError: they are not as a ruler lists them.
        """
        if self.reply is None or namespace not in self.namespaces:
            return ()
        try:
            return self.namespaces[namespace].groups()
        except BodyError as error:
            raise self.reply.unexpected("a ruler", f"namespace {namespace}: {error}") from error


@dataclass(frozen=True, slots=True)
class RulerApi:
    """Requests to a ruler about the rule groups of one tenant; `path` is that of the dialect."""

    server: HttpServer
    path: str

    def namespaces(self) -> RulerListing:
        """Return all namespaces of the tenant.

        Raises:
            ProviderError: the ruler does not answer, or not as a ruler does.
        """
        return self._listed(self.server.get(self.path))

    def groups(self, namespace: str) -> Sequence[Group]:
        """Return the groups of a namespace; none if it does not exist.

        Raises:
            ProviderError: as `namespaces`.
        """
        reply = self.server.get(f"{self.path}/{_segment(namespace)}")
        return self._listed(reply).groups(namespace)

    def put(self, namespace: str, group: Group) -> None:
        """Store a group.

        Raises:
            RulerRefusalError: the ruler refuses it.
            ProviderError: whether it is stored is not known.
        """
        path = f"{self.path}/{_segment(namespace)}"
        try:
            reply = self.server.write("POST", path, yaml_text(group).encode(), YAML)
        except NoAnswerError:
            # The request may have arrived all the same.
            stored = {str(there["name"]): there for there in self.groups(namespace)}
            if canonical(stored.get(group["name"], {})) != canonical(group):
                raise
            return
        self._ensure_accepted(reply)

    def remove(self, namespace: str, group: str | None = None) -> None:
        """Delete a group, or a whole namespace.

        Raises:
            ProviderError: it was not deleted, or that is not known.
        """
        path = f"{self.path}/{_segment(namespace)}"
        path = path if group is None else f"{path}/{_segment(group)}"
        try:
            reply = self.server.write("DELETE", path, None, {})
        except NoAnswerError:
            names = {str(there["name"]) for there in self.groups(namespace)}
            if names if group is None else names & {group}:
                raise
            return
        # A repeated DELETE finds nothing if the first one was carried out and its answer lost.
        if not _is_empty(reply):
            self._ensure_accepted(reply)

    def _listed(self, reply: HttpReply) -> RulerListing:
        if _is_empty(reply):
            return RulerListing({})
        if reply.status_code != httpx.codes.OK:
            raise ProviderError(
                f"{self.server.target}: {reply.request} answers {reply.status_code}: "
                f"{reply.words}; check url, tenant and dialect, and that the ruler's API is enabled"
            )
        try:
            namespaces = namespaces_of(reply.content)
        except BodyError as error:
            raise reply.unexpected("a ruler", str(error)) from error
        return RulerListing(namespaces, replace(reply, content=b""))

    def _ensure_accepted(self, reply: HttpReply) -> None:
        if reply.is_success:
            return
        if PROTECTED in reply.headers:
            raise RulerRefusalError(
                "the namespace is protected in the ruler: "
                f"{reply.one_line(reply.headers[PROTECTED])}"
            )
        text = reply.words or f"status {reply.status_code}"
        if reply.status_code == httpx.codes.BAD_REQUEST:
            raise RulerRefusalError(f"refused: {text}{_advice(text)}")
        raise ProviderError(
            f"{self.server.target}: {reply.request} answers {reply.status_code}: {text}"
        )


def _advice(text: str) -> str:
    """Return what helps against a limit of the tenant; empty for another refusal."""
    limit = LIMIT.search(text)
    if limit is None:
        return ""
    setting = f"{SETTINGS[limit['what']]}: {limit['limit']}"
    return f"; raise the limit of the tenant, or write {setting} in policies/targets.yaml"


def _is_empty(reply: HttpReply) -> bool:
    return reply.status_code == httpx.codes.NOT_FOUND and bool(EMPTY.fullmatch(reply.words))


def _segment(text: str) -> str:
    return quote(text, safe="")
