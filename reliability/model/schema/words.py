"""The description of every key: words of its own, or those of the model that stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from inspect import getdoc
from typing import Any, Final

from pydantic import BaseModel

from reliability.model.schema.words_of_openslo import WORDS as OF_OPENSLO
from reliability.model.schema.words_of_policies import WORDS as OF_POLICIES
from reliability.model.schema.words_of_services import WORDS as OF_SERVICES

Schema = dict[str, Any]

EVERYWHERE: Final[Mapping[str, str]] = {
    "apiVersion": "The format of the document.",
    "kind": "What the document declares.",
    "metadata": "The name of the document, and labels and annotations.",
    "spec": "What is declared.",
    "description": "In a sentence, for people.",
    "service": "The service, by its name: the folder in `services/`.",
}
WORDS: Final[Mapping[str, str]] = {**OF_OPENSLO, **OF_POLICIES, **OF_SERVICES}


def describe(name: str, definition: Schema, models: Mapping[str, type[BaseModel]]) -> None:
    """Put the words of each key into the schema of a model; those of its own field go first."""
    if name in models:
        definition["description"] = _doc(models[name])
    for key, value in definition.get("properties", {}).items():
        words = value.get("description") or WORDS.get(f"{name}.{key}")
        words = words or _of_model(value, models) or EVERYWHERE.get(key)
        if "$ref" in value:  # a neighbour of $ref counts for nothing in draft-07
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
