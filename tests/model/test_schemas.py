"""The JSON Schemas for editors say what the models say, of real documents and of broken ones."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, Final

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema.exceptions import best_match
from pydantic import ValidationError

from reliability.load.document import parse
from reliability.model.kinds import KINDS
from reliability.model.openslo.metadata import Review
from reliability.model.schema.generate import ALL, kind_name, references_in, schema_text, schemas
from tests.project.repository import ROOT

REFERENCE: Final = re.compile(r'"#/\$defs/(\w+)"')
Route = tuple[str | int, ...]


@cache
def validator(name: str = ALL) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(schemas()[name])


def key_of(document: Mapping[str, Any]) -> tuple[str, str]:
    return str(document.get("apiVersion")), str(document.get("kind"))


def errors_of(document: Mapping[str, Any]) -> list[Any]:
    """What the model has to say of a document, and of an SLO's review data."""
    try:
        read: Any = KINDS[key_of(document)].model_validate(document)
    except ValidationError as error:
        return list(error.errors(include_url=False))
    if document["kind"] != "SLO":
        return []
    notes = read.metadata.annotations
    try:
        Review.model_validate({k: v for k, v in notes.items() if k.startswith("reliability/")})
    except ValidationError as error:
        return list(error.errors(include_url=False))
    return []


def disagreement(document: Mapping[str, Any]) -> str | None:
    """How model and schema differ on a document; errors in our own words are the model's alone."""
    errors = errors_of(document)
    told = [each for each in errors if each["type"] != "value" and is_alone(each, errors)]
    refused = best_match(validator().iter_errors(document))
    if told and refused is None:
        return f"only the model refuses it: {told[0]['loc']} {told[0]['msg']}"
    if not errors and refused is not None and not is_coerced(refused):
        return f"only the schema refuses it: {list(refused.absolute_path)} {refused.message[:200]}"
    return None


def is_coerced(error: Any) -> bool:
    """Whether a number or a boolean is read as another type: only the schema is that strict."""
    return error.validator == "type" and isinstance(error.instance, bool | int | float)


def is_alone(error: Any, errors: list[Any]) -> bool:
    """Whether a count is not only short of items that are at fault themselves."""
    loc = error["loc"]
    inside = [each for each in errors if each["loc"] != loc and each["loc"][: len(loc)] == loc]
    return error["type"] not in ("too_short", "too_long") or not inside


def documents_in(folder: Path, *patterns: str) -> Iterator[tuple[str, Any]]:
    """Every document of a kind that is known, items of lists too."""
    for pattern in patterns:
        for path in sorted(folder.glob(pattern)):
            for document in parse(PurePosixPath(path.name), path.read_bytes()).documents:
                values = document.values
                for each in values if isinstance(values, list) else [values]:
                    if isinstance(each, dict) and key_of(each) in KINDS:
                        yield f"{path.relative_to(folder)}", each


@cache
def shipped() -> list[Any]:
    found = [*documents_in(ROOT, "services/**/*.yaml", "policies/**/*.yaml")]
    found += documents_in(ROOT / "tests" / "check" / "minimal", "**/*.yaml")
    return [document for _, document in found]


def test_shipped_documents_are_valid_by_the_schema_of_all_kinds_and_by_their_own() -> None:
    documents = shipped()
    assert len({key_of(each) for each in documents}) >= 12
    for each in documents:
        assert [error.message for error in validator().iter_errors(each)] == []
        assert validator(kind_name(key_of(each))).is_valid(each)


def test_models_and_schemas_agree_on_the_corpora(corpora: Path) -> None:
    folders = ("openslo-v1", "openslo-v1-probes", "openslo-sdk")
    found = [
        (f"{folder}/{name}", document)
        for folder in folders
        for name, document in documents_in(corpora / folder, "**/*.yaml", "**/*.json")
    ]
    assert len(found) > 100
    told = {name: said for name, each in found if (said := disagreement(each)) is not None}
    assert told == {}
    assert sum(not validator().is_valid(each) for _, each in found) > 20


def properties_of(schema: Any, route: Route = ()) -> Iterator[tuple[Route, Any]]:
    for name, each in schema.get("properties", {}).items():
        yield (*route, name), each


def test_every_key_is_described() -> None:
    everything = schemas()[ALL]
    for name, definition in everything["$defs"].items():
        assert name == "Document" or definition["description"]
        for route, each in properties_of(definition, (name,)):
            words = each.get("description", "")
            assert len(words) > 10, f"{'.'.join(map(str, route))} needs words in model/schema"
            assert words.endswith("."), route


