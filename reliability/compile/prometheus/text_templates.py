"""Go templates that format a number for people, and helpers that define those in use.

Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/ and Go's
text/template. Go formats numbers without separators, and `%g` uses an exponent for large and small
ones.
"""

from __future__ import annotations

import re
from typing import Final

THOUSANDS: Final = (
    'reReplaceAll "([0-9])([0-9]{3})$" "$1,$2" | '
    'reReplaceAll "([0-9])([0-9]{3})," "$1,$2," | '
    'reReplaceAll "([0-9])([0-9]{3})," "$1,$2,"'
)
COUNT: Final = f'{{{{ printf "%.0f" . | {THOUSANDS} }}}}'

PERCENT: Final = (
    "{{ if eq . 0.0 }}0{{ else if lt . 0.001 }}under 0.001"
    "{{ else if and (ge . 99.95) (lt . 100.0) }}over 99.9"
    '{{ else }}{{ printf "%.3g" . }}{{ end }}%'
)
"""Format of a number that is already a percentage."""

DURATION: Final = (
    '{{ humanizeDuration . | reReplaceAll "^(-?[0-9]+[dhms] [0-9]+[hms]).*" "$1" | '
    'reReplaceAll " 0[hms]$" "" }}'
)
"""Format of a duration in its two largest units: 6d 5h."""

NOW: Final = (
    '{{ with query "time()" }}{{ (. | first | value | toTime).Format "15:04 UTC" }}{{ end }}'
)
"""Time of the evaluation, because a text is read later, and again after the alert is resolved."""

PLAIN: Final = (
    "{{ if or (ge . 1000.0) (le . -1000.0) }}"
    f"{COUNT}"
    "{{ else if or (eq . 0.0) (ge . 0.001) (le . -0.001) }}"
    '{{ printf "%.4g" . }}'
    "{{ else }}{{ humanize . }}{{ end }}"
)

TEMPLATES: Final = {
    "count": COUNT,
    "percent": PERCENT,
    "duration": DURATION,
    "now": NOW,
    "number": PLAIN,
    "bytes": "{{ humanize1024 . }}B",
}
USED: Final = re.compile(r'\{\{ template "(\w+)"')
FIRST: Final = "(. | first | value)"


def shown(template: str, value: str = FIRST) -> str:
    """Return a value formatted by one of the templates."""
    return f'{{{{ template "{template}" {value} }}}}'


def defined(text: str) -> str:
    """Return a text preceded by the definitions of the templates that it uses."""
    used = dict.fromkeys(USED.findall(text))
    definitions = (f'{{{{ define "{name}" }}}}{TEMPLATES[name]}{{{{ end -}}}}\n' for name in used)
    return "".join(definitions) + text


def with_result(pipeline: str, text: str, otherwise: str = "") -> str:
    """Return a text about the result of a query, or another text if there is no result."""
    otherwise = f"{{{{ else }}}}{otherwise}" if otherwise else ""
    return f"{{{{ with {pipeline} }}}}{text}{otherwise}{{{{ end }}}}"


def at_most(name: str, limit: str) -> str:
    """Return a template that limits a variable to a maximum."""
    return f"{{{{ if gt ${name} {limit} }}}}{{{{ ${name} = {limit} }}}}{{{{ end -}}}}"
