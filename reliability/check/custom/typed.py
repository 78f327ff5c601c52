"""In the child process: the world as protobuf messages, and CEL environments for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cel_expr_python import cel
from cel_expr_python.ext import ext_strings
from google.protobuf import descriptor_pb2, descriptor_pool, duration_pb2, message_factory

from reliability.check.custom.fields import CONCERNED, PACKAGE, TYPES, VARIABLES, CelField

PLAIN: Final = {
    "string": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    "double": descriptor_pb2.FieldDescriptorProto.TYPE_DOUBLE,
    "int": descriptor_pb2.FieldDescriptorProto.TYPE_INT64,
    "bool": descriptor_pb2.FieldDescriptorProto.TYPE_BOOL,
}
OPTIONAL: Final = descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL
REPEATED: Final = descriptor_pb2.FieldDescriptorProto.LABEL_REPEATED


class Typed:
    """The protobuf types of the world, and a CEL environment for each subject."""

    def __init__(self) -> None:
        """Register the types with CEL."""
        self.pool = descriptor_pool.DescriptorPool()
        self.pool.AddSerializedFile(duration_pb2.DESCRIPTOR.serialized_pb)
        self.pool.Add(_file())

    def message(self, type_name: str, data: Mapping[str, Any]) -> Any:
        """Make a message of a type from data."""
        described = self.pool.FindMessageTypeByName(f"{PACKAGE}.{type_name}")
        return message_factory.GetMessageClass(described)(**data)

    def environment(self, on: str, *, concerned: bool = False) -> Any:
        """Make the environment with the variables of a subject."""
        variables = {
            name: cel.Type(f"{PACKAGE}.{type_name}") for name, type_name in VARIABLES[on].items()
        }
        if concerned:
            variables[CONCERNED] = cel.Type.STRING
        strings = ext_strings.ExtStrings()
        return cel.NewEnv(self.pool, variables=variables, extensions=[strings])


def _file() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="world.proto", package=PACKAGE, syntax="proto3")
    file.dependency.append("google/protobuf/duration.proto")
    for name, fields in TYPES.items():
        message = file.message_type.add(name=name)
        for number, field in enumerate(fields, 1):
            _add(message, number, field, owner=name)
    return file


def _add(message: Any, number: int, field: CelField, owner: str) -> None:
    if field.form == "map":
        entry_name = f"{field.name[0].upper()}{field.name[1:]}Entry"
        entry = message.nested_type.add(name=entry_name)
        entry.options.map_entry = True
        entry.field.add(name="key", number=1, label=OPTIONAL, type=PLAIN["string"])
        entry.field.add(name="value", number=2, label=OPTIONAL, **_type(field.type))
        made = {"type_name": f".{PACKAGE}.{owner}.{entry_name}"}
        message.field.add(name=field.name, number=number, label=REPEATED, **_message(made))
        return

    label = REPEATED if field.form == "list" else OPTIONAL
    message.field.add(name=field.name, number=number, label=label, **_type(field.type))


def _type(name: str) -> dict[str, Any]:
    if name in PLAIN:
        return {"type": PLAIN[name]}
    if name == "duration":
        return _message({"type_name": ".google.protobuf.Duration"})
    return _message({"type_name": f".{PACKAGE}.{name}"})


def _message(named: dict[str, str]) -> dict[str, Any]:
    return {"type": descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE, **named}
