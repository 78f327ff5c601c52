"""JSON Schemas of all kinds: one for each, and one that chooses by apiVersion and kind.

They are draft-07, which editors read (yaml-language-server, IntelliJ).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from inspect import getdoc
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from reliability.model.kinds import KINDS
from reliability.model.openslo.metadata import (
    ANNOTATION_PREFIX,
    Agreement,
    AlertAnnotations,
    Annotations,
    Review,
)
from reliability.model.schema.scalars import INSTEAD, after, before
from reliability.model.schema.words_of_openslo import WORDS as OF_OPENSLO
from reliability.model.schema.words_of_policies import WORDS as OF_POLICIES
from reliability.model.schema.words_of_services import WORDS as OF_SERVICES

DIALECT: Final = "http://json-schema.org/draft-07/schema#"
ALL: Final = "reliability"
"""The name of the schema of all kinds."""

ANNOTATED: Final[Mapping[str, type[Annotations]]] = {
    "Slo": Review,
    "OpenSloAlertPolicy": AlertAnnotations,
    "AlertCondition": AlertAnnotations,
    "AlertPolicy": Agreement,
    "Ownership": Agreement,
    "Corrections": Agreement,
}
"""The annotations of ours that each kind takes, by the name of its model."""

Schema = dict[str, Any]
KindKey = tuple[str, str]

BOUNDS: Final[dict[str, str]] = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}
MAPS: Final = ("properties", "patternProperties")
"""Keywords whose keys are names and no keywords."""

EVERYWHERE: Final[Mapping[str, str]] = {
    "apiVersion": "The format of the document.",
    "kind": "What the document declares.",
    "metadata": "The name of the document, and labels and annotations.",
    "spec": "What is declared.",
    "description": "In a sentence, for people.",
    "service": "The service, by its name: the folder in `services/`.",
}
WORDS: Final[Mapping[str, str]] = {**OF_OPENSLO, **OF_POLICIES, **OF_SERVICES}


class Generator(GenerateJsonSchema):
    """What is written, and not what it is read as: durations are texts."""

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """The text or number that our function reads."""
        function = schema["function"]["function"]
        if function in INSTEAD:
            return dict(INSTEAD[function])
        return before(function, self.generate_inner(schema["schema"]))

    def function_after_schema(
        self, schema: core_schema.AfterValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """The type, and what our function adds to it."""
        return after(schema["function"]["function"], self.generate_inner(schema["schema"]))


def kind_name(key: KindKey) -> str:
    """A kind's schema by name: `openslo-v1-SLO`."""
    return f"{key[0].replace('/', '-')}-{key[1]}"


def schemas() -> dict[str, Schema]:
    """All schemas by name: that of all kinds first, then each kind in its order."""
    references, generated = models_json_schema(
        [(model, "validation") for model in KINDS.values()], schema_generator=Generator
    )
    definitions: dict[str, Schema] = {
        name: tidied(schema) for name, schema in generated["$defs"].items()
    }
    refs = {key: references[model, "validation"]["$ref"] for key, model in KINDS.items()}
    models = _models()
    for name, definition in definitions.items():
        describe(name, definition, models)
    _ours(definitions, models)
    by_kind = {ALL: _of_all(refs, definitions)}
    for key, ref in refs.items():
        by_kind[kind_name(key)] = _of_one(key, ref, definitions)
    return by_kind


def schema_text(schema: Schema) -> str:
    """A schema as the text of a file."""
    return json.dumps(schema, indent=2) + "\n"


def _models() -> dict[str, type[BaseModel]]:
    """Every model that a document holds, by name."""
    models: dict[str, type[BaseModel]] = {}
    left: list[Any] = list(KINDS.values())
    while left:
        current = left.pop()
        left += getattr(current, "__args__", ())
        if (
            isinstance(current, type)
            and issubclass(current, BaseModel)
            and current.__name__ not in models
        ):
            models[current.__name__] = current
            left += [field.annotation for field in current.model_fields.values()]
    return models


def _ours(definitions: dict[str, Schema], models: dict[str, type[BaseModel]]) -> None:
    """Put what rides in the annotations of documents into their schemas."""
    for name, model in ANNOTATED.items():
        ours = tidied(model.model_json_schema(schema_generator=Generator))
        describe(model.__name__, ours, {**models, model.__name__: model})
        for schema in ours["properties"].values():
            if "anyOf" in schema:  # null is an empty text in an annotation; none of these is empty
                schema["anyOf"] = [one for one in schema["anyOf"] if one != {"type": "null"}]

        known = sorted(ours["properties"])
        names: Schema = {"anyOf": [{"enum": known}, {"not": {"pattern": f"^{ANNOTATION_PREFIX}"}}]}
        annotations: Schema = {"properties": ours["properties"], "propertyNames": names}
        metadata = definitions[name]["properties"]["metadata"]
        metadata["allOf"].append({"properties": {"annotations": annotations}})


