"""Templates of annotations and labels are taken or refused as Prometheus takes or refuses them."""

from pathlib import Path

import pytest
import yaml

from reliability.compile.prometheus.templates import FUNCTIONS, why_not_template
from tests.servers.generation import Generation
from tests.servers.programs import check_rules

TAKEN = (
    "plain, with } and }} and { in it",
    "{{ $value }} of {{ $labels.instance }}",
    "{{- $value -}} {{/* a }} comment */}} {{.Value}} {{ .Labels.job | toUpper }}",
    '{{ printf "%.2f }} %s" $value `}}` }}',
    '{{ with query `up{job="x"}` }}{{ . | first | value | humanize }}{{ end }}',
    '{{ range $index, $one := query "up" }}{{ $index }}: {{ $one.Labels.job }}{{ end }}',
    "{{ $limit := 3.5e2 }}{{ if gt $value $limit }}much{{ else if lt $value -1.0 }}{{ end }}",
    "{{ if and (gt $value 1.0) (not false) }}a{{ else }}b{{ end }} {{ nil | print }}",
    "{{ $externalLabels.cluster }} {{ $externalURL }} {{ $.Value }} {{ len $labels }}",
    '{{ define "x" }}y{{ end }}{{ template "x" }}',
)
REFUSED = {
    "{{ humanise $value }}": "unknown template function humanise",
    "{{ $value | humanizePercent }}": "unknown template function humanizePercent",
    "{{ labels.job }}": "unknown template function labels",
    "{{ $label.job }}": "unknown template variable $label",
    "{{ $value": "a template opened with {{ is not closed",
    '{{ "x }}': "a template opened with {{ is not closed",
    "{{ }}": "empty template",
    "{{ if gt $value 1.0 }}much": "a template block is not ended",
    "{{ end }}": "a template ends a block that was not opened",
}
SOME_RELEASES = {"now", "toDuration", "urlQueryEscape"}
"""Functions that newer releases have than the two that tests run with."""


@pytest.mark.parametrize("text", TAKEN)
def test_what_prometheus_takes_is_taken(text: str) -> None:
    assert why_not_template(text) is None


@pytest.mark.parametrize(("text", "said"), REFUSED.items())
def test_what_prometheus_refuses_is_refused_with_a_way_out(text: str, said: str) -> None:
    refused = why_not_template(text)
    assert refused is not None
    assert refused.message.startswith(said)
    assert refused.help


@pytest.mark.tools
def test_prometheus_is_of_the_same_opinion(generation: Generation, tmp_path: Path) -> None:
    functions = [f"{{{{ {name} $value }}}}" for name in sorted(FUNCTIONS - SOME_RELEASES)]
    good, bad = tmp_path / "good.yml", tmp_path / "bad.yml"
    good.write_text(_rules(*TAKEN, *functions), encoding="utf-8")
    assert check_rules(generation, good).accepted
    for text in REFUSED:
        bad.write_text(_rules(text), encoding="utf-8")
        assert not check_rules(generation, bad).accepted, text


def _rules(*texts: str) -> str:
    rules = [
        {"alert": f"A{index}", "expr": "up == 0", "annotations": {"summary": text}}
        for index, text in enumerate(texts)
    ]
    return yaml.safe_dump({"groups": [{"name": "a", "rules": rules}]})
