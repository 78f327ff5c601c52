"""JSON Schemas of all kinds: one per kind, and one that selects by apiVersion and kind.

They are draft-07, which yaml-language-server and IntelliJ support best.
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
"""Name of the schema of all kinds."""

ANNOTATED: Final[Mapping[str, type[Annotations]]] = {
    "Slo": Review,
    "OpenSloAlertPolicy": AlertAnnotations,
    "AlertCondition": AlertAnnotations,
    "AlertPolicy": Agreement,
    "Ownership": Agreement,
    "Corrections": Agreement,
}
"""Models of the `reliability/` annotations of each kind, by the name of the kind's model."""

Schema = dict[str, Any]
KindKey = tuple[str, str]

BOUNDS: Final[dict[str, str]] = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}
MAPS: Final = ("properties", "patternProperties")
"""Keywords whose keys are property names, not keywords."""

EVERYWHERE: Final[Mapping[str, str]] = {
    "apiVersion": "The format of the document.",
    "kind": "The kind of the document.",
    "metadata": "Name, labels and annotations of the document.",
    "spec": "What the document declares.",
    "description": "A description for readers.",
    "service": "The name of the service: its folder in `services/`.",
}
WORDS: Final[Mapping[str, str]] = {**OF_OPENSLO, **OF_POLICIES, **OF_SERVICES}


