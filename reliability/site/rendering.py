"""Pages as HTML: templates that escape, in one language, with links that work from any folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from math import isnan
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import escape

from reliability.backtest.burn_state import WORST_FIRST
from reliability.burnrate import budget_of
from reliability.compile.boards import measures
from reliability.render.durations import length_text, length_words, minutes_text, short_length
from reliability.render.numbers import (
    attained,
    exact_percent,
    measured_percent,
    percent,
    percent_known,
    rate_text,
)
from reliability.render.times import minute, minute_text, zone_named
from reliability.render.words import Language, Words, worded, words_in
from reliability.review.figures import budget_remaining, over_part, so_far
from reliability.review.gate.figures import moment as rfc3339
from reliability.site import labels
from reliability.site.charts import GAPS
from reliability.site.pages.overview import GroupSummary
from reliability.timespan import MINUTE

TEMPLATES: Final = Path(__file__).resolve().parent / "templates"
LANGUAGES: Final[tuple[Language, ...]] = ("en", "ja")
NAVIGATION: Final = (
    ("index.html", worded("Overview")),
    ("calendar.html", worded("Calendar")),
    ("incidents.html", worded("Incidents")),
    ("notifications.html", worded("Notifications")),
    ("on-call.html", worded("On-call load")),
    ("reviews.html", worded("Reviews")),
    ("quarter.html", worded("Quarter")),
)
"""Pages in the header, from the folder of the language."""
UNQUOTED: Final = re.compile(r"""="([^\s"'=<>`&/]|[^\s"'=<>`&]*[^\s"'=<>`&/])"(?=[ >])""")
"""Values of attributes that need no quotes (HTML Standard, 13.1.2.3): 6 % of a page."""
CODE: Final = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
"""Expressions, statements and comments of a template."""
SPECIAL: Final = re.compile("""[&<>"']""")
"""Characters that `escape` of MarkupSafe replaces."""
NO_BREAK: Final = "\u00a0%"
"""A percent sign that stays on the line of its number."""
ENDED: Final = re.compile(r"</t[dhr]>\s*(?=<t[dhr]|</t(?:r|head|body|able)>)")
"""End tags in tables that may be omitted (HTML Standard, 13.1.2.4): 3 % of a page."""
FIXED: Final = re.compile(r'\{\{ words\("([^"{}\\]*)"\) \}\}')
"""A message of a template that is shown as it is: a page has some hundred of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFrame:
    """What every page says about the whole site.

    `source` describes the origin of the figures, which end at `at`; `revision` is the commit that
    the documents were read from, or empty. `environment` is the one that the figures are of, or
    empty.
    """

    source: str
    is_made_up: bool
    at: datetime
    revision: str
    environment: str = ""


@dataclass(frozen=True)
class PageRenderer:
    """Turns page models into HTML in one language."""

    language: Language
    frame: SiteFrame

    def page(
        self,
        path: str,
        model: object,
        template: str,
        zone: str = "UTC",
        revision: str | None = None,
    ) -> bytes:
        """Return a page as UTF-8; `path` is its place below the folder of the language.

        `revision` is the commit of the page's documents, if it differs from that of the site.
        """
        depth = path.count("/")
        written = (
            page_environment(self.language)
            .get_template(template)
            .render(
                model=model,
                path=path,
                up="../" * depth,
                top="../" * (depth + 1),
                zone=zone,
                frame=self.frame if revision is None else replace(self.frame, revision=revision),
            )
        )
        # Not in a feed, which is XML. Text and JSON have no such quotes: both are escaped.
        is_html = template.endswith(".html")
        return (_unquoted(written.replace(" %", NO_BREAK)) if is_html else written).encode()


class PageCodeGenerator(CodeGenerator):
    """Compiler of templates to direct code: pages of a fleet have millions of values.

    An attribute of a model is read as one, without Jinja's search among keys. Both overridden
    methods are hooks of Jinja's own subclasses, and together they save a tenth of a build.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802  # Jinja's name
        """Write the access to an attribute."""
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def _output_child_pre(self, *_: Any) -> None:
        self.write("environment.escaped(")


class PageEnvironment(Environment):
    """An environment of templates that are compiled by `PageCodeGenerator`."""

    code_generator_class = PageCodeGenerator

    @staticmethod
    def escaped(value: object) -> str:
        """Return a value as text of HTML; most are numbers and paths, which escape to the same."""
        if type(value) is str and not SPECIAL.search(value):
            return value
        return str(value) if type(value) is int else escape(value)


