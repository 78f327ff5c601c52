"""Datadog's own description of its API, against which requests are validated.

It is read from the folder that RELIABILITY_APIS names, as `datadog-v1.yaml`; it is not part of this
repository. Without it, only the fake's own checks apply.
"""

import re
from functools import lru_cache
from typing import Any

import jsonschema
import yaml

from tests.environment import apis_folder

Json = dict[str, Any]


@lru_cache(maxsize=1)
def description() -> Json | None:
    folder = apis_folder()
    if folder is None:
        return None
    text = (folder / "datadog-v1.yaml").read_bytes()
    read: Json = yaml.load(text, yaml.CSafeLoader)
    return {"paths": read["paths"], "schemas": strict(read["components"]["schemas"])}


def strict(schema: Any) -> Any:
    """A schema as JSON Schema reads it, in which unknown properties are an error.

    `nullable` is OpenAPI's, and descriptions allow more properties than they list.
    """
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        made["type"] = [schema["type"], "null"]
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        made.setdefault("additionalProperties", False)
    return made


@lru_cache(maxsize=32)
def validator(method: str, template: str) -> Any:
    described = description()
    assert described is not None
    operation = described["paths"][template][method.lower()]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": {"schemas": described["schemas"]}}
    return jsonschema.Draft202012Validator(whole)


def template_of(method: str, path: str) -> str | None:
    """The path of the description that a path is an instance of; one without fields is nearer."""
    described = description()
    assert described is not None
    matching = [
        template
        for template, operations in described["paths"].items()
        if method.lower() in operations
        and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    return min(matching, key=lambda template: template.count("{"), default=None)


def violations(method: str, path: str, body: Any) -> list[str]:
    """What a request does that Datadog's description does not allow; empty without it."""
    if description() is None:
        return []
    template = template_of(method, path)
    if template is None:
        return [f"{method} {path} is not described"]
    errors = validator(method, template).iter_errors(body)
    return [f"{method} {template}: {error.json_path}: {error.message[:200]}" for error in errors]