class Generator(GenerateJsonSchema):
    """Generator of schemas for documents as written, in which a duration is a text."""

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """Return the schema of the text or number that the function parses."""
        function = schema["function"]["function"]
        if function in INSTEAD:
            return dict(INSTEAD[function])
        return before(function, self.generate_inner(schema["schema"]))

    def function_after_schema(
        self, schema: core_schema.AfterValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """Return the schema of the type, with the restrictions that the function adds."""
        return after(schema["function"]["function"], self.generate_inner(schema["schema"]))


def kind_name(key: KindKey) -> str:
    """Return the name of a kind's schema: `openslo-v1-SLO`."""
    return f"{key[0].replace('/', '-')}-{key[1]}"


def schemas() -> dict[str, Schema]:
    """Return all schemas by name: the one of all kinds first, then each kind in KINDS' order."""
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
    _add_annotations(definitions, models)

    by_kind = {ALL: _of_all(refs, definitions)}
    for key, ref in refs.items():
        by_kind[kind_name(key)] = _of_one(key, ref, definitions)

    return by_kind


def schema_text(schema: Schema) -> str:
    """Format a schema as the text of a file."""
    return json.dumps(schema, indent=2) + "\n"


def _models() -> dict[str, type[BaseModel]]:
    """Return every model inside the kinds, by name."""
    models: dict[str, type[BaseModel]] = {}
    pending: list[Any] = list(KINDS.values())
    while pending:
        current = pending.pop()
        pending += getattr(current, "__args__", ())
        if (
            isinstance(current, type)
            and issubclass(current, BaseModel)
            and current.__name__ not in models
        ):
            models[current.__name__] = current
            pending += [field.annotation for field in current.model_fields.values()]

    return models


def _add_annotations(definitions: dict[str, Schema], models: dict[str, type[BaseModel]]) -> None:
    """Add the `reliability/` annotations to the schemas of the kinds that have any."""
    for name, model in ANNOTATED.items():
        declared = tidied(model.model_json_schema(schema_generator=Generator))
        describe(model.__name__, declared, {**models, model.__name__: model})
        for schema in declared["properties"].values():
            if "anyOf" in schema:
                # OpenSLO reads a null annotation as an empty string, which none of these may be.
                schema["anyOf"] = [one for one in schema["anyOf"] if one != {"type": "null"}]

        known = sorted(declared["properties"])
        names: Schema = {"anyOf": [{"enum": known}, {"not": {"pattern": f"^{ANNOTATION_PREFIX}"}}]}
        annotations: Schema = {"properties": declared["properties"], "propertyNames": names}
        metadata = definitions[name]["properties"]["metadata"]
        metadata["allOf"].append({"properties": {"annotations": annotations}})


def _of_one(key: KindKey, ref: str, definitions: Mapping[str, Schema]) -> Schema:
    needed = dict(sorted(_needed(ref, definitions)))
    title = f"{key[1]} ({key[0]})"
    return {"$schema": DIALECT, "title": title, "allOf": [{"$ref": ref}], "$defs": needed}


def _needed(ref: str, definitions: Mapping[str, Schema]) -> Iterator[tuple[str, Schema]]:
    seen: set[str] = set()
    pending = [ref]
    while pending:
        name = pending.pop().removeprefix("#/$defs/")
        if name not in seen:
            seen.add(name)
            pending += references_in(definitions[name])
            yield name, definitions[name]


def references_in(value: Any) -> Iterator[str]:
    """Yield every `$ref` in a schema."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from references_in(item)


def _of_all(refs: Mapping[KindKey, str], definitions: Mapping[str, Schema]) -> Schema:
    """Return the schema of a document, or a list of documents, of any kind.

    It is a list of `if`/`then` and not a `oneOf`, for which editors report every kind's errors.
    """
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
            "apiVersion": {"enum": list(by_version), "description": EVERYWHERE["apiVersion"]},
            "kind": {"type": "string", "description": EVERYWHERE["kind"]},
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
    """Copy a schema without titles and empty defaults, and with the names of JSON Schema's bounds.

    pydantic shares parts between schemas; the copy may be modified.
    """
    if isinstance(schema, list):
        return [tidied(part) for part in schema]
    if not isinstance(schema, dict):
        return schema

    tidy: Schema = {}
    for key, value in schema.items():
        tidy.update(_keyword(key, value))
    if "patternProperties" in tidy:
        tidy.setdefault("additionalProperties", False)

    return tidy


def _keyword(key: str, value: Any) -> Schema:
    if key in MAPS:
        return {key: {name: tidied(part) for name, part in value.items()}}
    if key == "anyOf":
        return {key: list(_flat(tidied(value)))}
    is_empty = key == "default" and (value is None or isinstance(value, dict))
    if is_empty or key in ("title", "discriminator"):
        return {}
    return {BOUNDS.get(key, key): tidied(value)}


def _flat(choices: list[Schema]) -> Iterator[Schema]:
    for choice in choices:
        if set(choice) == {"anyOf"}:
            yield from choice["anyOf"]
        else:
            yield choice


def describe(name: str, definition: Schema, models: Mapping[str, type[BaseModel]]) -> None:
    """Add a description to the schema of a model, and to each of its keys.

    The description of a key is that of its field, of WORDS, of the key's model, or of EVERYWHERE,
    in this order.
    """
    if name in models:
        definition["description"] = _doc(models[name])
    for key, value in definition.get("properties", {}).items():
        words = value.get("description") or WORDS.get(f"{name}.{key}")
        words = words or _of_model(value, models) or EVERYWHERE.get(key)
        if "$ref" in value:
            # draft-07 ignores all keywords beside $ref, so the description would be lost.
            value["allOf"] = [{"$ref": value.pop("$ref")}]
        if words:
            value["description"] = words


def _of_model(value: Schema, models: Mapping[str, type[BaseModel]]) -> str | None:
    named = [models[name] for name in _named(value) if name in models]
    return _doc(named[0]) if len(named) == 1 else None


def _named(value: Schema) -> Iterator[str]:
    """Yield the names of the models that a key may have as its value."""
    for schema in (value, *value.get("anyOf", ())):
        if "$ref" in schema:
            yield str(schema["$ref"]).removeprefix("#/$defs/")


def _doc(model: type[BaseModel]) -> str:
    """Return the docstring of a model on one line."""
    return " ".join((getdoc(model) or "").split())
