"""The alert manager definition of a workspace of Amazon Managed Prometheus: path and answers.

A write answers 202 and a status: CREATING or UPDATING, later ACTIVE or ..._FAILED with a reason.
https://docs.aws.amazon.com/prometheus/latest/APIReference/API_PutAlertManagerDefinition.html
"""

from __future__ import annotations

import base64
import json
import uuid
from typing import Final
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter

from reliability.errors import ProviderError
from reliability.providers.http import NoAnswerError
from reliability.providers.rulers.amazon_api import (
    ACTIVE,
    JSON,
    PAUSE,
    TRIES,
    UNFINISHED,
    AmazonAnswer,
    AmazonApi,
    AmazonRefusalError,
    NamespaceStatus,
    decoded,
    failure,
)


class AlertManagerDefinition(AmazonAnswer):
    """The definition in Base64, and its status."""

    data: str
    status: NamespaceStatus

    @property
    def content(self) -> bytes:
        """The bytes of the definition.

        Raises:
            ProviderError: it is not Base64.
        """
        return decoded(self.data, "the definition")


class DefinitionAnswer(AmazonAnswer):
    """Answer about the definition."""

    alert_manager_definition: AlertManagerDefinition


DEFINITION: Final = TypeAdapter(DefinitionAnswer)


class AmazonDefinitionApi(AmazonApi):
    """Requests about the alert manager definition of one workspace."""

    def definition(self) -> AlertManagerDefinition | None:
        """Return the definition; None if the workspace has none.

        Raises:
            ProviderError: there is no such workspace, or the service does not answer.
        """
        reply = self.server.get(self._definition)
        if reply.status_code == httpx.codes.NOT_FOUND:
            # The workspace itself may be missing; then this is an error.
            self._ensure_accepted(self.server.get(self._workspace))
            return None
        return self._read(reply, DEFINITION).alert_manager_definition

    def store(self, content: bytes, former: bytes | None) -> None:
        """Store a definition, wait until it is active, and put the former one back if it fails.

        Raises:
            AmazonRefusalError: the service refuses it.
            ProviderError: whether it is stored is not known.
        """
        self._put(content, is_new=former is None)
        try:
            self._wait_for(content)
        except AmazonRefusalError:
            if former is None:
                self._remove()
            else:
                self._put(former, is_new=False)
                self._wait_for(former)
            raise

    def _put(self, content: bytes, *, is_new: bool) -> None:
        data = base64.b64encode(content).decode()
        body = json.dumps({"data": data, "clientToken": str(uuid.uuid4())}).encode()
        try:
            reply = self.server.write("POST" if is_new else "PUT", self._definition, body, JSON)
        except NoAnswerError:
            stored = self.definition()
            if stored is None or stored.content != content:
                raise
            return
        self._ensure_accepted(reply)

    def _wait_for(self, content: bytes) -> None:
        for _ in range(TRIES):
            stored = self.definition()
            if stored is None or stored.content != content:
                raise ProviderError("the definition is stored otherwise than sent; plan again")
            if stored.status.status_code not in UNFINISHED:
                break
            self.server.pause(PAUSE)
        else:
            raise ProviderError(f"{self.server.target}: the definition is still being written")
        if stored.status.status_code != ACTIVE:
            raise AmazonRefusalError(f"refused: {failure(stored.status)}")

    def _remove(self) -> None:
        path = f"{self._definition}?clientToken={uuid.uuid4()}"
        reply = self.server.write("DELETE", path, None, {})
        if reply.status_code != httpx.codes.NOT_FOUND:
            self._ensure_accepted(reply)

    @property
    def _workspace(self) -> str:
        return f"/workspaces/{quote(self.workspace, safe='')}"

    @property
    def _definition(self) -> str:
        return f"{self._workspace}/alertmanager/definition"
