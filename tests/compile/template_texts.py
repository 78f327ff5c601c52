"""Templates for comparison with Prometheus: values in every position, and whole texts."""

from itertools import product
from typing import Final

VALUES: Final = (
    *("$value", ".Value", "$labels", ".Labels", "$labels.job", ".Labels.job.x", "$externalURL"),
    *("$value.x", ".Labels.x.y", "$externalLabels.a", "$.Value", "$", ".", ".Missing", "$missing"),
    *("value", "value 1", "labels", "humanize", "humanize $value", "humanize $value 1"),
    *("humanizeDuration 5m", 'humanizeDuration "5m"', "humanizeDuration 300", "humanize $labels"),
    *('humanize "1.5"', "humanize true", "humanize nil", "nil", "true", "print nil", "toTime 1"),
    *("toUpper $value", "toUpper $labels.job", '"a" | toUpper', '"a" | toUpper | len', "title 5"),
    *("gt $value 1", "gt $value 1.0", "eq $labels.job `a`", "eq $labels.job 1", "eq 1", "ne 1 2 3"),
    *("lt true false", "eq true false", "eq $labels $labels", 'le "a" "b"', "eq 1 2 3", "not 1 2"),
    *('printf "%.2f" $value', "printf $value", "printf", 'print "a" 1', "println", "html", "js 1"),
    *("index $labels `job`", "index $labels 1", "index $value 1", "len $value", "len `abc`", "call"),
    *('match "(" "a"', 'match "a.*" $labels.job', "match `a`", 'reReplaceAll "[" "" "x"', "call 1"),
    *('reReplaceAll "a" "b" $labels.job', 'parseDuration "5x"', 'parseDuration "1h30m"', "args 1"),
    *('query "vector(1)"', 'query "up["', 'query "up[5m]"', 'query "vector(1)" | first | value'),
    *('query "vector(1)" | first | label "a"', "first 1", 'first "a"', 'strvalue 1', 'label "a" "b"'),
    *('(query "vector(1)" | first).Value', '(query "vector(1)" | first).value', "safeHtml `<`"),
    *('sortByLabel "a" (query "vector(1)")', 'sortByLabel "a" 1', "toUpper (safeHtml `a`)"),
    *("externalURL", "pathPrefix", "externalURL 1", 'stripPort "a:1"', "stripDomain 1", "or 1 2"),
    *('graphLink "up"', "tableLink", "and 1", "and", "slice `abc` 1 2", "slice $labels 1", "urlquery 1"),
    *("1", "1.5", "-1", "1_000", "0x1F", "0x1p-2", "1i", "1+2i", "017", "08", "1e999", "1__0", "5m"),
    *("'a'", "'ab'", "''", '"\\n"', '"\\q"', "`raw`", '"a', "`a", "(1", "1)", "(1)", "()", "((1))"),
    *("$value 1", "1 2", '"a" "b"', "print | print", "1 | 2", "| print", "print |", ".Value 1"),
    *("print 1 | humanize", "$labels.job | reReplaceAll `a`", "#", "a.b", "if", "end", "", "$value,"),
)
POSITIONS: Final = (
    "{{ %s }}",
    "a {{- %s -}} b",
    "{{ if %s }}a{{ else }}b{{ end }}",
    "{{ with %s }}a{{ end }}",
    "{{ $x := %s }}{{ $x }}",
    "{{ print (%s) }}",
)
WHOLE: Final = (
    *("", "plain } text {", "}}", "{ {", "{{", "{{ }}", "{{}}", "{{--}}", "{{- -}}", "{{{}}", "{{}}}"),
    *("{{/* a }} b */}}", "{{- /* a */ -}}", "{{/* a */ }}", "{{ /* a */}}", "{{/*}}", "{{/**/}}x"),
    *("{{/* a */ b}}", "{{/* a */}}{{ /* b */}}", "{{-/* a */}}", "{{3 -}}", "{{-3}}", "{{ 3-}}"),
    *("{{$value}}", "{{.Value}}", "{{\n$value\n}}", "{{ .-}}", "{{ . -}}}", "{{ .. }}", "{{ ... }}"),
    *("{{ if }}x{{ end }}", "{{ if 1 }}x", "{{ if 1 }}{{ if 2 }}{{ end }}", "{{ end }}", "{{ else }}"),
    *("{{if 1}}{{else}}{{else}}{{end}}", "{{if 1}}{{else if 2}}{{else}}{{end}}", "{{ end 1 }}"),
    *("{{if 1}}{{else if 2}}{{end}}{{end}}", "{{if 1}}{{else with 2}}{{end}}", "{{ else 1 }}"),
    *("{{with 1}}{{else with 2}}{{end}}", "{{range .Labels}}{{else range 1}}{{end}}", "{{if end}}"),
    *("{{range .Labels}}{{.}}{{end}}", "{{range $k, $v := .Labels}}{{$k}}{{$v}}{{end}}{{$k}}"),
    *("{{range $k, $v := .Labels}}{{$k}}{{$v}}{{end}}", "{{range $k, := .Labels}}{{end}}"),
    *("{{range $a, $b, $c := .Labels}}{{end}}", "{{range $a, 1}}{{end}}", "{{$a, $b := 1}}"),
    *("{{range $value}}{{end}}", "{{range $labels.job}}{{end}}", "{{range 3}}{{.}}{{end}}"),
    *("{{range .Labels}}{{break}}{{end}}", "{{range .Labels}}{{continue}}{{end}}", "{{break}}"),
    *("{{range .Labels}}{{break 1}}{{end}}", "{{range .Labels}}{{else}}{{break}}{{end}}"),
    *('{{range query "vector(1)"}}{{.Value}}{{.Labels.a}}{{end}}', "{{continue}}"),
    *('{{range query "vector(1)"}}{{.Missing}}{{end}}', '{{with query "vector(1)"}}{{.Value}}{{end}}'),
    *('{{with query "vector(1)"}}{{. | first | value | humanize}}{{end}}', "{{with $value}}{{.x}}{{end}}"),
    *("{{with $labels}}{{.job}}{{end}}", "{{with $labels}}{{$.Value}}{{end}}", "{{with $a := 1}}{{$a}}{{end}}{{$a}}"),
    *("{{if $a := 1}}{{$a}}{{else}}{{$a}}{{end}}", "{{$a := 1}}{{$a = 2}}{{$a}}", "{{$new = 1}}"),
    *("{{$a := 1}}{{if $a}}{{$a := 1.5}}{{end}}{{gt $a 1}}", "{{$a := $a}}", "{{$a : = 1}}", "{{$a=1}}"),
    *("{{$a:=1}}{{$a}}", "{{:=}}", "{{=}}", "{{:}}", "{{$1}}", "{{$é := 1}}{{$é}}", "{{ é }}", "{{ .é }}"),
    *('{{define "x"}}{{.}}{{end}}{{template "x" .}}', '{{define "x"}}{{$value}}{{end}}', "{{define x}}{{end}}"),
    *('{{define "x"}}{{else}}{{end}}', '{{define "x" 1}}{{end}}', '{{template "y"}}', "{{template x}}"),
    *('{{block "x" .}}{{.Value}}{{end}}', '{{block "x"}}{{end}}', '{{block "x" .}}{{else}}{{end}}'),
    *('{{template "x" 1 2}}', '{{if 1}}{{define "x"}}{{end}}{{end}}', '{{define "x"}}{{break}}{{end}}'),
    *("{{true.x}}", "{{nil.x}}", '{{"a".x}}', "{{print.x}}", "{{(print).x}}", "{{($labels).job}}", "{{(print 1) 2}}"),
    *("{{$labels.}}", "{{$labels..x}}", "{{.x$labels}}", "{{print,1}}", "{{print(1)}}", "{{print 1(2)}}"),
    *("{{a.b}}", "{{1x}}", "{{.1x}}", "{{.1}}", "{{1.}}", "{{1.2.3}}", "{{+}}", "{{-}}", "{{1+2}}", "{{1-i}}"),
    *('{{"a\nb"}}', "{{`a\nb`}}", "{{'\n'}}", "{{'\\''}}", "{{'\"'}}", '{{"\\\'"}}', '{{"\\""}}', '{{"\\ud800"}}'),
    *('{{"\\x41\\101\\u0041"}}', '{{"\\x4"}}', '{{"\\400"}}', "{{ \u00a0 }}", "{{ % }}", "{{ print ; }}", "{{\t$value\r\n}}"),
    *("{{ tmpl `a` . }}", "{{ humanise $value }}", "{{ $value | humanizePercent }}", "{{ $label.job }}"),
)
TEXTS: Final = tuple(
    dict.fromkeys((*(place % value for place, value in product(POSITIONS, VALUES)), *WHOLE))
)
