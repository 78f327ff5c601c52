"""Templates that Go's text/template parses, and those that it refuses."""

import pytest

from reliability.alertmanager.validation.go_template import KNOWN, OPENING, is_go_template


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain } text {",
        "{{ .Status }}",
        "{{- .Status -}}",
        "{{/* a comment with ( and words */}}",
        "{{ $x := .Labels.service }}{{ $x }}",
        '{{ printf "%s }} ( unknown" .Name }}',
        "{{ printf `}} (` }}",
        r'{{ printf "a\"}}b" }}',
        "{{ if .A }}a{{ end }}",
        "{{ if .A }}a{{ else }}b{{ end }}",
        "{{ if .A }}a{{ else if .B }}b{{ else }}c{{ end }}",
        "{{ range .Alerts }}{{ if .A }}{{ break }}{{ end }}{{ continue }}{{ end }}",
        "{{ with .A }}{{ . }}{{ end }}",
        '{{ define "x" }}{{ end }}{{ template "x" . }}',
        '{{ block "x" . }}{{ end }}',
        "{{ if and (eq .A 1) (not .B) }}{{ end }}",
        "{{ len (index .A 0) }}",
        "{{ .unknown }}",
        "{{ $unknown }}",
        "{{ . }}",
    ],
)
def test_what_go_parses(text: str) -> None:
    assert is_go_template(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{",
        "{{ .A",
        '{{ "a }}',
        "{{ .A }} {{",
        "{{}}",
        "{{ }}",
        "{{--}}",
        "{{ toUpper .A }}",
        "{{ .A | title }}",
        "{{ (len .A }}",
        "{{ len .A) }}",
        "{{ if .A }}",
        "{{ if .A }}{{ if .B }}{{ end }}",
        "{{ end }}",
        "{{ if .A }}{{ end }}{{ end }}",
        "{{ end }}{{ if .A }}",
        "{{ else }}",
        "{{ if .A }}{{ end }}{{ else }}",
        "{{ else }}{{ if .A }}{{ end }}",
    ],
)
def test_what_go_refuses(text: str) -> None:
    assert not is_go_template(text)


@pytest.mark.parametrize("word", sorted(OPENING))
def test_what_opens_a_block_needs_an_end(word: str) -> None:
    assert not is_go_template(f'{{{{ {word} "x" }}}}')
    assert is_go_template(f'{{{{ {word} "x" }}}}{{{{ end }}}}')


@pytest.mark.parametrize("word", sorted(KNOWN - OPENING - {"else", "end"}))
def test_a_function_of_go_is_known(word: str) -> None:
    assert is_go_template(f"{{{{ {word} .A }}}}")
