"""Body of an object that a target stores as JSON text, parsed on first use."""

from __future__ import annotations

import json
from collections.abc import Mapping

from reliability.providers.yaml_body import LIMITS, BodyError, YamlBody
from reliability.resource import Json


class JsonBody(YamlBody):
    """Body that is read and parsed on first use: a plan without changes needs no body."""

    def parsed(self) -> Mapping[str, Json]:
        """Parse the text.

        Raises:
            BodyError: the text is not a JSON object.
        """
        return parse_json(self._text())


def parse_json(content: bytes) -> Mapping[str, Json]:
    """Parse a JSON object.

    Raises:
        BodyError: it is something else, or exceeds a limit.
    """
    if len(content) > LIMITS.bytes:
        raise BodyError(f"{len(content)} bytes, and the limit is {LIMITS.bytes}")
    try:
        body = json.loads(content)
        # Half of a surrogate pair can be read, and not be written anywhere.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BodyError(str(error)) from error
    if not isinstance(body, dict):
        raise BodyError("a JSON object was expected")
    return body


def json_text(body: Mapping[str, Json]) -> str:
    """Return a mapping as JSON, indented by two spaces, with a newline at the end."""
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"
