"""Rule groups namespaces of Amazon Managed Prometheus: paths and answers of its API.

A write answers 202 and a status: CREATING or UPDATING, later ACTIVE or ..._FAILED with a reason.
https://docs.aws.amazon.com/prometheus/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar
from urllib.parse import quote

import httpx
from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from reliability.errors import ProviderError
from reliability.http.prometheus import AnswerPart, FirstFault
from reliability.http.reply import HttpReply, one_line
from reliability.providers.http import HttpServer, NoAnswerError

T = TypeVar("T")
KIND: Final = "Amazon Managed Prometheus"
PAGE: Final = 100
MOST_PAGES: Final = 1_000
JSON: Final = {"Content-Type": "application/json"}
PAUSE: Final = 1.0
TRIES: Final = 120
"""Looks for the end of an asynchronous write, which is two minutes."""

UNFINISHED: Final = frozenset(("CREATING", "UPDATING"))
DELETING: Final = "DELETING"
ACTIVE: Final = "ACTIVE"


class AmazonAnswer(AnswerPart):
    """Part of an answer; unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)


class NamespaceStatus(AmazonAnswer):
    """Status of a namespace, with a reason if it failed."""

    status_code: str
    status_reason: str = ""


def decoded(data: str, what: str) -> bytes:
    """Return the bytes of a text in Base64; `what` names it in an error.

    Raises:
        ProviderError: it is not Base64.
    """
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise ProviderError(f"{KIND}: {what} is not Base64") from error


class ListedNamespace(AmazonAnswer):
    """A namespace in a listing, which has no data."""

    name: str
    arn: str
    status: NamespaceStatus


