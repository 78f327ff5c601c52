"""Events of a YAML text, from libyaml if PyYAML was built with it, else from PyYAML itself."""

from collections.abc import Callable
from typing import Any, Final

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

NextEvent = Callable[[], Any]
"""Function that returns the next event, or raises `yaml.YAMLError` at a syntax error."""


class PureParser(Reader, Scanner, Parser):
    """PyYAML's parser in Python: the same events, some thirty times slower."""

    def __init__(self, text: str) -> None:
        """Prepare to read the text from its start."""
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def fastest_parser() -> Callable[[str], Any]:
    """Return libyaml's parser if PyYAML was built with it, else the one in Python."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return PureParser
    parser: Callable[[str], Any] = CParser
    return parser


PARSER: Final = fastest_parser()


def events_of(text: str) -> NextEvent:
    """Return a function that returns the next event of a text with each call."""
    next_event: NextEvent = PARSER(text).get_event
    return next_event
