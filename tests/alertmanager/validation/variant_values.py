"""Values that an Alertmanager configuration could have: of each type, right and wrong."""

from collections.abc import Mapping
from typing import Any, Final

ANY: Final[tuple[Any, ...]] = (
    *("text", "", 5, -3, 0, True, None, [], ["a"], {}, {"a": "b"}, "http://x.y/z", "5m", "1.5"),
    *(
        1.5,
        1e30,
        2**64,
        "{{ .X }}",
        '"quoted"',
        "host:25",
        [None],
        [5],
        {"a": {"b": 1}},
        {"a": [1]},
    ),
)
BY_TYPE: Final[Mapping[str, tuple[Any, ...]]] = {
    "url": (
        *(
            "no-scheme.example.com",
            "ftp://a/",
            "http://",
            "HTTP://A",
            "http://a b/",
            "http://a/%zz",
        ),
        *("http://a:b/", "http://:80/", "http://u@/", " http://a/", "http://[::1]:80/", "//a/b"),
        *("http://[::1/", "http://a/b c", "http://a/#%", "http://ä/", "http://a|b/", "http://a/?%"),
        *("http://u:p@a/", "http://%41/", "http://a:/", "http:a", "http:/a", "https://a\\b/"),
    ),
    "loose-url": ("localhost:3128", "127.0.0.1:3128", ":3128", "a b", "socks5://a:1", "//a/b"),
    "template-url": (
        *("http://a/{{ .X }}", "http://a/{{ .X", "{{ .X }}", "{{ toUpper .X }}", "{{ if .X }}a"),
        *("{{ if .X }}a{{ else }}b{{ end }}", "{{ end }}", "{{ else }}", "{{ }}", '{{ "}}" }}'),
        *(
            "{{ printf `%s` .X }}",
            "{{- .X -}}",
            "{{/* a */}}",
            "{{ (.X }}",
            "{{ $a := .X }}{{ $a }}",
        ),
        *(
            "{{ range .X }}{{ . }}{{ end }}",
            '{{ "a }}',
            "{{ index .X 0 }}",
            "http://a/}}",
            "{{ .X }} {",
        ),
    ),
    "address": ("a", "a:", ":25", "a:b:25", "[::1]:25", "::1:25", "a:25:", "mail.example.com:smtp"),
    "duration": (
        "0",
        "0s",
        "1d",
        "1h30m",
        "30m1h",
        "1.5h",
        "-5m",
        "5",
        "999y",
        "291y",
        "5 m",
        "1M",
    ),
    "go-duration": (
        "90s",
        "1.5h",
        "-5m",
        "1d",
        "0",
        "5",
        ".5s",
        "1h 30m",
        "9999999h",
        "9223372036.854775s",
        "9223372037s",
        "+3s",
        "1us",
    ),
    "text-duration": ("90s", "1.5h", "1d", "0", "9999999h"),
    "whole": ("12", -12, 1.9, 2**63, -(2**63) - 1, 0o17),
    "count": ("12", -1, 1.9),
    "bool": ("true", "no", 1, False),
    "time": ("00:00", "24:00", "9:00", "09:60", "24:01", "12:00:00", 720),
    "zone": ("UTC", "Local", "Asia/Tokyo", "Asia/Tokio", "../etc", "/etc", "JST", "Etc/GMT+9"),
    "each/weekdays": (
        *(["monday"], ["Monday:FRIDAY"], ["friday:monday"], ["mon"], ["1"], [1], ["monday:"]),
        *(["monday : friday"], ["a:b:c"], "monday", ["monday", "x"]),
    ),
    "each/month-days": (
        *(["1"], [31], [32], [0], ["-1"], ["1:-1"], ["-1:1"], ["20:10"], ["-31:-1"], ["-5:-10"]),
        *(["+5"], ["5 : 6"], ["28:-1"], ["29:-1"], ["1:-28"], ["-32"]),
    ),
    "each/months": (["january"], ["Jan"], [13], ["may:march"], ["1:3"], ["march:5"], ["0"], ["-1"]),
    "each/years": ([2026], ["2026:2025"], ["2025:2026"], ["26"], ["x"], ["2026:"]),
    "list/responder": (
        *([{"id": "a", "type": "team"}], [{"id": "a", "type": "User"}], [{"id": "a", "type": "x"}]),
        *([{"id": "a"}], [{"type": "team"}], [{"id": "a", "type": "{{ .X }}"}], [None]),
        *([{"id": "a", "type": "{{ .X"}], [{"id": "a", "type": "{{ title .X }}"}]),
    ),
    "list/slack-field": ([{"title": "a", "value": "b"}], [{"title": "a"}], [{"value": "b"}]),
    "list/slack-action": (
        *([{"type": "a", "text": "b", "url": "u"}], [{"type": "a", "text": "b", "name": "u"}]),
        *([{"type": "a", "text": "b"}], [{"type": "a", "url": "u"}], [{"text": "a", "url": "u"}]),
        *([{"type": "a", "text": "b", "url": "u", "confirm": {}}],),
    ),
    "map/http-header": ({"X-A": {"values": ["b"]}}, {"host": {"values": ["b"]}}, {"X": {"v": []}}),
}
WORDS: Final = (
    *(
        "Markdown",
        "MarkdownV2",
        "HTML",
        "markdown",
        "auto",
        "cloud",
        "datacenter",
        "TLS12",
        "tls12",
    ),
    *("daily", "none", "basic", "Bearer", "grpc", "http", "gzip", "json", "leader", "zstd"),
)
"""Values of keys that can have only some."""

