"""Without a forge, `tickets` prints the issues of all queues, and says once if there is none."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.copied import copied
from tests.cli.program import reliability
from tests.servers.alertmanager import run_alertmanager
from tests.servers.generation import Generation

pytestmark = pytest.mark.servers

CONFIG = "route: {receiver: inbox}\nreceivers: [{name: inbox}]\n"


def test_a_queue_without_an_issue_is_not_the_end_of_the_story(
    generation: Generation, tmp_path: Path
) -> None:
    repository = copied(tmp_path / "repository")
    with run_alertmanager(generation, tmp_path / "alertmanager", CONFIG) as server:
        command = ("tickets", "--alertmanager", server.url)
        quiet = reliability(*command, folder=repository)
        assert (quiet.code, quiet.out) == (0, "no issue to open\n"), quiet.err
        for name, service in (("SLINoData", "attendance"), ("PayrollRunMissing", "payroll-batch")):
            server.send({"alertname": name, "service": service, "tier": "ticket"})
        soon = datetime.now(UTC) + timedelta(minutes=2)  # runs look at whole minutes
        busy = reliability(*command, "--until", soon.isoformat(), folder=repository)
    assert busy.code == 0, busy.err
    assert "no issue" not in busy.out
    assert "In example-hr/workforce:\n\n# attendance: " in busy.out
    assert "In example-hr/payroll:\n\n# payroll-batch: " in busy.out
