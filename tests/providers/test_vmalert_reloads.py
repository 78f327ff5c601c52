"""Reloads of a vmalert, by its counters; what runs afterwards; and reasons from `-dryRun`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.providers.disk import Disk
from reliability.providers.http import open_server
from reliability.providers.live import Unproven
from reliability.providers.vmalert import VmalertProvider, VmalertRunner
from tests.providers.worlds import TARGET, prometheus_target, replace_first_expr, rules

Counters = tuple[int, int, int, int]
"""Reloads, failed ones, time of the last success, and whether the last one succeeded."""
BEFORE: Counters = (5, 2, 100, 1)
DONE: Counters = (6, 2, 101, 1)
REFUSED = "vmalert reports that the reload failed; its log has the reason"
SHOP, CART = rules("shop"), rules("cart")


@dataclass
class Vmalert:
    """Shows scripted counters, one per look, and scripted groups; the last ones stay."""

    counters: list[Counters]
    groups: list[list[dict[str, Any]]] = field(default_factory=lambda: [[]])
    post: Callable[[], httpx.Response] = lambda: httpx.Response(200)
    posts: int = 0
    looks: int = 0
    pauses: list[float] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        match request.method, request.url.path:
            case "POST", "/-/reload":
                self.posts += 1
                return self.post()
            case "GET", "/metrics":
                self.looks += 1
                count, errors, success, successful = shifted(self.counters)
                name = "vmalert_config_last_reload"
                return httpx.Response(
                    200,
                    text=f"{name}_total {count}\n{name}_errors_total {errors}\n"
                    f"{name}_success_timestamp_seconds {success}\n{name}_successful {successful}\n",
                )
            case "GET", "/api/v1/rules":
                data = {"groups": shifted(self.groups)}
                return httpx.Response(200, json={"status": "success", "data": data})
            case _:
                return httpx.Response(404, text="not here")


def shifted(script: list[Any]) -> Any:
    return script.pop(0) if len(script) > 1 else script[0]


Open = Callable[..., VmalertProvider]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as closing:

        def open_(fake: Vmalert, *, seconds: float = 10, search_path: str = "") -> VmalertProvider:
            target = prometheus_target("http://vmalert.example:8880", tmp_path)
            target = target.model_copy(update={"timeout": timedelta(seconds=seconds)})
            transport = httpx.MockTransport(fake)
            hosts = ["vmalert.example"]
            server = open_server(target, None, hosts, writable=True, transport=transport)
            closing.callback(server.client.close)
            return VmalertProvider(
                target=TARGET,
                folder=tmp_path,
                disk=Disk(writable=True),
                server=replace(server, pause=fake.pauses.append),
                tell=lambda _: None,
                search_path=search_path,
            )

        yield open_


@pytest.mark.parametrize(
    ("after", "refusal", "pauses", "posts"),
    [
        ([DONE], None, 0, 1),
        ([BEFORE, BEFORE, DONE], None, 2, 1),
        # A reload within the same second, or of equal files, is asked for a second time.
        ([(6, 2, 100, 1)] * 4 + [(7, 2, 100, 1)], None, 4, 2),
        ([BEFORE] * 3 + [(6, 2, 100, 1)] * 4 + [(7, 2, 100, 1)], None, 7, 2),
        ([(6, 2, 100, 1)] * 3 + [DONE], None, 3, 1),
        ([(7, 2, 100, 1)], None, 0, 1),
        # One that is not successful yet may be in the middle.
        ([(6, 2, 101, 0), DONE], None, 1, 1),
        ([(7, 2, 101, 0), (7, 2, 101, 1)], None, 1, 1),
        # A later time without a reload of this sync is that of another reload.
        ([(5, 2, 101, 1), (6, 2, 102, 1)], None, 1, 1),
        ([(6, 3, 100, 0)], REFUSED, 0, 1),
        ([BEFORE, (5, 3, 100, 0)], REFUSED, 1, 1),
        ([(6, 3, 101, 1)], REFUSED, 0, 1),
    ],
)
def test_a_reload_has_ended_when_its_counters_say_so(
    opened: Open, after: list[Counters], refusal: str | None, pauses: int, posts: int
) -> None:
    fake = Vmalert([BEFORE, *after])
    assert opened(fake).runner.reload() == refusal
    assert (fake.pauses, fake.posts) == ([0.5] * pauses, posts)


def test_after_a_failed_reload_the_next_one_counts(opened: Open) -> None:
    fake = Vmalert([(5, 2, 100, 0), (5, 2, 100, 0), (6, 2, 101, 1)])
    assert opened(fake).runner.reload() is None
    assert fake.pauses == [0.5]


@pytest.mark.parametrize(
    ("seconds", "looks", "shown"),
    [(1, 60, "30"), (30, 60, "30"), (30.5, 61, "30.5"), (45, 90, "45")],
)
@pytest.mark.parametrize(
    ("during", "posts"), [(BEFORE, 1), ((6, 2, 100, 1), 2), ((6, 2, 101, 0), 2)]
)
def test_a_reload_that_does_not_end_is_given_up(
    opened: Open, seconds: float, looks: int, shown: str, during: Counters, posts: int
) -> None:
    fake = Vmalert([BEFORE, during])
    with pytest.raises(ProviderError) as raised:
        opened(fake, seconds=seconds).runner.reload()
    assert str(raised.value) == (
        f"here: http://vmalert.example:8880 did not finish its reload within {shown} s; "
        "a longer `timeout` of the target gives it more time"
    )
    assert (fake.looks, fake.pauses, fake.posts) == (looks + 1, [0.5] * looks, posts)


def lost() -> httpx.Response:
    raise httpx.ReadTimeout("late")


def test_a_lost_answer_is_read_from_the_counters(opened: Open) -> None:
    fake = Vmalert([BEFORE, BEFORE, DONE], post=lost)
    assert opened(fake).runner.reload() is None
    assert (fake.posts, fake.pauses) == (1, [0.5])


@pytest.mark.parametrize("status", [404, 500, 204])
def test_another_answer_than_200_is_an_error(opened: Open, status: int) -> None:
    fake = Vmalert([BEFORE, DONE], post=lambda: httpx.Response(status, text="no\nsuch path"))
    with pytest.raises(ProviderError) as raised:
        opened(fake).runner.reload()
    assert str(raised.value) == f"here: POST /-/reload answers {status}: no such path"


def test_a_vmalert_is_ready_if_it_has_the_counters_and_a_get_reloads_nothing(opened: Open) -> None:
    fake = Vmalert([BEFORE])
    provider = opened(fake)
    provider.runner.ensure_ready()
    assert (fake.posts, fake.looks) == (0, 1)
    assert provider.runner.last_reload() == datetime.fromtimestamp(100, UTC)
    with pytest.raises(ProviderError, match="a vmalert does not report its Alertmanagers"):
        provider.alertmanagers()


def running(folder: Path, *services: str, health: str = "ok") -> list[dict[str, Any]]:
    """Groups of these services, as vmalert lists them, with the alerts in another order."""
    groups: list[dict[str, Any]] = []
    for service in services:
        body: Any = rules(service).body
        for group in body["groups"]:
            shown = [shown_rule(rule, health) for rule in group["rules"]][::-1]
            groups.append(
                {
                    "name": group["name"],
                    "file": str(folder / f"{service}.yml"),
                    "interval": 1,
                    "rules": shown,
                }
            )
    return groups


def shown_rule(rule: dict[str, Any], health: str) -> dict[str, Any]:
    is_alert = "alert" in rule
    return {
        "name": rule.get("alert") or rule["record"],
        "type": "alerting" if is_alert else "recording",
        "query": rule["expr"],
        "duration": 60 if is_alert else 0,
        "keep_firing_for": 0,
        "labels": rule["labels"],
        "annotations": rule.get("annotations", {}),
        "health": health,
        "lastEvaluation": "2026-11-28T00:00:00Z",
    }


def verdicts(provider: VmalertProvider, *changes: Change) -> dict[str, str]:
    """The verdict of each change, by the name of its object."""
    return {
        identity.name: f"{type(verdict).__name__}: {verdict.why}"
        for identity, verdict in provider.runner.verdicts(changes).items()
    }


MISSING = "ReloadRefused: the server reloaded, but group {0}-sli does not run"


@pytest.mark.parametrize(
    ("script", "pauses", "refused"),
    [
        # Services that run at each look; the last look stays.
        ([("shop", "cart")], 0, ()),
        ([(), ("shop",), ("shop", "cart")], 2, ()),
        ([()] * 20 + [("shop", "cart")], 20, ()),
        ([()] * 21 + [("shop", "cart")], 20, ("cart", "shop")),
        # Progress of one service gives the others as many looks again.
        ([()] * 20 + [("shop",)] * 20 + [("shop", "cart")], 40, ()),
        ([()] * 20 + [("shop",)] * 21 + [("shop", "cart")], 40, ("cart",)),
        ([("shop",)] * 3 + [()] * 40, 20, ("cart", "shop")),
    ],
)
def test_rules_are_waited_for_until_nothing_gets_better(
    opened: Open,
    tmp_path: Path,
    script: list[tuple[str, ...]],
    pauses: int,
    refused: Sequence[str],
) -> None:
    fake = Vmalert([BEFORE], groups=[running(tmp_path, *services) for services in script])
    provider = opened(fake)
    there = verdicts(provider, Create(SHOP), Create(CART))
    why = f"; add {tmp_path}/*.yml to its -rule"
    assert there == {name: f"{MISSING.format(name)}{why}" for name in sorted(refused)}
    assert fake.pauses == [0.5] * pauses


def test_each_kind_of_change_is_compared_with_what_runs(opened: Open, tmp_path: Path) -> None:
    fake = Vmalert([BEFORE], groups=[running(tmp_path, "shop", "cart")])
    provider = opened(fake)
    provider.stored[SHOP.id] = SHOP.body
    fine = (Update(CART, SHOP), Claim(SHOP), Reload(SHOP.id, "old"), Delete(rules("web")))
    for change in fine:
        assert verdicts(provider, change) == {}
    assert verdicts(provider, Delete(SHOP)) == {
        "shop": "ReloadRefused: the server still runs its rules"
    }
    assert verdicts(provider, Reload(CART.id, "old")) == {
        "cart": "ReloadRefused: the server still runs its rules"
    }
    changed = replace_first_expr()
    fake.groups[:] = [running(tmp_path, "attendance")]
    assert verdicts(provider, Create(changed)) == {
        "attendance": "ReloadRefused: the server reloaded, but group attendance-alerts: "
        "`expr` of ErrorBudgetBurn differs from the file"
    }


def test_what_was_not_evaluated_is_not_waited_for_as_a_refusal(
    opened: Open, tmp_path: Path
) -> None:
    fake = Vmalert([BEFORE], groups=[running(tmp_path, "shop", health="unknown")])
    provider = opened(fake)
    [verdict] = provider.runner.verdicts([Create(SHOP)]).values()
    assert verdict == Unproven("it is loaded, and was not evaluated in time")
    assert fake.pauses == []


def script(folder: Path, text: str, *, mode: int = 0o755) -> str:
    """A program named vmalert in a folder of its own; return the folder."""
    program = folder / "bin" / "vmalert"
    program.parent.mkdir(exist_ok=True)
    program.write_text(text)
    program.chmod(mode)
    return str(program.parent)


LINE = '2026-11-28T00:00:00Z\\tfatal\\tapp/vmalert/main.go:150\\tfailed to parse \\"[FILE]\\": '
ERRORS = "failed to parse rules: errors(1): "


@pytest.mark.parametrize(
    ("printed", "code", "reason"),
    [
        (f'{LINE}invalid group \\"g\\" in file \\"FILE\\": no', 1, 'invalid group "g": no'),
        (f"{LINE}{ERRORS}bad expr in FILE", 255, "bad expr in shop.yml"),
        (f"info\\tstarting\\n{LINE}the last line counts\\n\\n", 1, "the last line counts"),
        ("something else", 2, "something else"),
        ("", 1, ""),
        ("warnings only", 0, ""),
    ],
)
def test_a_refusal_is_explained_by_the_last_line_of_a_dry_run(
    opened: Open, tmp_path: Path, printed: str, code: int, reason: str
) -> None:
    arguments = tmp_path / "arguments"
    path = script(
        tmp_path,
        f'#!/bin/sh\nfile="${{2#-rule=}}"\necho "$1 $(basename "$file") $(grep -c expr "$file")" '
        f'> {arguments}\nprintf "{printed}" | sed "s|FILE|$file|g" >&2\nexit {code}\n',
    )
    provider = opened(Vmalert([BEFORE]), search_path=path)
    assert provider.runner.explain(Create(SHOP)) == reason
    assert arguments.read_text() == "-dryRun shop.yml 3\n"
    arguments.unlink()
    assert provider.runner.explain(Delete(SHOP)) == ""
    assert not arguments.exists()


def test_without_a_program_there_is_no_reason(opened: Open, tmp_path: Path) -> None:
    for path in ("", str(tmp_path), script(tmp_path, "#!/bin/sh\nexit 1\n", mode=0o644)):
        runner = opened(Vmalert([BEFORE]), search_path=path).runner
        assert isinstance(runner, VmalertRunner)
        assert (runner.program, runner.explain(Create(SHOP))) == (None, "")


def test_a_program_that_cannot_be_run_is_named(opened: Open, tmp_path: Path) -> None:
    path = script(tmp_path, "#!/missing/interpreter\n")
    provider = opened(Vmalert([BEFORE]), search_path=path)
    with pytest.raises(ProviderError, match=r"/bin/vmalert -dryRun cannot be run: .*No such file"):
        provider.runner.explain(Create(SHOP))
