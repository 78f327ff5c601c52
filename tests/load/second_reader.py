"""ruamel.yaml as an independent reader of YAML 1.2, and where it and the core schema differ."""

from datetime import date
from typing import Any

from ruamel.yaml import YAML

from reliability.load.core_schema import scalar


def read_all(text: str | bytes) -> list[Any]:
    """Read every document that is not empty."""
    reader = YAML(typ="safe", pure=True)
    return [each for each in reader.load_all(text) if each is not None]


def agree(ours: Any, theirs: Any) -> bool:
    """Tell whether two readings are the same, in types too.

    Two exceptions: ruamel makes a date of what looks like one, as YAML 1.1 did, and to the core
    schema of YAML 1.2 it is text; and a key that ruamel takes for a number is its text to us.
    """
    match ours, theirs:
        case dict(), dict():
            pairs = list(zip(ours.items(), theirs.items(), strict=False))
            return len(ours) == len(theirs) and all(
                (key == other or scalar(key) == other) and agree(each, its)
                for (key, each), (other, its) in pairs
            )
        case list(), list():
            return len(ours) == len(theirs) and all(map(agree, ours, theirs))
        case str(), date():
            return ours.startswith(str(theirs.year))
        case float(), float() if ours != ours:
            return theirs != theirs
    return type(ours) is type(theirs) and bool(ours == theirs)
