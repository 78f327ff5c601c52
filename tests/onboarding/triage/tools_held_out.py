"""Noises of many tools with answers that were fixed before the first run; nothing is tuned to them.

Change neither texts nor tiers when triage changes: write new ones in `tools_tuning.py` instead.
"""

from typing import Final

from tests.onboarding.triage.tools import (
    ToolNoise,
    alertmanager,
    chatbot,
    datadog,
    fields,
    filled,
    grafana,
    new_relic,
    opsgenie,
    pagerduty,
    plain,
    section,
    sentry,
    worded,
)

OPEN: Final = ("on", "off")
ALL: Final = ("on", "again", "off")

ALERTS: Final = (
    ToolNoise(
        name="chatbot-5xx",
        tier="alert",
        times=6,
        answered=0.9,
        form=chatbot("storefront-alb-5xx", "HTTPCode_Target_5XX_Count"),
        states=OPEN,
    ),
    ToolNoise(
        name="grafana-search-empty",
        tier="alert",
        times=5,
        answered=0.8,
        form=grafana("search-slo-2", "Visitors get no search results for {n} minutes"),
        states=OPEN,
    ),
    ToolNoise(
        name="grafana-ja-login",
        tier="alert",
        times=5,
        answered=0.9,
        form=grafana("auth-3", "会員がログインできない状態が{n}分続いています"),
        states=OPEN,
    ),
    ToolNoise(
        name="newrelic-slow",
        tier="alert",
        times=5,
        answered=0.8,
        form=new_relic("Booking page: response time above {n} ms", "Golden signals"),
        states=ALL,
    ),
    ToolNoise(
        name="uptimerobot",
        tier="alert",
        times=6,
        answered=0.9,
        form=worded(
            "Monitor is DOWN: Storefront ( <https://shop.example.com> ). Reason: HTTP 502",
            "Monitor is UP: Storefront ( <https://shop.example.com> ). It was down for {n} s",
        ),
        states=OPEN,
    ),
    ToolNoise(
        name="pingdom",
        tier="alert",
        times=4,
        answered=0.9,
        form=worded(
            "*booking.example.com* (Booking) is *DOWN* since 12:{n}",
            "*booking.example.com* (Booking) is *UP* again after {n} minutes",
        ),
        states=OPEN,
    ),
    ToolNoise(
        name="dynatrace",
        tier="alert",
        times=4,
        answered=0.8,
        form=worded(
            "OPEN Problem P-{n}: Failure rate increase on web request service BookingController",
            "RESOLVED Problem P-{n}: Failure rate increase on web request service "
            "BookingController",
        ),
        states=OPEN,
    ),
    ToolNoise(
        name="datadog-synthetic",
        tier="alert",
        times=4,
        answered=0.8,
        form=datadog(
            "[Synthetics] Sign-up journey",
            "The browser test cannot finish: new users are stuck at step {n}",
            "location:aws:eu-west-1",
        ),
        states=OPEN,
    ),
    ToolNoise(
        name="pagerduty-payments",
        tier="alert",
        times=5,
        answered=1.0,
        form=pagerduty("Card payments declined above {n} %", "payments"),
        states=ALL,
    ),
    ToolNoise(
        name="opsgenie-burn",
        tier="alert",
        times=3,
        answered=0.9,
        form=opsgenie("Booking availability SLO: fast burn ({n}x)", "P1"),
        states=ALL,
    ),
    ToolNoise(
        name="support-ja",
        tier="alert",
        times=4,
        answered=1.0,
        form=plain("【問い合わせ急増】決済エラーでお客様が購入できないとの報告が{n}件"),
    ),
    ToolNoise(
        name="ja-slow",
        tier="alert",
        times=4,
        answered=0.8,
        form=worded(
            "[障害発生] 予約画面の応答時間が{n}秒を超えています",
            "[復旧] 予約画面の応答時間が{n}秒を超えています",
        ),
        states=OPEN,
    ),
    ToolNoise(
        name="mackerel-external",
        tier="alert",
        times=4,
        answered=0.9,
        form=worded(
            "[Mackerel] CRITICAL: 外形監視 shop-top (HTTP 503)",
            "[Mackerel] OK: 外形監視 shop-top (HTTP 200)",
        ),
        states=OPEN,
    ),
    ToolNoise(
        name="am-checkout",
        tier="alert",
        times=4,
        answered=0.9,
        form=alertmanager(
            "ReservationRequestsFailing", "booking prod critical", "{n} % of requests fail"
        ),
        states=OPEN,
    ),
    ToolNoise(
        name="blocks-fields",
        tier="alert",
        times=4,
        answered=0.9,
        form=lambda d, _s: {
            "text": "",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "Incident declared"}},
                fields(Impact=filled(d, "Guests are unable to open {n} tickets"), Severity="SEV1"),
            ],
        },
    ),
    ToolNoise(
        name="statuspage",
        tier="alert",
        times=3,
        answered=0.9,
        form=worded(
            "Investigating - Major outage of the mobile app",
            "Resolved - Major outage of the mobile app",
            "Monitoring - Major outage of the mobile app",
        ),
        states=ALL,
    ),
)
TICKETS: Final = (
    ToolNoise(
        name="chatbot-dlq",
        tier="ticket",
        times=8,
        answered=0.3,
        form=chatbot("invoice-dlq-depth", "ApproximateNumberOfMessagesVisible"),
        states=OPEN,
    ),
    ToolNoise(
        name="chatbot-cpu",
        tier="ticket",
        times=9,
        answered=0.2,
        form=chatbot("reporting-ec2-cpu", "CPUUtilization"),
        states=OPEN,
    ),
    ToolNoise(
        name="pagerduty-replication",
        tier="ticket",
        times=6,
        answered=0.5,
        form=pagerduty("Replica {host} lags behind by {n} s", "postgres"),
        states=ALL,
    ),
    ToolNoise(
        name="newrelic-memory",
        tier="ticket",
        times=8,
        answered=0.2,
        form=new_relic("{host}: memory used above {n} %", "Hosts"),
        states=ALL,
    ),
    ToolNoise(
        name="sentry-integrity",
        tier="ticket",
        times=7,
        answered=0.3,
        form=sentry("IntegrityError: duplicate key in table vouchers", "vouchers.tasks.issue"),
    ),
    ToolNoise(
        name="sentry-type",
        tier="ticket",
        times=7,
        answered=0.3,
        form=sentry("TypeError: seat map is undefined", "app/seats.tsx"),
    ),
    ToolNoise(
        name="backup",
        tier="ticket",
        times=6,
        answered=0.5,
        form=plain("restic on {host}: snapshot FAILED, process finished with exit code 137"),
    ),
    ToolNoise(
        name="zabbix-disk",
        tier="ticket",
        times=9,
        answered=0.3,
        form=worded(
            "Problem: Free disk space is less than 20% on volume /var ({host})",
            "Resolved in {n}m: Free disk space is less than 20% on volume /var ({host})",
        ),
        states=OPEN,
    ),
    ToolNoise(
        name="nagios-swap",
        tier="ticket",
        times=8,
        answered=0.2,
        form=worded(
            "** PROBLEM Service Alert: {host}/Swap is WARNING **",
            "** RECOVERY Service Alert: {host}/Swap is OK **",
        ),
        states=OPEN,
    ),
    ToolNoise(
        name="argo",
        tier="ticket",
        times=6,
        answered=0.4,
        form=plain("Application tickets-api is degraded in cluster eu-{n}: 1 pod is pending"),
    ),
    ToolNoise(
        name="airflow-ja",
        tier="ticket",
        times=6,
        answered=0.4,
        form=plain("【バッチ異常】日次売上集計ジョブが失敗しました (終了コード {n})"),
    ),
    ToolNoise(
        name="cert-ja",
        tier="ticket",
        times=4,
        answered=0.6,
        form=plain("SSL証明書の有効期限が残り{n}日です: shop.example.com"),
    ),
    ToolNoise(
        name="disk-ja",
        tier="ticket",
        times=8,
        answered=0.2,
        form=worded(
            "[警告] {host} のディスク使用率が{n}%です", "[復旧] {host} のディスク使用率が{n}%です"
        ),
        states=OPEN,
    ),
    ToolNoise(
        name="guardduty",
        tier="ticket",
        times=4,
        answered=0.5,
        form=plain("GuardDuty finding: UnauthorizedAccess:EC2/SSHBruteForce from {ip}"),
    ),
    ToolNoise(
        name="opsgenie-queue",
        tier="ticket",
        times=7,
        answered=0.3,
        form=opsgenie("RabbitMQ queue thumbnails holds {n} messages", "P3"),
        states=ALL,
    ),
    ToolNoise(
        name="budget",
        tier="ticket",
        times=4,
        answered=0.5,
        form=plain("AWS Budgets: monthly cost forecast is {n} % of the budget"),
    ),
    ToolNoise(
        name="jenkins",
        tier="ticket",
        times=9,
        answered=0.4,
        form=plain(
            "mobile-release - #{n} Failure after {n} min "
            "(<https://ci.example.com/job/mobile-release/{n}/|Open>)"
        ),
    ),
    ToolNoise(
        name="am-consumer",
        tier="ticket",
        times=8,
        answered=0.2,
        form=alertmanager(
            "ConsumerGroupLagging", "events prod warning", "{n} messages behind in {host}"
        ),
        states=OPEN,
    ),
    ToolNoise(
        name="grafana-conntrack",
        tier="ticket",
        times=7,
        answered=0.2,
        form=grafana("node-12", "Conntrack table of {host} is {n} % full", "infra"),
        states=OPEN,
    ),
)
LOGS: Final = (
    ToolNoise(
        name="pr-opened",
        tier="log",
        times=40,
        answered=0.0,
        form=plain("<https://github.com/acme/seats/pull/{n}|Pull request opened by ren>: #{n}"),
    ),
    ToolNoise(
        name="issue-opened",
        tier="log",
        times=40,
        answered=0.0,
        form=plain("<https://github.com/acme/seats/issues/{n}|Issue opened by ren>: #{n}"),
    ),
    ToolNoise(
        name="deployed",
        tier="log",
        times=30,
        answered=0.01,
        form=plain("seats {hash} deployed to production in {n} s by ren"),
    ),
    ToolNoise(
        name="report-ja",
        tier="log",
        times=30,
        answered=0.0,
        form=plain("日次レポートの作成が完了しました ({n}件)"),
    ),
    ToolNoise(
        name="rows",
        tier="log",
        times=30,
        answered=0.0,
        form=plain("Warehouse load done: {n} rows in {n} s"),
    ),
    ToolNoise(
        name="files",
        tier="log",
        times=35,
        answered=0.0,
        form=plain("Cleanup of {host}: 404 files removed, 503 kept"),
    ),
    ToolNoise(
        name="bot-retry",
        tier="log",
        times=60,
        answered=0.0,
        form=plain("retrying request {hash} to partner API ({n}/5): read timed out"),
    ),
    ToolNoise(
        name="autoscaler",
        tier="log",
        times=40,
        answered=0.0,
        form=lambda d, _s: {
            "text": "",
            "blocks": [section(filled(d, "ASG seats-workers: launching instance {host}"))],
        },
    ),
    ToolNoise(
        name="deploy-ja",
        tier="log",
        times=30,
        answered=0.0,
        form=plain("【デプロイ】予約APIのリリースが正常に終了しました {hash}"),
    ),
    ToolNoise(
        name="standup",
        tier="log",
        times=25,
        answered=0.01,
        form=plain("Reminder: {n} open pull requests wait for a review"),
    ),
    ToolNoise(
        name="sentry-digest",
        tier="log",
        times=20,
        answered=0.0,
        form=plain("Weekly digest for acme: {n} events in {n} issues"),
    ),
)
HELD_OUT: Final = (*ALERTS, *TICKETS, *LOGS)
