"""More noises with known tiers, written after the words were settled: nothing was tuned to them."""

from typing import Final

from tests.onboarding.triage.slack_export import Known, address, commit, fired, host, number

UNSEEN: Final = (
    Known(
        "search-down",
        "alert",
        0.3,
        0.9,
        lambda d: f"[Alerting] Search: users are unable to search ({number(d)} affected)",
        True,
    ),
    Known(
        "p99",
        "alert",
        0.3,
        0.8,
        lambda d: f"p99 of /api/checkout is {number(d, 9)}.{number(d, 9)}s, objective 800ms",
        True,
    ),
    Known(
        "grpc",
        "alert",
        0.3,
        0.8,
        fired("GrpcRequestFailures", "orders prod critical"),
        True,
        30,
        True,
    ),
    Known(
        "burn",
        "alert",
        0.2,
        0.9,
        fired("CheckoutErrorBudgetBurn", "checkout prod page"),
        True,
        60,
        True,
    ),
    Known(
        "canary",
        "alert",
        0.2,
        0.7,
        lambda d: f"[Triggered] Synthetic test: sign-up fails from {d.choice(('Tokyo', 'Paris'))}",
        True,
    ),
    Known(
        "no-orders",
        "alert",
        0.1,
        0.9,
        lambda d: f"No orders in the last {number(d, 30)} minutes",
        True,
    ),
    Known(
        "lag", "ticket", 1.5, 0.2, fired("KafkaConsumerLag", "events prod warning"), False, 50, True
    ),
    Known(
        "memory",
        "ticket",
        1.2,
        0.1,
        lambda d: f"Memory of {host(d)} at {number(d, 99)}.{number(d, 9)} % for 15m",
    ),
    Known(
        "node", "ticket", 0.6, 0.3, fired("KubeNodeNotReady", "node prod warning"), False, 40, True
    ),
    Known(
        "cert",
        "ticket",
        0.2,
        0.7,
        lambda d: f"TLS certificate of shop.example.com expires in {number(d, 20)} days",
    ),
    Known(
        "etl",
        "ticket",
        0.4,
        0.4,
        lambda d: f"Airflow: DAG daily_revenue failed (run 2026-10-{d.randint(10, 28)}T03:00:00Z)",
    ),
    Known("rds", "ticket", 0.3, 0.3, lambda d: f"RDS prod-main: free storage {number(d, 90)} GB"),
    Known(
        "quota",
        "ticket",
        0.2,
        0.3,
        lambda d: f"CRITICAL API quota of maps used to {number(d, 99)} %",
    ),
    Known(
        "nil",
        "log",
        8.0,
        0.0,
        lambda d: (
            f"NoMethodError: undefined method `name' for nil (app/models/item.rb:{number(d, 900)})"
        ),
        True,
    ),
    Known(
        "refused",
        "log",
        6.0,
        0.0,
        lambda d: (
            f"ECONNREFUSED {address(d)}:{d.choice((5432, 6379))}, retrying ({number(d, 5)}/5)"
        ),
    ),
    Known(
        "scale",
        "log",
        5.0,
        0.0,
        lambda d: f"Autoscaler: shop {number(d, 20)} -> {number(d, 20)} replicas",
    ),
    Known(
        "merge", "log", 3.0, 0.01, lambda d: f"Merged #{number(d)} into main by bot ({commit(d)})"
    ),
    Known(
        "timeout",
        "log",
        4.0,
        0.0,
        lambda d: (
            f"WARNING upstream timeout after {number(d, 60)}s on {host(d)} (request {commit(d)})"
        ),
    ),
    Known(
        "spam", "log", 3.0, 0.0, lambda d: f"Sign-up rejected: disposable mail from {address(d)}"
    ),
    Known("heartbeat", "log", 2.0, 0.0, lambda d: f"Heartbeat from {host(d)} ok"),
)
