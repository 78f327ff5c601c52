"""`plan`, `sync` and `drift` with a PagerDuty account, as a user sees them."""

from pathlib import Path
from typing import Final

from tests.cli.program import in_process
from tests.golden import Golden
from tests.live.repository import make_repository
from tests.providers.fake_pagerduty import FakePagerDuty
from tests.providers.faulty_server import run_fake

GOLDEN: Final = Path(__file__).parent / "golden"
TOKEN: Final = "secret-token"
RECORD: Final = {
    "id": "PDRECORD1",
    "execution_time": "2026-11-26T09:30:00Z",
    "action": "update",
    "actors": [{"id": "PU1", "type": "user_reference", "summary": "Grace"}],
    "method": {"type": "browser"},
}


def test_a_first_sync_and_what_somebody_changes(golden: Golden, tmp_path: Path) -> None:
    text = ""
    with run_fake(FakePagerDuty(token=TOKEN)) as account:
        target: dict[str, object] = {
            "name": "pagerduty",
            "provider": "pagerduty",
            "url": account.url,
            "token": "env:PAGERDUTY_TOKEN",
            "services": "team",
        }
        repository = make_repository(tmp_path, target)
        key = "payroll-pagerduty-key"
        repository.replace("policies/teams/payroll.yaml", key, f"{key}, escalationPolicy: PABC123")

        def run(*arguments: str) -> str:
            ended = in_process(*arguments, folder=repository.root, PAGERDUTY_TOKEN=TOKEN)
            assert TOKEN not in ended.out + ended.err
            return f"$ reliability {' '.join(arguments)}\n{ended.out}\n"

        text += run("plan") + run("sync", "--yes", "--brief") + run("plan", "--brief")
        [service] = account.services.values()
        service["escalation_policy"]["id"] = "PDEF456"
        account.records[service["id"]] = [RECORD]
        text += run("drift")
    golden.check(GOLDEN / "pagerduty.txt", text)
