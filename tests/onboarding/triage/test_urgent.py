"""Causes that cannot wait for days are proposed as alerts, with the reason; others are tickets."""

from typing import Final

import pytest
import yaml

from reliability.onboarding.triage.urgent import DELIVERY, why_urgent
from tests.onboarding.triage.test_command import triaged

BLIND: Final = "no data arrives, so no symptom can be seen"
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


@pytest.mark.parametrize(
    ("name", "expr", "body", "why"),
    [
        ("Fills", "predict_linear(a[6h], 24 * 3600) < 0", "", "it runs out within 1d"),
        ("Fills", "predict_linear(a[6h], 24 * 3600 + 1) < 0", "", None),
        ("Fills", "predict_linear(a[6h], 60) < 0", "", "it runs out within 1m"),
        ("Fills", "predict_linear(a[6h], 59) < 0", "", None),
        ("Fills", "predict_linear(a[6h], b) < 0", "", None),
        (
            "Fills",
            "deriv(a[6h]) < 0 and predict_linear(a[6h], 3600) < 0",
            "",
            "it runs out within 1h",
        ),
        ("DiskFull", "free / size <= 0.05", "", "less than 5 % of the space is free"),
        ("DiskFull", "free / size < 0.0501", "", None),
        ("DiskFull", "avail / size * 100 < 2.5", "", "less than 2.5 % of the space is free"),
        ("DiskFull", "100 * avail / size < 5.01", "", None),
        ("DiskFull", "avail / size < 0", "", None),
        ("DiskFull", "avail < 0.01", "", None),
        ("DiskFull", "avail / size > 0.01", "", None),
        ("DiskFull", "0.01 > avail / size", "", None),
        ("DiskFull", "used / size < 0.01", "", None),
        ("DiskFull", "avail / size < b", "", None),
        ("DiskFull", "avail / size + 0.01", "", None),
        ("HostFull", "avail / size < 0.01", "", None),
        ("KubeletDown", "up == 0", "", "no instance of a cluster component is up"),
        ("KubeletDown", "", "", "no instance of a cluster component is up"),
        ("KubeletDown", "(((", "", "no instance of a cluster component is up"),
        ("KubeletDownOften", "up == 0", "", None),
        ("MyKubeletDown", "up == 0", "", None),
        (
            "AlertmanagerDown",
            "(((",
            "it is full within 2 hours",
            DELIVERY,
        ),
        ("AlertmanagerBusy", "a > 1", "", None),
        (
            "PrometheusMissing",
            "a > 1",
            "",
            DELIVERY,
        ),
        ("PrometheusAgentMissing", "a > 1", "", None),
        ("MyPrometheusMissing", "a > 1", "", None),
        ("Disk fills in 3 hours", "", "", "it says fills in 3 hours"),
        ("Disk", "", "It runs\tout of space within the next\nhour", None),
        (
            "Disk",
            "",
            "runs out of space  within the next 90 min",
            "it says runs out of space within the next 90 min",
        ),
        ("Certificate", "", "expires in 30 days", None),
        ("Certificate", "", "expires in an hour", "it says expires in an hour"),
        ("Disk", "a > 1", "full in 1 h", None),
        ("Dead man's switch", "", "Prometheus of eu-1 stopped sending alerts", DELIVERY),
        ("Prometheus target node of web-1 is missing", "", "", None),
        ("Certificate", "", "The certificate expired.", "it says certificate expired"),
        ("Disk", "", "full in 24 hours", "it says full in 24 hours"),
        ("Disk", "", "full in 25 hours", None),
        ("ディスクはあと24時間で満杯", "", "", "it says ディスクはあと24時間で満杯"),
        ("ディスクはあと25時間で満杯", "", "", None),
        ("No data from any host", "", "", BLIND),
        ("No data from host a", "", "", None),
        ("全ホストからメトリクスが届いていません", "", "", BLIND),
        ("全サーバーの監視に異常なし", "", "", None),
        ("Primary of db is unreachable", "", "", "it says Primary of db is unreachable"),
        ("Standby cannot reach the primary: primary unreachable", "", "", None),
        ("Primary of db is unreachable", "", "(staging)", None),
    ],
)
def test_limits_of_what_cannot_wait(name: str, expr: str, body: str, why: str | None) -> None:
    assert why_urgent(name, expr, body) == why