def test_every_schema_is_one_of_draft_7_and_holds_what_it_refers_to() -> None:
    for name, each in schemas().items():
        jsonschema.Draft7Validator.check_schema(each)
        for reference in references_in(each):
            assert reference.removeprefix("#/$defs/") in each["$defs"], (name, reference)


def test_there_is_one_for_each_kind() -> None:
    assert list(schemas()) == [ALL, *map(kind_name, KINDS)]


@pytest.mark.parametrize("key", KINDS, ids="/".join)
def test_the_schema_of_a_kind_has_the_definitions_that_it_needs(key: tuple[str, str]) -> None:
    definitions = schemas()[ALL]["$defs"]
    of_kind = {choice["if"]["properties"]["kind"]["const"]: choice["then"]["$ref"]
               for choice in definitions["Document"]["allOf"]
               if choice["if"]["properties"]["apiVersion"]["const"] == key[0]}  # fmt: skip
    needed = {of_kind[key[1]].removeprefix("#/$defs/")}
    while len(needed) < len(needed := needed | {
        name for above in needed for name in REFERENCE.findall(json.dumps(definitions[above]))
    }):  # fmt: skip
        pass
    assert schemas()[kind_name(key)] == {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"{key[1]} ({key[0]})",
        "allOf": [{"$ref": of_kind[key[1]]}],
        "$defs": {name: definitions[name] for name in needed},
    }
    assert list(schemas()[kind_name(key)]["$defs"]) == sorted(needed)


@pytest.mark.parametrize(
    "document",
    [
        {"apiVersion": "reliability/v1", "kind": "Nothing"},
        {"apiVersion": "openslo/v2", "kind": "SLO"},
        {"kind": "SLO"},
        [{"apiVersion": "openslo/v1", "kind": "Service"}],
        "a text",
    ],
)
def test_what_is_no_document_is_refused(document: Any) -> None:
    assert not validator().is_valid(document)


def test_a_list_of_documents_is_one_file() -> None:
    service = {"apiVersion": "openslo/v1", "kind": "Service", "metadata": {"name": "a"}}
    assert validator().is_valid([service, service])
    assert not validator().is_valid([service, {**service, "metadat": {}}])


SLO: Final = next(each for each in shipped() if each["kind"] == "SLO")


def with_annotation(key: str, value: str) -> Any:
    document = copy.deepcopy(SLO)
    document["metadata"]["annotations"][key] = value
    return document


@pytest.mark.parametrize(
    ("key", "value", "is_valid"),
    [
        ("reliability/journey", "People clock in", True),
        ("reliability/status", "provisional", True),
        ("reliability/status", "done", False),
        ("reliability/reviewd", "2026-01-01", False),
        ("reliability/review-every", "three months", False),
        ("example.com/anything", "at all", True),
    ],
)
def test_review_data_of_an_slo_is_known(key: str, value: str, is_valid: bool) -> None:
    document = with_annotation(key, value)
    assert validator().is_valid(document) is is_valid
    assert disagreement(document) is None


def routes(value: Any, route: Route = ()) -> Iterator[Route]:
    """The way to everything inside of a document, itself included."""
    yield route
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in steps:
            yield from routes(inner, (*route, step))


def changed(document: Any, route: Route, kind: str, value: Any) -> Any:
    """A copy in which a key is added, one is missing, or a value is another."""
    document = copy.deepcopy(document)
    if not route:
        return {**document, "unheardOf": value}
    inner = document
    for step in route[:-1]:
        inner = inner[step]
    last = route[-1]
    if kind == "missing":
        del inner[last]
    elif kind == "other":
        inner[last] = value
    elif isinstance(inner[last], dict):
        inner[last]["unheardOf"] = value
    return document


VALUES: Final = st.sampled_from(
    [None, "", "zzz?", "Upper", "5m", "1d", -1, 7, 0.5, 1000000, True, [], ["x"], {}, {"a": 1}]
)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    document = draw(st.sampled_from(shipped()))
    route = draw(st.sampled_from([each for each in routes(document) if not is_head(each)]))
    return changed(
        document, route, draw(st.sampled_from(["add", "missing", "other"])), draw(VALUES)
    )


def is_head(route: Route) -> bool:
    """Whether it leads to what says of which kind a document is."""
    return route in (("apiVersion",), ("kind",))


@given(mutated())
def test_models_and_schemas_agree_on_broken_documents(document: Any) -> None:
    assert disagreement(document) is None


def test_the_schema_that_editors_get_is_the_one_of_the_models() -> None:
    text = (ROOT / f"docs/reference/schemas/{ALL}.json").read_text(encoding="utf-8")
    assert schema_text(schemas()[ALL]) == text
