"""One repository, synced to two generations of Prometheus, a vmalert and a workspace at once."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.program import reliability
from tests.live.repository import add_service, make_repository, prometheus_at
from tests.providers.apis.amazon import REGION, MotoWorkspace
from tests.providers.served import served
from tests.servers.alertmanager import run_alertmanager
from tests.servers.generation import GENERATIONS, Generation, Unavailable, find
from tests.servers.prometheus import prometheus_config, run_prometheus
from tests.servers.victoria import find_victoria, run_victoria, run_vmalert
from tests.servers.webhook import run_webhook

pytestmark = pytest.mark.servers
ALERT = "ShopIsThere"


def test_every_ruler_loads_the_rules_and_one_notification_arrives(tmp_path: Path) -> None:
    generations = [found for name in GENERATIONS if isinstance(found := find(name), Generation)]
    program = find_victoria()
    if len(generations) < len(GENERATIONS) or isinstance(program, Unavailable):
        pytest.skip("run tests/servers/install and tests/servers/install victoria")

    with ExitStack() as stack:
        webhook = stack.enter_context(run_webhook())
        route = {"receiver": "desk", "group_by": ["alertname"], "group_wait": "3s"}
        receivers = [{"name": "desk", "webhook_configs": [{"url": f"{webhook.url}/desk"}]}]
        manager = stack.enter_context(
            run_alertmanager(
                generations[0], tmp_path / "am", {"route": route, "receivers": receivers}
            )
        )
        targets: list[dict[str, object]] = []
        for generation in generations:
            folder = tmp_path / generation.name
            (folder / "ours").mkdir(parents=True)
            config = prometheus_config(rules=["ours/*.yml"], alertmanagers=[manager.url])
            server = stack.enter_context(run_prometheus(generation, folder, config))
            targets.append({**prometheus_at(server.url, folder / "ours"), "name": generation.name})

        (tmp_path / "vm/ours").mkdir(parents=True)
        storage = stack.enter_context(run_victoria(program, tmp_path / "storage"))
        # Without the flag, its alerts have a label more, and would be other alerts.
        flags = (f"-notifier.url={manager.url}", "-disableAlertgroupLabel")
        vmalert = stack.enter_context(
            run_vmalert(program, tmp_path / "vm", storage, "ours/*.yml", *flags)
        )
        rules = str(tmp_path / "vm/ours")
        targets.append({"name": "vm", "provider": "vmalert", "url": vmalert, "folder": rules})

        workspace = MotoWorkspace()
        stack.callback(workspace.client.close)
        targets.append(
            {
                "name": "amazon",
                "provider": "amazon-prometheus",
                "url": stack.enter_context(served(workspace.handle)),
                "region": REGION,
                "workspace": workspace.workspace,
            }
        )
        repository = make_repository(tmp_path / "repository", *targets)
        repository.keep_services("exports")
        add_service(repository, "shop", ALERT)

        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        synced = reliability(
            "sync", "--yes", "--brief", "--no-wait", folder=repository.root, **keys
        )
        assert synced.code == 0, synced
        planned = reliability("plan", "--detailed-exitcode", folder=repository.root, **keys)
        assert planned.code == 0, planned
        assert planned.out.count("no changes; 2 owned") == len(targets)

        webhook.wait_for(lambda notification: ALERT in notification.names, within=90)
        named = [each for each in webhook.received if ALERT in each.names]
        assert [each.names.count(ALERT) for each in named] == [1]
