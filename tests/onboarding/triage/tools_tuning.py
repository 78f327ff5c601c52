"""Noises of many tools that words and forms may be made for; figures on them say little."""

from typing import Final

from tests.onboarding.triage.tools import (
    ToolNoise,
    alertmanager,
    chatbot,
    datadog,
    grafana,
    new_relic,
    opsgenie,
    pagerduty,
    plain,
    sentry,
    worded,
)

OPEN: Final = ("on", "off")
ALL: Final = ("on", "again", "off")


def alert(name: str, tier: str, form: object, states: tuple[str, ...] = ("on",)) -> ToolNoise:
    """A noise of 12 incidents in a month; somebody answers what is not for the log."""
    answered = {"alert": 0.9, "ticket": 0.3, "log": 0.0}[tier]
    return ToolNoise(
        name=name,
        tier=tier,
        times=12,
        answered=answered,
        form=form,  # type: ignore[arg-type]
        states=states,
    )


TUNING: Final = (
    alert("chatbot-5xx", "alert", chatbot("prod-alb-HTTPCode_Target_5XX", "5XX"), OPEN),
    alert("chatbot-dlq", "ticket", chatbot("prod-orders-dlq-visible", "Messages"), OPEN),
    alert("chatbot-cpu", "ticket", chatbot("batch-host-cpu", "CPUUtilization"), OPEN),
    alert("newrelic-pay", "alert", new_relic("shop: customers cannot pay, {n} %", "Golden"), ALL),
    alert("newrelic-memory", "ticket", new_relic("{host}: memory used above {n} %", "Host"), ALL),
    alert("newrelic-slow", "alert", new_relic("shop: response time above {n} s", "Golden"), ALL),
    alert("sentry-invoice", "ticket", sentry("IntegrityError: duplicate invoice number", "a.b")),
    alert("sentry-cart", "ticket", sentry("TypeError: cart is undefined", "a.c")),
    alert("pagerduty", "ticket", pagerduty("Replication lag above {n} s", "db"), ALL),
    alert("grafana-sign-up", "alert", grafana("auth-7", "Users cannot sign up"), OPEN),
    alert("grafana-disk", "ticket", grafana("node-7", "Disk of {host} at {n} %"), OPEN),
    alert("opsgenie-login", "alert", opsgenie("Login fails for {n} % of members", "P1"), ALL),
    alert("opsgenie-heap", "ticket", opsgenie("Heap of {host} at {n} %", "P3"), ALL),
    alert("datadog-cpu", "ticket", datadog("CPU is high", "Look at the dashboard"), ALL),
    alert("login-ja", "alert", plain("ログインできないユーザーが増えています ({n}人)")),
    alert(
        "pay-ja",
        "alert",
        worded("【障害】決済が失敗しています", "【復旧】決済が失敗しています"),
        OPEN,
    ),
    alert("cpu-ja", "ticket", worded("【警告】{host} CPU {n}%", "【復旧】{host} CPU {n}%"), OPEN),
    alert("batch-ja", "ticket", plain("夜間バッチが失敗しました: 終了コード {n}")),
    alert("done-ja", "log", plain("バックアップが正常に完了しました ({n} GB)")),
    alert("backup", "ticket", plain("Backup FAILED for db-{n}: exit code {n}")),
    alert("report", "log", plain("Nightly report built, {n} rows")),
    alert("temp", "log", plain("Temp folder of build-{n} holds {n} files")),
    alert("am-5xx", "alert", alertmanager("ShopHttp5xxRatio", "shop prod page", "{n} %"), OPEN),
    alert("am-pod", "ticket", alertmanager("PodRestarts", "shop prod warning", "{host}"), OPEN),
    alert(
        "uptimerobot",
        "alert",
        worded(
            "Monitor is DOWN: Shop ( <https://shop.example.com> ). Reason: timeout",
            "Monitor is UP: Shop ( <https://shop.example.com> ). It was down for {n} s",
        ),
        OPEN,
    ),
    alert(
        "healthchecks",
        "ticket",
        worded('"nightly backup" is DOWN', '"nightly backup" is UP'),
        OPEN,
    ),
    alert(
        "checkly",
        "alert",
        worded("*Checkout E2E* is failing", "*Checkout E2E* has recovered"),
        OPEN,
    ),
    alert(
        "azure-availability",
        "alert",
        worded(
            "Fired:Sev1 Azure Monitor Alert web-availability on shop",
            "Resolved:Sev1 Azure Monitor Alert web-availability on shop",
        ),
        OPEN,
    ),
    alert(
        "cloud-monitoring",
        "alert",
        worded(
            "*Alert firing*\n<https://console.example.com/{n}|Uptime check api.example.com>",
            "*Resolved*\n<https://console.example.com/{n}|Uptime check api.example.com>",
        ),
        OPEN,
    ),
    alert("rum-blank", "alert", plain("[RUM] Blank screen shown to {n} % of sessions")),
    alert("zendesk", "alert", plain("{n} new tickets in 10 minutes say that they cannot log in")),
    alert("ja-app", "alert", plain("【緊急】アプリが起動しないとの報告（{n}件）")),
    alert("ja-inquiries", "alert", plain("配送に関するお問い合わせが急増しています（{n}件/10分）")),
    alert("ja-mail", "alert", plain("確認メールの画面が進まない事象が発生中（{n}件）")),
    alert(
        "kibana",
        "ticket",
        worded("Elastic rule *ILM stuck* is active", "Elastic rule *ILM stuck* recovered"),
        OPEN,
    ),
    alert(
        "icinga",
        "ticket",
        worded(
            "PROBLEM: {host} NTP is CRITICAL - offset {n} s",
            "RECOVERY: {host} NTP is OK - offset {n} s",
        ),
        OPEN,
    ),
    alert("nobody-affected", "ticket", plain("Replica {host} lost. No customers are affected.")),
    alert(
        "ja-nobody-affected", "ticket", plain("{host} を切り離しました。ユーザーに影響はありません")
    ),
    alert("registry", "ticket", plain("Runner cannot log in to the registry, attempt {n}")),
)
