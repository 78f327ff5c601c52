"""Templates are read as Prometheus reads them, when it loads a file and when an alert is active."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
import yaml

from reliability.compile.prometheus.templates import SINCE, why_not_expanded, why_not_loaded
from tests.compile.template_texts import TEXTS
from tests.servers.generation import Generation
from tests.servers.process import wait_for
from tests.servers.programs import run
from tests.servers.prometheus import prometheus_config, run_prometheus

MESSAGES: Final = {
    "{{ humanizeDuration 5m }}": "not a number or text of Go: 5m",
    "{{ if }}x{{ end }}": "a template needs a value before }}",
    "{{ $value": "a template opened with {{ is not closed",
    "{{ if gt $value 1.0 }}much": "a template block is not ended",
    "{{ end }}": "a template ends a block that was not opened",
    "{{ humanise $value }}": "unknown name humanise in a template",
    "{{ print , }}": ", cannot stand here in a template",
    "{{ value }}": "template function value takes sample, and has 0 arguments",
    "{{ externalURL 1 }}": "template function externalURL takes nothing, and has 1 arguments",
    "{{ humanize $labels }}": "template function humanize cannot take labels as number",
    '{{ query "up[" }}': "template function query cannot take up[ as expression",
    "{{ gt $value 5 }}": "gt cannot compare float with integer",
    "{{ .Labels.job.x }}": "a template reads the unknown field x of string",
    "{{ $value 1 }}": "$value in a template is not a function",
    "{{ range $value }}{{ end }}": "range in a template takes no float",
    "{{ nil }}": "nil in a template is not a command",
    "{{ $new = 1 }}": "$new is not declared",
    "{{ now }}": "Prometheus before 3.6 has no now",
}
EXPANDED_LATER: Final = ("index $labels 1", "slice $labels 1", "{{$a := $a}}", '{{template "y"}}')
"""Parts of templates that fail when they are expanded, which is not noticed."""


@pytest.mark.parametrize(("text", "message"), MESSAGES.items())
def test_a_template_that_fails_says_why(text: str, message: str) -> None:
    fault = why_not_expanded(text)
    assert fault is not None
    assert fault.message == message
    assert fault.help


@pytest.mark.tools
def test_promtool_refuses_the_same_templates(generation: Generation, tmp_path: Path) -> None:
    assert len(TEXTS) > 900
    refused = refused_texts(generation, tmp_path, (*TEXTS, *map("{{{{ {} 1 }}}}".format, SINCE)))
    assert refused == {
        *(text for text in TEXTS if why_not_loaded(text)),
        *map("{{{{ {} 1 }}}}".format, SINCE),
    }


@pytest.mark.servers
def test_prometheus_fails_to_expand_the_same_templates(
    generation: Generation, tmp_path: Path
) -> None:
    loaded = [text for text in TEXTS if why_not_loaded(text) is None]
    (tmp_path / "rules.yml").write_text(rules_of(loaded), encoding="utf-8")
    with run_prometheus(generation, tmp_path, prometheus_config(rules=["rules.yml"])) as server:
        alerts = wait_for(
            lambda: found if len(found := server.get("alerts")["alerts"]) == len(loaded) else [],
            within=60,
            what="an alert of each template",
        )
    failed = {
        loaded[int(alert["labels"]["alertname"][1:])]
        for alert in alerts
        if "<error expanding template" in alert["annotations"].get("summary", "")
    }
    assert {text for text in failed if not any(part in text for part in EXPANDED_LATER)} == {
        text for text in loaded if why_not_expanded(text)
    }


def refused_texts(generation: Generation, folder: Path, texts: Iterable[str]) -> set[str]:
    """The texts for which promtool refuses a rule file; it names each rule."""
    every = tuple(texts)
    (folder / "rules.yml").write_text(rules_of(every), encoding="utf-8")
    said = run([generation.promtool, "check", "rules", folder / "rules.yml"]).text
    return {every[int(found)] for found in re.findall(r'"A(\d+)": annotation', said)}


def rules_of(texts: Iterable[str]) -> str:
    expr = 'label_replace(vector(1.5), "job", "a", "", "")'
    rules = [
        {"alert": f"A{index}", "expr": expr, "annotations": {"summary": text}}
        for index, text in enumerate(texts)
    ]
    return yaml.safe_dump({"groups": [{"name": "a", "rules": rules}]})
