"""Expressions of workflows, evaluated as GitHub documents them, for what act does not show.

https://docs.github.com/actions/reference/workflows-and-actions/expressions: what is not there is
null, `&&` and `||` give one of their operands, and texts are compared without regard to case.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

TOKEN = re.compile(r"'(?:[^']|'')*'|&&|\|\||[!=]=|[!(),]|[\w.-]+")
WORDS = {"&&": " and ", "||": " or ", "!": " not ", "true": "True", "false": "False"}
INSIDE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


class Text(str):
    """Text that is compared without regard to case."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.lower() == other.lower()

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def value(expression: str, contexts: Mapping[str, Any], status: str = "success") -> Any:
    """What an expression gives; `status` is that of the job so far."""
    functions = {
        "contains": lambda items, item: item in items,
        "fromJSON": lambda text: [Text(each) for each in json.loads(text)],
        "success": lambda: status == "success",
        "cancelled": lambda: status == "cancelled",
        "at": lambda path: _at(path, contexts),
        "text": Text,
    }
    code = "".join(_python(token, functions) for token in TOKEN.findall(expression))
    return eval(code, {"__builtins__": {}}, functions)


def filled(text: str, contexts: Mapping[str, Any]) -> str:
    """A text with its expressions filled in."""
    return INSIDE.sub(lambda found: str(value(found[1], contexts)), text)


def _python(token: str, functions: Mapping[str, Any]) -> str:
    if token[0] == "'":
        return f"text({token[1:-1].replace(2 * chr(39), chr(39))!r})"
    if token in WORDS or token in functions or not token[0].isalpha():
        return WORDS.get(token, token)
    return f"at({token!r})"


def _at(path: str, contexts: Any) -> Any:
    for step in path.split("."):
        contexts = contexts.get(step) if isinstance(contexts, Mapping) else None
    return Text(contexts) if isinstance(contexts, str) else contexts
