"""Causes that cannot wait for days are proposed as alerts, with the reason; others are tickets."""

from typing import Final

import pytest
import yaml

from tests.onboarding.triage.test_command import triaged

VOLUME: Final = "kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes"
SPACE: Final = "node_filesystem_avail_bytes / node_filesystem_size_bytes"
URGENT: Final = {
    "NodeFilesystemSpaceFillingUp": (
        "predict_linear(node_filesystem_avail_bytes[6h], 4 * 60 * 60) < 0",
        "it runs out within 4h",
    ),
    "NodeFilesystemAlmostOutOfInodes": (
        "node_filesystem_files_free / node_filesystem_files * 100 < 3",
        "less than 3 % of the space is free",
    ),
    "KubePersistentVolumeFillingUp": (f"{VOLUME} < 0.03", "less than 3 % of the space is free"),
    "DiskSpaceLow": (f"{SPACE} * 100 < 5", "less than 5 % of the space is free"),
    "KubeAPIDown": ('absent(up{job="apiserver"} == 1)', "no instance of a cluster component"),
    "KubeletDown": ('absent(up{job="kubelet"} == 1)', "no instance of a cluster component"),
    "etcdMembersGone": ('absent(up{job="etcd"} == 1)', "no instance of a cluster component"),
    "AlertmanagerClusterDown": (
        'count(up{job="alertmanager"} == 0) / count(up{job="alertmanager"}) >= 0.5',
        "other alerts may not be delivered",
    ),
    "AlertmanagerFailedReload": (
        "alertmanager_config_last_reload_successful == 0",
        "other alerts may not be delivered",
    ),
    "PrometheusErrorSendingAlertsToAnyAlertmanager": (
        "min(rate(prometheus_notifications_errors_total[5m])) > 3",
        "other alerts may not be delivered",
    ),
}
"""By name: the expression, and a part of the reason."""

NOT_URGENT: Final = {
    "NodeFilesystemFillsInDays": "predict_linear(node_filesystem_avail_bytes[6h], 3 * 86400) < 0",
    "VolumeSpaceLow": f"{VOLUME} < 0.15",
    "PrometheusTargetMissing": "up == 0",
    "KubePodNotReady": "kube_pod_status_ready == 0",
    "HostHighCpuLoad": "node_load1 > 20",
}


@pytest.fixture(scope="module")
def alerts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What triage makes of all of them, by name."""
    folder = tmp_path_factory.mktemp("triage")
    expressions = {name: expr for name, (expr, _) in URGENT.items()} | NOT_URGENT
    rules = [
        {"alert": name, "expr": expr, "for": "5m", "labels": {"severity": "critical"}}
        for name, expr in expressions.items()
    ]
    document = {"groups": [{"name": "causes", "rules": rules}]}
    (folder / "rules.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return {each["name"]: each for each in triaged(folder, "rules.yml")["alerts"]}


@pytest.mark.parametrize("name", URGENT)
def test_an_urgent_cause_is_an_alert_with_its_reason(
    alerts: dict[str, dict[str, object]], name: str
) -> None:
    verdict = alerts[name]["verdict"]
    assert alerts[name]["tier"] == "alert"
    assert isinstance(verdict, dict)
    assert str(verdict["reason"]).startswith("urgent cause: ")
    assert URGENT[name][1] in verdict["reason"]


@pytest.mark.parametrize("name", NOT_URGENT)
def test_a_cause_that_can_wait_is_no_alert(alerts: dict[str, dict[str, object]], name: str) -> None:
    assert alerts[name]["tier"] != "alert"
    assert "urgent" not in str(alerts[name]["verdict"])
