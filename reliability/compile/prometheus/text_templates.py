"""Templates of Go that show a number as people read it; annotations begin with those they use.

Source: https://prometheus.io/docs/prometheus/latest/configuration/template_reference/ and Go's
text/template. Numbers have no separators there, and `%g` writes large and small ones with an
exponent.
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
"""Of a number that is a percentage already, and under a thousand."""

DURATION: Final = (
    '{{ humanizeDuration . | reReplaceAll "^(-?[0-9]+[dhms] [0-9]+[hms]).*" "$1" | '
    'reReplaceAll " 0[hms]$" "" }}'
)
"""Two units of it: 6d 5h."""

NOW: Final = (
    '{{ with query "time()" }}{{ (. | first | value | toTime).Format "15:04 UTC" }}{{ end }}'
)
"""The time of the evaluation: a text is read later, and again once the alert is resolved."""

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
    """A value, by one of the templates."""
    return f'{{{{ template "{template}" {value} }}}}'


def defined(text: str) -> str:
    """A text behind the templates that it uses."""
    used = dict.fromkeys(USED.findall(text))
    definitions = (f'{{{{ define "{name}" }}}}{TEMPLATES[name]}{{{{ end -}}}}\n' for name in used)
    return "".join(definitions) + text


def with_result(pipeline: str, text: str, otherwise: str = "") -> str:
    """A text about the result of a query; another if there is none."""
    otherwise = f"{{{{ else }}}}{otherwise}" if otherwise else ""
    return f"{{{{ with {pipeline} }}}}{text}{otherwise}{{{{ end }}}}"


def at_most(name: str, limit: str) -> str:
    """Lower a variable to a limit."""
    return f"{{{{ if gt ${name} {limit} }}}}{{{{ ${name} = {limit} }}}}{{{{ end -}}}}"
