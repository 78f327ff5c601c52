"""Reader of templates, which refuses what Go's text/template refuses, and tries every branch.

It computes the shape of each value while it parses, so each action is expanded once and no branch
is left out. Source: text/template/parse/parse.go and exec.go of Go 1.24. Go may report another one
of several faults first. Not found: a name that is defined twice and a number that is too large,
which Go refuses, and the inclusion of a name that is not defined.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from reliability.go_template.shapes import ANY, GO, TemplateLanguage, TemplateValue, result_of
from reliability.go_template.tokens import (
    GoTemplateError,
    TemplateToken,
    text_of,
    tokens,
    unexpected,
)
from reliability.message import Message

KEYWORDS: Final = frozenset(
    ["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"]
)
BOOLEAN: Final = TemplateValue("boolean")
CONSTANTS: Final = {"nil": TemplateValue("nil"), "true": BOOLEAN, "false": BOOLEAN}
LITERALS: Final = ("dot", "text", "rune", "integer", "float", "complex")
CLOSING: Final = ("}}", ")", "|")
DEEPEST: Final = 50
"""Limit of nested parentheses, far above any that a person writes."""
FIX: Final = Message("write {{{{ $value }}}} or {{{{ $labels.name }}}}, for example")
EXPANDED: Final = Message("fix it, or each notification says <error expanding template ...>")
Scope = tuple[TemplateValue, dict[str, TemplateValue]]


@dataclass(frozen=True, slots=True)
class _OpenBlock:
    """A block that is not ended, with the dot and the names after it and in its `else`."""

    word: TemplateToken
    outside: Scope
    otherwise: Scope


class TemplateReading:
    """A template that was read: what fails when it is expanded, and what it uses.

    `names` are the variables, fields (`.Value`) and functions that it uses, with the first offset.
    `labels` are the fields of a value of the shape `labels`; `tested` are those in a condition.

    Raises:
        GoTemplateError: Go refuses to parse the text.
    """

    def __init__(self, text: str, language: TemplateLanguage) -> None:
        self.faults: list[GoTemplateError] = []
        self.names: dict[str, int] = {}
        self.labels, self.tested, self._assigned = set[str](), set[str](), set[str]()
        self._tokens, self._position, self._language = list(tokens(text)), 0, language
        self._dot, self._parentheses = TemplateValue(language.dot), 0
        self._fixed = CONSTANTS | {
            name: TemplateValue("function", name) for name in language.functions
        }
        predefined = {name: TemplateValue(shape) for name, shape in language.variables.items()}
        self._known = {**self._fixed, **predefined, "$": self._dot}
        self._blocks: list[_OpenBlock] = []
        while self._ahead.kind != "eof":
            self._action(self._ahead)
        if self._blocks:
            message, offset = Message("a template block is not ended"), self._blocks[-1].word.offset
            raise GoTemplateError(message, Message("write {{{{ end }}}} after it"), offset)

    @property
    def _ahead(self) -> TemplateToken:
        return self._tokens[self._position]

    def _take(self, *kinds: str) -> TemplateToken:
        """Take the next token, which is of one of these kinds if any are given."""
        if kinds and self._ahead.kind not in kinds:
            raise unexpected(self._ahead)
        self._position += 1
        return self._tokens[self._position - 1]

    def _fault(self, message: Message, at: TemplateToken) -> TemplateValue:
        variable, help_text = f"${at.text}", EXPANDED
        if variable in self._known:
            help_text = Message("did you mean {name}?", name=variable)
        self.faults.append(GoTemplateError(message, help_text, at.offset))
        return ANY

    def _action(self, word: TemplateToken) -> None:
        """Read an action. Open blocks are a list, so that their nesting needs no limit."""
        self._position += word.text in KEYWORDS
        match word.text:
            case "if" | "with" | "range":
                self._open(word, (self._dot, self._known))
            case "else" | "end":
                self._close(word)
            case "block" | "define" | "template":
                self._definition(word)
            case "break" | "continue" if any(one.word.text == "range" for one in self._blocks):
                self._take("end")
            case text if text in KEYWORDS:
                raise unexpected(word)
            case _:
                self._pipeline("", "}}")

    def _close(self, word: TemplateToken) -> None:
        if not self._blocks:
            message = Message("a template ends a block that was not opened")
            help_text = Message("remove {text}", text=word.text)
            raise GoTemplateError(message, help_text, word.offset)
        block = self._blocks.pop()
        self._dot, self._known = block.outside if word.text == "end" else block.otherwise
        if word.text == "else" and block.word.text not in ("if", "with", "range"):
            raise unexpected(word)
        if word.text == "else" and self._ahead.text == block.word.text != "range":
            self._open(self._take(), block.outside)
        else:
            self._take("end")
            self._blocks += [_OpenBlock(word, block.outside, block.outside)][word.text == "end" :]

    def _open(self, word: TemplateToken, outside: Scope) -> None:
        before, self.labels = self.labels, set()
        given = self._pipeline(word.text, "}}")
        self.tested |= self.labels
        self.labels |= before
        self._blocks.append(_OpenBlock(word, outside, (self._dot, self._known)))
        self._dot = self._dot if word.text == "if" else given

    def _definition(self, word: TemplateToken) -> None:
        """Read an inclusion, or the begin of a definition, in which only `$` is a variable."""
        given = ANY
        self._take("text")
        if word.text == "define" and self._blocks:
            raise unexpected(word)
        if word.text == "block" or (word.text == "template" and self._ahead.kind != "end"):
            given = self._pipeline("", "}}")
        else:
            self._take("end")
        if word.text != "template":
            outside = self._dot, self._known
            self._blocks.append(_OpenBlock(word, outside, outside))
            self._dot, self._known = given, {**self._fixed, "$": given}

    def _pipeline(self, context: str, closing: str) -> TemplateValue:
        start = self._ahead
        names = self._declared(context)
        value = self._command()
        while not self._ahead.text.endswith(closing):
            if self._ahead.kind in LITERALS or self._ahead.text in CONSTANTS:
                raise unexpected(self._ahead)
            value = self._command(value)
        self._take("end", "sign")

        shapes: tuple[str, ...] = (value.shape,)
        if context == "range":
            shapes = self._language.elements.get(value.shape) or ("any", "any")
            if value.shape not in self._language.elements:
                message = Message("range in a template takes no {shape}", shape=value.shape)
                self._fault(message, start)
            value = TemplateValue(shapes[-1])
        for name, shape in zip(reversed(names), reversed(shapes), strict=False):
            self._known = {**self._known, name: TemplateValue(shape)}
        return value

    def _declared(self, context: str) -> list[str]:
        """Read `$x :=`, `$x =` or, for a range, `$index, $x :=`."""
        names: list[str] = []
        while self._ahead.kind == "variable":
            sign = self._tokens[self._position + 1]
            if sign.text not in (":=", "=", ","):
                break
            names.append(self._take().text)
            self._take()
            if sign.text == "=" and names[-1] not in self._known:
                self._fault(Message("{variable} is not declared", variable=names[-1]), sign)
            self._assigned |= {names[-1]} if sign.text == "=" else set()
            self._known = {names[-1]: ANY, **self._known}
            if sign.text != ",":
                break
            if context != "range" or len(names) > 1 or self._ahead.kind != "variable":
                raise unexpected(sign)
        return names

    def _command(self, *piped: TemplateValue) -> TemplateValue:
        start, value, given = self._ahead, self._operand(), list[TemplateValue]()
        while self._ahead.is_spaced and not self._ahead.text.endswith(CLOSING):
            at = self._ahead
            given.append(self._result(self._operand(), [], at))
        if not self._ahead.text.endswith(CLOSING):
            raise unexpected(self._ahead)
        self._position += self._ahead.text == "|"
        if start.text == "nil":
            return self._fault(Message("nil in a template is not a command"), start)
        return self._result(value, [*given, *piped], start)

    def _result(
        self, value: TemplateValue, given: list[TemplateValue], at: TemplateToken
    ) -> TemplateValue:
        result: TemplateValue | Message = value
        if value.shape == "function":
            result = result_of(value.text or "", given, self._language)
            if value.text == "index" and given and given[0].shape == "labels":
                self.labels |= {key.text for key in given[1:2] if key.text is not None}
        elif given:
            result = Message("{text} in a template is not a function", text=at.text)
        return self._fault(result, at) if isinstance(result, Message) else result

    def _operand(self) -> TemplateValue:
        start, value = self._ahead, self._term()
        while self._ahead.kind == "field" and not self._ahead.is_spaced:
            if start.kind in LITERALS or start.text in CONSTANTS:
                raise unexpected(self._ahead)
            value = self._field(self._result(value, [], start), self._take())
        return value

    def _field(self, value: TemplateValue, token: TemplateToken) -> TemplateValue:
        name, of = token.text[1:], value.shape
        self.names.setdefault(token.text, token.offset)
        self.labels |= {name} if of == "labels" else set()
        shape = self._language.field(of, name)
        if shape is not None:
            return TemplateValue(shape)
        message = Message(
            "a template reads the unknown field {name} of {shape}", name=name, shape=of
        )
        return self._fault(message, token)

    def _term(self) -> TemplateValue:
        token, word = self._take(), self._tokens[self._position - 1].text
        match token.kind:
            case "dot":
                return self._dot
            case "field":
                return self._field(self._dot, token)
            case "text":
                return TemplateValue("string", text_of(token))
            case "integer" | "float" | "complex" | "rune":
                return TemplateValue(token.kind.replace("rune", "integer"))
            case "variable" | "word" if word in self._known:
                self.names.setdefault(word, token.offset)
                return ANY if word in self._assigned else self._known[word]
            case "variable" | "word" if word not in KEYWORDS:
                near = difflib.get_close_matches(word, sorted(self._known), n=1, cutoff=0.75)
                help_text = Message("did you mean {name}?", name=near[0]) if near else FIX
                raise GoTemplateError(
                    Message("unknown name {name} in a template", name=word), help_text, token.offset
                )
            case "sign" if word == "(" and self._parentheses < DEEPEST:
                self._parentheses += 1
                inner = self._pipeline("", ")")
                self._parentheses -= 1
                return inner
        raise unexpected(token)


@lru_cache(maxsize=4096)
def read_template(text: str, language: TemplateLanguage = GO) -> TemplateReading | GoTemplateError:
    """Return a template, or why Go refuses to parse it. It is cached, so do not change it."""
    try:
        return TemplateReading(text, language)
    except GoTemplateError as error:
        return error
