"""The events of a YAML text, from libyaml where PyYAML has it and else from PyYAML itself."""

from collections.abc import Callable
from typing import Any, Final

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

NextEvent = Callable[[], Any]
"""Gives the next event each time it is called; raises `yaml.YAMLError` where the text is wrong."""


class PureParser(Reader, Scanner, Parser):
    """PyYAML's parser in Python: the same events, some thirty times slower."""

    def __init__(self, text: str) -> None:
        """Make ready to read the text from its beginning."""
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def fastest_parser() -> Callable[[str], Any]:
    """Give libyaml's parser if PyYAML was built with it, and else the one in Python."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return PureParser
    parser: Callable[[str], Any] = CParser
    return parser


PARSER: Final = fastest_parser()


def events_of(text: str) -> NextEvent:
    """Make the function that gives the events of a text, one with each call."""
    next_event: NextEvent = PARSER(text).get_event
    return next_event
