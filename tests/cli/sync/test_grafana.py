"""`plan`, `sync` and `drift` with a Grafana, as a user sees them."""

from pathlib import Path
from typing import Final

from tests.cli.program import in_process
from tests.golden import Golden
from tests.live.repository import make_repository
from tests.providers.fake_grafana import FakeGrafana
from tests.providers.grafana_world import edit_title
from tests.providers.served import served

GOLDEN: Final = Path(__file__).parent / "golden"
TOKEN: Final = "secret-token"


def test_a_first_sync_and_what_somebody_changes(golden: Golden, tmp_path: Path) -> None:
    text = ""
    fake = FakeGrafana(page=100, token=TOKEN)
    with served(fake.handle) as url:
        target: dict[str, object] = {
            "name": "grafana",
            "provider": "grafana",
            "url": url,
            "token": "env:GRAFANA_TOKEN",
            "folders": "service",
        }
        repository = make_repository(tmp_path, target)

        def run(*arguments: str) -> str:
            ended = in_process(*arguments, folder=repository.root, GRAFANA_TOKEN=TOKEN)
            assert TOKEN not in ended.out + ended.err
            return f"$ reliability {' '.join(arguments)}\n{ended.out}\n"

        text += run("plan", "--brief") + run("sync", "--yes", "--brief") + run("plan")
        [overview] = [uid for uid in fake.dashboards if uid.endswith("-overview")]
        edit_title(fake, overview, "Our SLOs")
        text += run("drift")
        fake.token = "another"
        text += run("plan")
    golden.check(GOLDEN / "grafana.txt", text.replace(url, "http://grafana.example"))


def test_the_api_of_a_plan_is_in_its_json(tmp_path: Path) -> None:
    fake = FakeGrafana(versions=(), page=100, token=TOKEN)
    with served(fake.handle) as url:
        target: dict[str, object] = {
            "name": "grafana",
            "provider": "grafana",
            "url": url,
            "token": "env:GRAFANA_TOKEN",
        }
        root = make_repository(tmp_path, target).root
        ended = in_process("plan", "--format", "json", folder=root, GRAFANA_TOKEN=TOKEN)
    assert '"endpoints": "/api, since the server has no /apis"' in ended.out