MATCHERS: Final = (
    *(["a=b"], ["a"], ["=b"], ["a=~("], ["a=~b|c"], ['a="b'], ["{a=b}"], ["a=b,c=d"], [""]),
    *(["a=b,"], [","], ["a==b"], ["a!b"], ['"a b"="c"'], ["a b=c"], ["ä=b"], ["a=~(?=x)"]),
    *(['a="\\xff"'], ["a=b}"], ["{a=b"], ["a!~["], [r"a=~\C"], ['a=~"x{1001}"'], ['a="b" c']),
    *([True], ["a=~*"], ["a=b", "c"], "a=b", {"a": "b"}, [{"a": "b"}], ["a=~.*", "b!=c"], ["{}"]),
    *(["a='b'"], ["a=~(?i)x"], ["a=~(?<n>x)"], ["a=~x**"], ["a="], ["a=~"], ['"a"=b'], ["a =b c"]),
)
OLDER: Final = (
    *({"a": "b"}, {"a-b": "c"}, {"ä": "b"}, {"a": None}, {"a": ["b"]}, {"": "b"}, {"a": 5}, ["a"]),
    *({"a": "("}, {"a:b": "c"}, {"1a": "b"}, {"a": "b", "c-d": "e"}, {"a": True}, {"a": "x{1001}"}),
)
LENGTHS: Final = BY_TYPE["duration"]
INTERVAL_NAMES: Final[tuple[Any, ...]] = (
    ["x"],
    [""],
    [None],
    "x",
    ["nights"],
    ["nights", "x"],
    [],
    {"a": 1},
    [5],
)
ROUTE: Final[Mapping[str, tuple[Any, ...]]] = {
    "receiver": ("x", "r", None, "", 5, ["r"], True),
    "matchers": MATCHERS,
    "match": OLDER,
    "match_re": OLDER,
    "group_by": (
        *(["a", "a"], ["..."], ["...", "..."], ["...", "a"], [""], ["ä"], ["a b"], "a", [None]),
        *([5], [], ["a", "b"], [True], [["a"]]),
    ),
    "group_wait": LENGTHS,
    "group_interval": LENGTHS,
    "repeat_interval": LENGTHS,
    "mute_time_intervals": INTERVAL_NAMES,
    "active_time_intervals": INTERVAL_NAMES,
    "continue": (True, False, "true", None, 1),
    "routes": (
        [None],
        [{}],
        [[]],
        {},
        [{"receiver": "x"}],
        [{"routes": [{"continue": True}]}],
        "x",
    ),
    "nonsense": (1,),
}
"""Values of the keys of a route, for the root and for one below it."""

INHIBITION: Final[Mapping[str, tuple[Any, ...]]] = {
    **{f"{side}_matchers": MATCHERS for side in ("source", "target")},
    **{f"{side}_match": OLDER for side in ("source", "target")},
    **{f"{side}_match_re": OLDER for side in ("source", "target")},
    "equal": (["a"], [""], ["a b"], "a", [None], ["a", "a"], [5], ["..."], [["a"]]),
    "name": ("a", 5, ["a"]),
}
"""Values of the keys of an inhibition rule."""

TOP: Final[Mapping[str, tuple[Any, ...]]] = {
    "route": (None, {}, [], "x", {"receiver": "x"}, {"receiver": ""}, {"group_by": ["a"]}),
    "receivers": (
        *([], None, "r", {"name": "r"}, [{"name": "r"}, {"name": "r"}], [{"name": "r"}, {}]),
        *([{"name": "r"}, {"name": ""}], [{"name": "r", "slack_configs": None}], [["r"]]),
        *([{"name": "r", "webhook_configs": {"url": "http://a/"}}], [{"name": ["r"]}]),
    ),
    "inhibit_rules": ([{}], {}, "x", [["a"]], ["a"]),
    "templates": ("x", ["x"], [None], [5], {}, [["x"]]),
    "time_intervals": (
        *([{"name": "a"}, {"name": "a"}], [{}], [{"name": ""}], {}, ["a"], [{"name": "a", "x": 1}]),
        *([{"name": "a", "time_intervals": "x"}], [{"name": "a", "time_intervals": [["x"]]}]),
        *([{"name": "a", "time_intervals": [{"times": ["09:00"]}]}], [{"name": 5}]),
    ),
    "global": ("x", [], None, {"nonsense": 1}, {"resolve_timeout": 5}, {"smtp_require_tls": "no"}),
}
"""Values of the keys of the whole file."""
