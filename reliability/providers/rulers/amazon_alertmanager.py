"""Provider of the alert manager definition of a workspace of Amazon Managed Prometheus.

The definition is one document: `alertmanager_config` as a text, and `template_files`. The service
keeps it byte for byte. The text begins with the mark of a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from reliability.errors import ProviderError
from reliability.http.server import HttpServer
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import DriftedResource, Foreign, Held, Intact, Owner, Stale, Unreadable
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.providers.mark import marked_text, read_marked
from reliability.providers.rulers.amazon_api import ACTIVE, UNFINISHED, failure
from reliability.providers.rulers.amazon_definition import AmazonDefinitionApi
from reliability.providers.template_files import template_files, with_template
from reliability.providers.yaml_body import BodyError, parse_body
from reliability.render.yaml_text import yaml_text
from reliability.resource import Json, ResourceId

OBJECT: Final = ("config", "alertmanager")
CHANGED: Final = "the configuration was changed since the plan was made; plan again"
RUNNING: Final = UNFINISHED | {ACTIVE}


@dataclass(slots=True, kw_only=True)
class AmazonAlertmanagerProvider:
    """A `Provider` with one object, `config alertmanager`."""

    target: str
    api: AmazonDefinitionApi
    owner: Owner | None = None
    seen: bytes | None = field(default=None, init=False)
    templates: Mapping[str, Json] = field(default_factory=dict, init=False)
    stored: Mapping[str, Json] | None = field(default=None, init=False)

    @property
    def server(self) -> HttpServer:
        """The endpoint of the region."""
        return self.api.server

    def read(self) -> Held:
        """Return the configuration.

        Raises:
            ProviderError: the workspace cannot be read.
        """
        self.seen, self.stored, self.templates = None, None, {}
        definition = self.api.definition()
        if definition is None:
            return Held()
        identity = ResourceId(self.target, *OBJECT)
        self.seen = definition.content
        try:
            text, self.templates = _parts(self.seen)
        except BodyError as error:
            return Held(foreign=(Foreign(identity, f"it cannot be read: {error}"),))

        read = with_template(read_marked(identity, text.encode()), text, self.templates.get)
        match read:
            case Foreign():
                return Held(foreign=(read,))
            case Intact(resource) | DriftedResource(resource):
                self.stored = resource.body
            case Unreadable():
                pass
        is_running = definition.status.status_code in RUNNING
        stale = () if is_running else (Stale(identity, failure(definition.status)),)
        return Held(kept=(read,), stale=stale if isinstance(read, Intact) else ())

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Store the configuration, and wait until the service runs it."""
        for change in changes:
            try:
                self._apply(change)
            except ProviderError as error:
                yield ChangeFailed(change, str(error))
            else:
                yield ChangeApplied(change)

    def _apply(self, change: Change) -> None:
        definition = self.api.definition()
        former = definition.content if definition else None
        match change:
            case Create(after) | Update(_, after) | Claim(after):
                text = marked_text(after, self.owner).decode()
                content = self._document(text, after.body)
                if former == content:
                    return
                if former != self.seen:
                    raise ProviderError(CHANGED)
                self.api.store(content, former)
            case Reload():
                if former is None or former != self.seen:
                    raise ProviderError(CHANGED)
                self.api.store(former, former)
            case Delete():
                raise ProviderError("an Alertmanager does not run without a configuration")

    def _document(self, text: str, body: Mapping[str, Json]) -> bytes:
        files = template_files(body, self.templates)
        templates = {"template_files": files} if files else {}
        document: dict[str, Json] = {**templates, "alertmanager_config": text}
        return yaml_text(document).encode()


def _parts(content: bytes) -> tuple[str, Mapping[str, Json]]:
    """Return the configuration as a text, and the template files.

    Raises:
        BodyError: it has another form.
    """
    document: Mapping[str, Any] = parse_body(content)
    text, templates = document.get("alertmanager_config"), document.get("template_files") or {}
    if not isinstance(text, str) or not isinstance(templates, dict):
        raise BodyError("it has no alertmanager_config")
    return text, templates