class TranslatedTemplates(FileSystemLoader):
    """Templates in one language: a message without values is text before any page is rendered."""

    def __init__(self, words: Words) -> None:
        """Load from the folder of templates."""
        super().__init__(TEMPLATES)
        self._words = words

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return the source with its fixed messages, and without some end tags and quotes."""
        source, path, is_fresh = super().get_source(environment, template)
        if template.endswith(".html"):
            parts = CODE.split(ENDED.sub("", source))
            # Fixed values lose their quotes here, once, so that few are left in each page.
            parts[::2] = map(_unquoted, parts[::2])
            source = "".join(parts)
        return FIXED.sub(lambda found: str(escape(self._words(found[1]))), source), path, is_fresh


@cache
def page_environment(language: Language) -> PageEnvironment:
    """Return the environment of pages in a language; sites of several share the templates."""
    words = words_in(language)
    environment = PageEnvironment(
        loader=TranslatedTemplates(words),
        autoescape=True,
        undefined=StrictUndefined,
        # The templates are a part of the program: asking for the times of their files takes 3 % of
        # a build, because each page includes some.
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        words=words,
        many=words.many,
        language=language,
        languages=labels.LANGUAGES,
        labels=labels,
        measures=measures,
        navigation=lambda: [(file, words(name)) for file, name in NAVIGATION],
        states=WORST_FIRST,
        gaps=GAPS,
        gap=words.paragraph(("", "")),
    )
    environment.filters.update(_filters(words))
    return environment


def _unquoted(page: str) -> str:
    """Return a page without the quotes that `UNQUOTED` finds."""
    # CPython before 3.12 expands a template of `re.sub` in Python; a split stays in C.
    parts = UNQUOTED.split(page)
    parts[1::2] = [f"={value}" for value in parts[1::2]]
    return "".join(parts)


def _filters(words: Words) -> Mapping[str, Any]:
    def known(share: float | None, show: Any) -> str:
        return words("not known") if share is None or isnan(share) else str(show(share))

    return {
        "attained": lambda share, part=None: known(
            share, lambda value: over_part(attained(value), part, words)
        ),
        "budget_left": lambda share, part=None: known(
            share, lambda value: so_far(budget_remaining(value, words), part, words)
        ),
        "percent": lambda share, part=None: known(
            share, lambda value: so_far(percent(value, words), part, words)
        ),
        "burn": lambda rate: known(rate, lambda value: f"{value:.1f}"),
        "number": lambda number: f"{number:,.0f}",
        "limit": lambda number: f"{number:g}",
        "decimal": lambda number: f"{number:.1f}",
        "rate": lambda rate, part=None: over_part(
            rate_text(rate, words), part if rate.is_known else None, words
        ),
        "of_week": lambda count, is_known: _of_week(count, words, is_known=is_known),
        "exhausted": lambda group: _exhausted(group, words),
        "target": exact_percent,
        "budget": lambda target: measured_percent(budget_of(target)),
        "coverage": lambda share: known(share, percent_known),
        "text": words.text,
        "duration": lambda length: words.text(length_text(length)),
        "short": short_length,
        "length_words": lambda length: length_words(length, words),
        "minutes": lambda length: minutes_text(length // MINUTE, words),
        "moment": lambda moment, zone: minute_text(moment, zone_named(zone)),
        "minute": lambda moment, zone: minute(moment, zone_named(zone)),
        "rfc3339": rfc3339,
        "label": lambda value, table: words(table.get(value, value)),
        "web": web,
    }


def _exhausted(group: GroupSummary, words: Words) -> str:
    """Return how many budgets are exhausted, and of how many that is known."""
    if not group.not_known:
        return f"{group.exhausted:,}"
    if group.not_known == group.slos:
        return words("not known")
    known = f"{group.slos - group.not_known:,}"
    return words("{count} of {known} known", count=f"{group.exhausted:,}", known=known)


def _of_week(count: int, words: Words, *, is_known: bool) -> str:
    """Return a number of messages; in a week that is known in part, the least that it can be."""
    if is_known:
        return f"{count}"
    return f"{count}+" if count else words("not known")


def web(address: str | None) -> str:
    """Return an address if a browser may follow it, which is https or http; else nothing."""
    text = address or ""
    return text if text.startswith(("https://", "http://")) else ""