class DescribedNamespace(ListedNamespace):
    """A namespace with its rule file in Base64, and its tags."""

    data: str = ""
    tags: Mapping[str, str] = Field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The bytes of the rule file.

        Raises:
            ProviderError: it is not Base64.
        """
        return decoded(self.data, f"the data of {self.name}")


class NamespacePage(AmazonAnswer):
    """A page of a listing."""

    rule_groups_namespaces: Annotated[tuple[ListedNamespace, ...], FirstFault()]
    next_token: str | None = None


class Description(AmazonAnswer):
    """Answer about one namespace."""

    rule_groups_namespace: DescribedNamespace


class AmazonFault(AmazonAnswer):
    """Error of the API."""

    message: str = ""


PAGES: Final = TypeAdapter(NamespacePage)
DESCRIPTION: Final = TypeAdapter(Description)
FAULT: Final = TypeAdapter(AmazonFault)


class AmazonRefusalError(ProviderError):
    """The service refuses a rule file; the message is its reason."""


@dataclass(frozen=True, slots=True)
class AmazonApi:
    """Requests about the rule groups namespaces of one workspace."""

    server: HttpServer
    workspace: str

    def namespaces(self, prefix: str) -> Iterator[ListedNamespace]:
        """Yield the namespaces whose names begin with a prefix, page by page.

        Raises:
            ProviderError: the service does not answer, or its pages do not end.
        """
        token: str | None = None
        for _ in range(MOST_PAGES):
            asked: dict[str, str | int] = {"name": prefix, "maxResults": PAGE}
            if token:
                asked["nextToken"] = token
            reply = self.server.get(self._path(), asked)
            page = self._read(reply, PAGES)
            yield from page.rule_groups_namespaces
            token = page.next_token
            if not token:
                return
        raise reply.unexpected(KIND, "its pages do not end")

    def describe(self, name: str) -> DescribedNamespace | None:
        """Return a namespace with its data; None if it does not exist.

        Raises:
            ProviderError: the service does not answer as documented.
        """
        reply = self.server.get(self._path(name))
        if reply.status_code == httpx.codes.NOT_FOUND and "Namespace" in self._reason(reply):
            return None
        return self._read(reply, DESCRIPTION).rule_groups_namespace

    def create(self, name: str, content: bytes, tags: Mapping[str, str]) -> None:
        """Create a namespace, and wait until it is active.

        Raises:
            AmazonRefusalError: the service refuses the rule file.
            ProviderError: whether it is stored is not known.
        """
        body = {"name": name, "data": _encoded(content), "tags": dict(tags)}
        self._write("POST", self._path(), body, name=name)
        self._wait(name, content)

    def put(self, name: str, content: bytes) -> None:
        """Replace the rule file of a namespace, and wait until it is active.

        Raises:
            AmazonRefusalError: the service refuses the rule file.
            ProviderError: whether it is stored is not known.
        """
        self._write("PUT", self._path(name), {"data": _encoded(content)}, name=name)
        self._wait(name, content)

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        """Add tags to a namespace, or change their values."""
        path = f"/tags/{quote(arn, safe='')}"
        self._ensure_accepted(
            self.server.write("POST", path, json.dumps({"tags": dict(tags)}).encode(), JSON)
        )

    def delete(self, name: str) -> None:
        """Delete a namespace, and wait until it is gone.

        Raises:
            ProviderError: it was not deleted, or that is not known.
        """
        path = f"{self._path(name)}?clientToken={uuid.uuid4()}"
        try:
            reply = self.server.write("DELETE", path, None, {})
        except NoAnswerError:
            there = self.describe(name)
            if there is not None and there.status.status_code != DELETING:
                raise
        else:
            if reply.status_code != httpx.codes.NOT_FOUND:
                self._ensure_accepted(reply)

        for _ in range(TRIES):
            if self.describe(name) is None:
                return
            self.server.pause(PAUSE)
        raise ProviderError(f"{self.server.target}: {name} is still being deleted")

    def _write(self, method: str, path: str, body: Mapping[str, object], name: str) -> None:
        # One token for all tries of a write, and a new one for each write: the service answers a
        # known token with its former answer, and does nothing.
        content = json.dumps({**body, "clientToken": str(uuid.uuid4())}).encode()
        try:
            reply = self.server.write(method, path, content, JSON)
        except NoAnswerError:
            there = self.describe(name)
            if there is None or there.data != body["data"]:
                raise
            return
        self._ensure_accepted(reply)

    def _wait(self, name: str, content: bytes) -> None:
        for _ in range(TRIES):
            there = self.describe(name)
            if there is None or there.content != content:
                raise ProviderError(f"{name} is stored otherwise than sent; plan again")
            if there.status.status_code not in UNFINISHED:
                break
            self.server.pause(PAUSE)
        else:
            raise ProviderError(f"{self.server.target}: {name} is still being written")
        if there.status.status_code != ACTIVE:
            raise AmazonRefusalError(f"refused: {failure(there.status)}")

    def _path(self, name: str | None = None) -> str:
        path = f"/workspaces/{quote(self.workspace, safe='')}/rulegroupsnamespaces"
        return path if name is None else f"{path}/{quote(name, safe='')}"

    def _read(self, reply: HttpReply, form: TypeAdapter[T]) -> T:
        self._ensure_accepted(reply)
        return reply.read(form, KIND)

    def _ensure_accepted(self, reply: HttpReply) -> None:
        if reply.is_success:
            return
        text = self._reason(reply)
        if reply.status_code == httpx.codes.BAD_REQUEST:
            raise AmazonRefusalError(f"refused: {text}")
        raise ProviderError(
            f"{self.server.target}: {reply.request} answers {reply.status_code}: {text}"
        )

    def _reason(self, reply: HttpReply) -> str:
        try:
            return reply.one_line(reply.read(FAULT, KIND).message) or reply.words
        except ProviderError:
            return reply.words


def failure(status: NamespaceStatus) -> str:
    """Describe a status that failed."""
    reason = one_line(status.status_reason)
    return f"{status.status_code}: {reason}" if reason else status.status_code


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