def _of_one(key: KindKey, ref: str, definitions: Mapping[str, Schema]) -> Schema:
    needed = dict(sorted(_needed(ref, definitions)))
    title = f"{key[1]} ({key[0]})"
    return {"$schema": DIALECT, "title": title, "allOf": [{"$ref": ref}], "$defs": needed}


def _needed(ref: str, definitions: Mapping[str, Schema]) -> Iterator[tuple[str, Schema]]:
    seen: set[str] = set()
    left = [ref]
    while left:
        name = left.pop().removeprefix("#/$defs/")
        if name not in seen:
            seen.add(name)
            left += references_in(definitions[name])
            yield name, definitions[name]


def references_in(value: Any) -> Iterator[str]:
    """Every `$ref` in a schema."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from references_in(item)


def _of_all(refs: Mapping[KindKey, str], definitions: Mapping[str, Schema]) -> Schema:
    """A document, or a list of them, each held against the schema of its kind."""
    choices = [
        {
            "if": {
                "properties": {"apiVersion": {"const": version}, "kind": {"const": kind}},
                "required": ["apiVersion", "kind"],
            },
            "then": {"$ref": ref},
        }
        for (version, kind), ref in refs.items()
    ]

    by_version: dict[str, list[str]] = {}
    for version, kind in refs:
        by_version.setdefault(version, []).append(kind)
    known = [
        {
            "properties": {"apiVersion": {"const": version}, "kind": {"enum": kinds}},
        }
        for version, kinds in by_version.items()
    ]

    document: Schema = {
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": {
            "apiVersion": {"enum": list(by_version), "description": "Whose format it is."},
            "kind": {"type": "string", "description": "What the document declares."},
        },
        "anyOf": known,
        "allOf": choices,
    }
    return {
        "$schema": DIALECT,
        "title": "A document of a reliability repository",
        "if": {"type": "array"},
        "then": {"items": {"$ref": "#/$defs/Document"}},
        "else": {"$ref": "#/$defs/Document"},
        "$defs": dict(sorted({**definitions, "Document": document}.items())),
    }


def tidied(schema: Any) -> Any:
    """The same schema, as values that nobody else holds."""
    if isinstance(schema, list):
        return [tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found: Schema = {}
    for key, value in schema.items():
        found.update(_keyword(key, value))
    if "patternProperties" in found:
        found.setdefault("additionalProperties", False)
    return found


def _keyword(key: str, value: Any) -> Schema:
    if key in MAPS:
        return {key: {name: tidied(each) for name, each in value.items()}}
    if key == "anyOf":
        return {key: list(_flat(tidied(value)))}
    is_empty = key == "default" and (value is None or isinstance(value, dict))
    if is_empty or key in ("title", "discriminator"):
        return {}
    return {BOUNDS.get(key, key): tidied(value)}


def _flat(choices: list[Schema]) -> Iterator[Schema]:
    for each in choices:
        if set(each) == {"anyOf"}:
            yield from each["anyOf"]
        else:
            yield each


def describe(name: str, definition: Schema, models: Mapping[str, type[BaseModel]]) -> None:
    """Put the words of each key into the schema of a model; those of its own field go first."""
    if name in models:
        definition["description"] = _doc(models[name])
    for key, value in definition.get("properties", {}).items():
        words = value.get("description") or WORDS.get(f"{name}.{key}")
        words = words or _of_model(value, models) or EVERYWHERE.get(key)
        if "$ref" in value:  # a neighbor of $ref counts for nothing in draft-07
            value["allOf"] = [{"$ref": value.pop("$ref")}]
        if words:
            value["description"] = words


def _of_model(value: Schema, models: Mapping[str, type[BaseModel]]) -> str | None:
    found = [models[name] for name in _named(value) if name in models]
    return _doc(found[0]) if len(found) == 1 else None


def _named(value: Schema) -> Iterator[str]:
    """The one model that a key holds: itself, or nothing."""
    for each in (value, *value.get("anyOf", ())):
        if "$ref" in each:
            yield str(each["$ref"]).removeprefix("#/$defs/")


def _doc(model: type[BaseModel]) -> str:
    """The docstring of a model, its lines joined."""
    return " ".join((getdoc(model) or "").split())
