"""Which program has to render a file that does not parse as YAML."""

from pathlib import PurePosixPath

import pytest

from reliability.convert.unrendered import unreadable_kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("groups: [{{ teams | tojson }}", "go"),
        ("  {{ $team }}\ngroups: [", "go"),
        ("summary: [{{ $labels.job }} is down", None),
        ("groups: [", None),
        ("groups: [{{ .Values.teams }}", "helm"),
        ("{% if x %}\ngroups: [", "jinja"),
        ("for: <%= p('wait') %>", "erb"),
        ("summary: 3 <% 4", None),
    ],
)
def test_a_template_inside_of_a_line_counts_unless_prometheus_expands_it(
    text: str, kind: str | None
) -> None:
    assert unreadable_kind(PurePosixPath("rules.yml"), text) == kind
