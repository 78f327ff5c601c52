"""Of each guarded field a change that loosens something, and the rule that finds it."""

from reliability.model import (
    environments,
    error_budget,
    history,
    notification,
    ownership,
    rule_policy,
    slo_policy,
    targets,
    team,
)
from reliability.model.kind import Model

N, T, S = "policies/notification.yaml", "policies/teams/other.yaml", "policies/slo.yaml"
B, R, W = "policies/error-budget.yaml", "policies/rules.yaml", "policies/burn-rates.yaml"
H, Y, OWNER = "policies/history.yaml", "policies/targets.yaml", "services/attendance/ownership.yaml"
E = "policies/environments.yaml"
WAIVER = (
    "waivers: [{rule: slo-loosened, service: attendance, reason: later, "
    'approver: "@tech-lead", until: 2027-01-31}]'
)
CUSTOM = """  custom:
    - {id: own-rule, severity: error, subject: slo, holds: "true", message: m, help: h}
"""
MANAGED = """provider: alertmanager
      url: http://alertmanager.example.internal:9093
      file: /etc/alertmanager/alertmanager.yml
      authorization: env:TOKEN
      timeout: 30s
      onDrift: hold
      routes: managed
      secretFiles: local
"""
JUDGES, LOOSER = "approvers-changed", "policy-loosened"
PROMETHEUS, ALERTMANAGER, FOLDER = (
    targets.PrometheusTarget,
    targets.AlertmanagerTarget,
    targets.FilesTarget,
)
MIMIR, DATADOG = targets.MimirTarget, targets.DatadogTarget
PAGERDUTY, GRAFANA = targets.PagerDutyTarget, targets.GrafanaTarget
AT_GRAFANA = """provider: grafana
      url: https://grafana.example.com
      token: env:GRAFANA
      namespace: org-2
      folder: SLOs
      folderUid: shared
      folders: tool
"""
AT_PAGERDUTY = """provider: pagerduty
      url: https://api.pagerduty.com
      token: env:PAGERDUTY
      services: team
"""
AT_DATADOG = """provider: datadog
      url: https://api.datadoghq.com
      apiKey: env:API_KEY
      applicationKey: env:APPLICATION_KEY
"""
MIMIR, VMALERT, THANOS = targets.MimirTarget, targets.VmalertTarget, targets.ThanosRulerTarget
TENANT = targets.MimirAlertmanagerTarget
AT_TENANT = """provider: mimir-alertmanager
      url: http://tenant.example.internal
      authorization: env:TENANT
      tenant: shop-alerts
      secrets: {/run/key: env:KEY}
"""
CLUSTER, PORTAL = targets.KubernetesTarget, targets.BackstageTarget
AT_CLUSTER = """provider: kubernetes
      folder: manifests
      namespace: monitoring
      labels: {release: shop}
      annotations: {team: shop}
"""
AT_PORTAL = (
    "provider: backstage\n      folder: portal\n      namespace: shop\n      groups: written\n"
)
AMAZON, DEFINITION = targets.AmazonPrometheusTarget, targets.AmazonAlertmanagerTarget
AT_DEFINITION = """provider: amazon-alertmanager
      region: eu-west-3
      workspace: ws-three
      url: http://topics.example.internal
      profile: topics
      topics: {alert: "arn:aws:sns:eu-west-3:123456789012:alerts"}
      secrets: {/run/pager: "arn:aws:secretsmanager:eu-west-3:123456789012:secret:pager:key"}
"""
AT_AMAZON = """provider: amazon-prometheus
      region: eu-west-1
      workspace: ws-one
      url: http://aps.example.internal
      profile: shop
"""
HOLD, OVERWRITE = (f"onDrift: {word}\n      limits: {{deletes:" for word in ("hold", "overwrite"))
AT_MIMIR = "provider: mimir\n      dialect: mimir\n      tenant: shop\n"

EDITS: list[tuple[type[Model], str, str, str, str, str]] = [
    (team.TeamSpec, "members", T, '"@dev-other"]', '"@dev-other", "@me"]', JUDGES),
    (team.TeamSpec, "code_host", T, "@org/other", "@org/mine", JUDGES),
    (team.TeamSpec, "on_call", T, "S01", "S02", LOOSER),
    (team.Channels, "alert", T, '"#a"', '"#nowhere"', LOOSER),
    (team.Channels, "ticket", T, '"#t"', '"#nowhere"', LOOSER),
    (team.DatadogHandles, "alert", T, "@pagerduty-other", "@nobody", LOOSER),
    (team.DatadogHandles, "ticket", T, "@jira-OTHER", "@nobody", LOOSER),
    (notification.NotificationPolicySpec, "alert_labels", N, "plain", "prefixed", LOOSER),
    (
        notification.NotificationPolicySpec,
        "keep_sloth_labels",
        N,
        "keepSlothLabels: true",
        "keepSlothLabels: false",
        LOOSER,
    ),
    (notification.NotificationPolicySpec, "owner", N, "owner: workforce", "owner: other", JUDGES),
    (
        notification.NotificationPolicySpec,
        "approvals",
        N,
        "approvals: team",
        "approvals: solo",
        JUDGES,
    ),
    (
        notification.NotificationPolicySpec,
        "on_call_names",
        N,
        "language: en",
        "language: en\n  onCallNames: true",
        LOOSER,
    ),
    (notification.NotificationPolicySpec, "slack", N, "slack-url", "other-url", LOOSER),
    (notification.NotificationPolicySpec, "heartbeat", N, "heartbeat-url", "other-url", LOOSER),
    (
        notification.TierPolicy,
        "mention",
        N,
        "{ticket: true}",
        "{ticket: true, mention: true}",
        LOOSER,
    ),
    (notification.TierPolicy, "page", N, "page: true", "page: false", LOOSER),
    (notification.TierPolicy, "ticket", N, "{ticket: true}", "{}", LOOSER),
    (notification.TierPolicy, "requires", N, "[slo, runbook, on-call]", "[slo]", LOOSER),
    (notification.NotificationGrouping, "wait", N, "wait: 30s", "wait: 9m", LOOSER),
    (notification.NotificationGrouping, "interval", N, "interval: 5m", "interval: 9h", LOOSER),
    (notification.NotificationGrouping, "repeat", N, "repeat: 4h", "repeat: 9d", LOOSER),
    (notification.PageBudget, "per_week", N, "perWeek: 2", "perWeek: 50", LOOSER),
    (notification.PageBudget, "per_shift", N, "perShift: 2", "perShift: 50", LOOSER),
    (notification.Tickets, "close_after", N, "closeAfter: 24h", "closeAfter: 1h", LOOSER),
    (notification.Tickets, "max_open", N, "maxOpen: 20", "maxOpen: 1", LOOSER),
    (slo_policy.SloPolicySpec, "periods", S, "[30d]", "[30d, 7d]", LOOSER),
    (slo_policy.SloPolicySpec, "default_windows", S, "google-30d", "calm", LOOSER),
    (slo_policy.SloPolicySpec, "minimum_events", S, "1000", "1", LOOSER),
    (
        slo_policy.SloPolicySpec,
        "loosening_requires",
        S,
        "[product, technical]",
        "[technical]",
        JUDGES,
    ),
    (slo_policy.TargetBounds, "min", S, "min: 0.9,", "min: 0.5,", LOOSER),
    (slo_policy.TargetBounds, "max", S, "0.9995", "0.9999", LOOSER),
    (slo_policy.ReviewCadence, "provisional", S, "provisional: 30d", "provisional: 40d", LOOSER),
    (slo_policy.ReviewCadence, "established", S, "established: 80d", "established: 900d", LOOSER),
    (
        slo_policy.ReviewCadence,
        "max_provisional",
        S,
        "maxProvisional: 60d",
        "maxProvisional: 900d",
        LOOSER,
    ),
    (slo_policy.BurnRateWindowsSpec, "period", W, "period: 30d", "period: 28d", LOOSER),
    (
        slo_policy.BurnRateWindowsSpec,
        "fast",
        W,
        "    - {long: 1h, short: 5m, budget: 2%}\n",
        "",
        LOOSER,
    ),
    (
        slo_policy.BurnRateWindowsSpec,
        "slow",
        W,
        "    - {long: 1d, short: 2h, budget: 10%}\n",
        "",
        LOOSER,
    ),
    (slo_policy.BurnWindow, "long", W, "{long: 1h,", "{long: 2h,", LOOSER),
    (slo_policy.BurnWindow, "short", W, "short: 5m", "short: 20m", LOOSER),
    (slo_policy.BurnWindow, "budget", W, "budget: 2%", "budget: 4%", LOOSER),
    (
        error_budget.ErrorBudgetPolicySpec,
        "states",
        B,
        'then: [freeze, escalate], escalateTo: ["@boss"]',
        "then: []",
        LOOSER,
    ),
    (
        error_budget.ErrorBudgetPolicySpec,
        "scopes",
        B,
        "remaining: 0.1, then: [freeze]",
        "remaining: -1, then: [freeze]",
        LOOSER,
    ),
    (
        error_budget.ErrorBudgetPolicySpec,
        "exceptions",
        B,
        "exceptions: []",
        'exceptions: [{service: attendance, reason: r, approver: "@me", until: 2027-01-01}]',
        LOOSER,
    ),
    (
        error_budget.ErrorBudgetPolicySpec,
        "min_coverage",
        B,
        "exceptions: []",
        "exceptions: []\n  minCoverage: 40%",
        LOOSER,
    ),
    (
        rule_policy.RulePolicySpec,
        "rules",
        R,
        "alert-for-cause: {locked: true}",
        "alert-for-cause: {locked: true, severity: info}",
        LOOSER,
    ),
    (rule_policy.RuleSetting, "severity", R, "severity: error", 'severity: "off"', LOOSER),
    (rule_policy.RuleSetting, "locked", R, "{locked: true}", "{locked: false}", LOOSER),
    (rule_policy.RuleSetting, "options", R, "shorterThan: 5m", "shorterThan: 1m", LOOSER),
    (rule_policy.WaiversSpec, "waivers", "policies/waivers.yaml", "waivers: []", WAIVER, LOOSER),
    (history.HistorySourcesSpec, "source", H, "prometheus.example", "other.example", LOOSER),
    (history.HistorySourcesSpec, "step", H, "step: 1m", "step: 5m", LOOSER),
    (history.HistorySourcesSpec, "scrape_interval", H, "15s", "60s", LOOSER),
    (history.HistorySourcesSpec, "span", H, "span: 30d", "span: 1d", LOOSER),
    (history.HistorySourcesSpec, "store", H, ".reliability/history", "services/history", LOOSER),
    (history.HistorySourcesSpec, "keep", H, "keep: 90d", "keep: 30d", LOOSER),
    (
        environments.EnvironmentsSpec,
        "environments",
        E,
        "    - name: staging\n      selectorLabels: {env: staging}\n      highestTier: ticket\n"
        "      servers: [{name: staging, target: prometheus}]\n",
        "",
        LOOSER,
    ),
    (environments.Environment, "name", E, "- name: staging", "- name: stage", LOOSER),
    (environments.Environment, "selector_labels", E, "{env: prod", "{environment: prod", LOOSER),
    (environments.Environment, "external_labels", E, "{region: eu}", "{region: us}", LOOSER),
    (environments.Environment, "series", E, "series: unlabeled", "series: labeled", LOOSER),
    (
        environments.Environment,
        "highest_tier",
        E,
        "highestTier: ticket",
        "highestTier: alert",
        LOOSER,
    ),
    (
        environments.Environment,
        "approvals",
        E,
        "highestTier: ticket",
        "highestTier: ticket\n      approvals: none",
        LOOSER,
    ),
    (environments.Environment, "after", E, "      after: staging\n", "", LOOSER),
    (
        environments.Environment,
        "servers",
        E,
        "[{name: staging, target: prometheus}]",
        "[{name: staging, target: prometheus}, {name: two, target: files}]",
        LOOSER,
    ),
    (
        environments.Environment,
        "ruler",
        E,
        "      targets: [alertmanager]",
        "      targets: [alertmanager]\n      ruler: {target: files}",
        LOOSER,
    ),
    (environments.Environment, "targets", E, "targets: [alertmanager]", "targets: []", LOOSER),
    (environments.Environment, "history", E, "type: synthetic", "type: synthetic, seed: 4", LOOSER),
    (environments.Shard, "name", E, "name: eu", "name: us", LOOSER),
    (environments.Shard, "target", E, "target: prometheus\n", "target: files\n", LOOSER),
    (environments.Shard, "replicas", E, "replicas: [files]", "replicas: []", LOOSER),
    (environments.Shard, "replica_label", E, "replicaLabel: replica", "replicaLabel: r", LOOSER),
    (
        environments.Shard,
        "drops_replica_label",
        E,
        "          dropsReplicaLabel: true\n",
        "",
        LOOSER,
    ),
    (environments.Shard, "external_labels", E, "{cluster: eu}", "{cluster: us}", LOOSER),
    (targets.SyncTargetsSpec, "owner", Y, "0123456789abcdef", "fedcba9876543210", LOOSER),
    (
        targets.SyncTargetsSpec,
        "allowed_hosts",
        Y,
        "[prometheus.ex",
        "[mine.example.com, prometheus.ex",
        LOOSER,
    ),
    (targets.SyncTargetsSpec, "targets", Y, "name: files", "name: elsewhere", LOOSER),
    (
        FOLDER,
        "on_drift",
        Y,
        "onDrift: hold\n      limits: {deletes: 30%",
        "onDrift: overwrite\n      limits: {deletes: 30%",
        LOOSER,
    ),
    (
        FOLDER,
        "provider",
        Y,
        "provider: files\n      folder: build\n      writes: [prometheus, alertmanager]",
        "provider: prometheus\n      url: http://prometheus.example.internal:9090\n"
        "      folder: /build",
        LOOSER,
    ),
    (FOLDER, "writes", Y, "writes: [prometheus, alertmanager]", "writes: [prometheus]", LOOSER),
    (FOLDER, "folder", Y, "folder: build", "folder: services", LOOSER),
    (
        FOLDER,
        "owns_policy_tree",
        Y,
        "alertmanager]\n",
        "alertmanager, grafana-alerting]\n      ownsPolicyTree: true\n",
        LOOSER,
    ),
    (targets.ChangeLimits, "deletes", Y, "deletes: 30%", "deletes: 100%", LOOSER),
    (targets.ChangeLimits, "updates", Y, "updates: 50%", "updates: 100%", LOOSER),
    (targets.ChangeLimits, "from_count", Y, "fromCount: 10", "fromCount: 9999", LOOSER),
    (
        PROMETHEUS,
        "on_drift",
        Y,
        "onDrift: hold\n      limits: {deletes: 20%",
        "onDrift: overwrite\n      limits: {deletes: 20%",
        LOOSER,
    ),
    (PROMETHEUS, "url", Y, ":9090", ":9999", LOOSER),
    (
        PROMETHEUS,
        "authorization",
        Y,
        "ours\n      authorization: env:TOKEN",
        "ours\n      authorization: env:OTHER",
        LOOSER,
    ),
    (
        PROMETHEUS,
        "provider",
        Y,
        "provider: prometheus\n      url: http://prometheus.example.internal:9090\n"
        "      folder: /etc/prometheus/ours",
        "provider: alertmanager\n      url: http://prometheus.example.internal:9090\n"
        "      file: /etc/ours",
        LOOSER,
    ),
    (PROMETHEUS, "folder", Y, "/etc/prometheus/ours", "/etc/prometheus/all", LOOSER),
    (
        ALERTMANAGER,
        "on_drift",
        Y,
        "onDrift: hold\n      routes",
        "onDrift: overwrite\n      routes",
        LOOSER,
    ),
    (ALERTMANAGER, "url", Y, ":9093", ":9999", LOOSER),
    (
        ALERTMANAGER,
        "authorization",
        Y,
        "yml\n      authorization: env:TOKEN",
        "yml\n      authorization: env:OTHER",
        LOOSER,
    ),
    (ALERTMANAGER, "provider", Y, MANAGED, "provider: files\n", LOOSER),
    (ALERTMANAGER, "file", Y, "alertmanager/alertmanager.yml", "alertmanager/other.yml", LOOSER),
    (ALERTMANAGER, "routes", Y, "routes: managed", "routes: external", LOOSER),
    (ALERTMANAGER, "secret_files", Y, "secretFiles: local", "secretFiles: remote", LOOSER),
    (MIMIR, "on_drift", Y, f"{HOLD} 15%", f"{OVERWRITE} 15%", LOOSER),
    (MIMIR, "provider", Y, AT_MIMIR, "provider: prometheus\n      folder: /rules\n", LOOSER),
    (MIMIR, "url", Y, "http://mimir.ex", "https://mimir.ex", LOOSER),
    (MIMIR, "dialect", Y, "dialect: mimir", "dialect: cortex", LOOSER),
    (MIMIR, "tenant", Y, "tenant: shop", "tenant: other", LOOSER),
    (MIMIR, "authorization", Y, "env:MIMIR", "env:OTHER", LOOSER),
    (
        DATADOG,
        "on_drift",
        Y,
        "onDrift: hold\n      limits: {deletes: 12%",
        "onDrift: overwrite\n      limits: {deletes: 12%",
        LOOSER,
    ),
    (
        PAGERDUTY,
        "on_drift",
        Y,
        "onDrift: hold\n      limits: {deletes: 11%",
        "onDrift: overwrite\n      limits: {deletes: 11%",
        LOOSER,
    ),
    (PAGERDUTY, "provider", Y, AT_PAGERDUTY, "provider: files\n", LOOSER),
    (PAGERDUTY, "url", Y, "https://api.pagerduty.com", "https://api.eu.pagerduty.com", LOOSER),
    (PAGERDUTY, "token", Y, "env:PAGERDUTY", "env:OTHER", LOOSER),
    (PAGERDUTY, "services", Y, "services: team", "services: service", LOOSER),
    (GRAFANA, "on_drift", Y, f"{HOLD} 13%", f"{OVERWRITE} 13%", LOOSER),
    (GRAFANA, "provider", Y, AT_GRAFANA, "provider: files\n", LOOSER),
    (GRAFANA, "url", Y, "https://grafana.ex", "http://grafana.ex", LOOSER),
    (GRAFANA, "token", Y, "env:GRAFANA", "env:OTHER", LOOSER),
    (GRAFANA, "namespace", Y, "org-2", "default", LOOSER),
    (GRAFANA, "folder_uid", Y, "folderUid: shared", "folderUid: other", LOOSER),
    (
        GRAFANA,
        "folders",
        Y,
        "folderUid: shared\n      folders: tool",
        "folders: service",
        LOOSER,
    ),
    (DATADOG, "provider", Y, AT_DATADOG, "provider: files\n", LOOSER),
    (DATADOG, "url", Y, "https://api.datadoghq.com", "https://api.datadoghq.eu", LOOSER),
    (DATADOG, "api_key", Y, "env:API_KEY", "env:OTHER", LOOSER),
    (DATADOG, "application_key", Y, "env:APPLICATION_KEY", "env:OTHER", LOOSER),
    (DEFINITION, "on_drift", Y, f"{HOLD} 24%", f"{OVERWRITE} 24%", LOOSER),
    (DEFINITION, "provider", Y, AT_DEFINITION, "provider: files\n", LOOSER),
    (DEFINITION, "url", Y, "http://topics.ex", "https://topics.ex", LOOSER),
    (DEFINITION, "region", Y, "region: eu-west-3", "region: eu-west-2", LOOSER),
    (DEFINITION, "workspace", Y, "ws-three", "ws-four", LOOSER),
    (DEFINITION, "profile", Y, "profile: topics", "profile: other", LOOSER),
    (DEFINITION, "topics", Y, "012:alerts", "012:nobody", LOOSER),
    (DEFINITION, "secrets", Y, "secret:pager:key", "secret:pager:other", LOOSER),
    (AMAZON, "on_drift", Y, f"{HOLD} 18%", f"{OVERWRITE} 18%", LOOSER),
    (AMAZON, "provider", Y, AT_AMAZON, "provider: files\n", LOOSER),
    (AMAZON, "url", Y, "http://aps.ex", "https://aps.ex", LOOSER),
    (AMAZON, "region", Y, "eu-west-1", "eu-west-2", LOOSER),
    (AMAZON, "workspace", Y, "ws-one", "ws-two", LOOSER),
    (AMAZON, "profile", Y, "profile: shop", "profile: other", LOOSER),
    (TENANT, "on_drift", Y, f"{HOLD} 19%", f"{OVERWRITE} 19%", LOOSER),
    (TENANT, "provider", Y, AT_TENANT, "provider: files\n", LOOSER),
    (TENANT, "url", Y, "http://tenant.ex", "https://tenant.ex", LOOSER),
    (TENANT, "authorization", Y, "env:TENANT", "env:OTHER", LOOSER),
    (TENANT, "tenant", Y, "shop-alerts", "other-alerts", LOOSER),
    (TENANT, "secrets", Y, "{/run/key: env:KEY}", "{/run/key: env:OTHER}", LOOSER),
    (VMALERT, "on_drift", Y, f"{HOLD} 16%", f"{OVERWRITE} 16%", LOOSER),
    (VMALERT, "provider", Y, "provider: vmalert\n", "provider: prometheus\n", LOOSER),
    (VMALERT, "url", Y, "http://vmalert.ex", "https://vmalert.ex", LOOSER),
    (VMALERT, "folder", Y, "/etc/vmalert/ours", "/etc/vmalert/all", LOOSER),
    (VMALERT, "authorization", Y, "env:VMALERT", "env:OTHER", LOOSER),
    (THANOS, "on_drift", Y, f"{HOLD} 17%", f"{OVERWRITE} 17%", LOOSER),
    (THANOS, "provider", Y, "provider: thanos-ruler\n", "provider: prometheus\n", LOOSER),
    (THANOS, "url", Y, "http://thanos.ex", "https://thanos.ex", LOOSER),
    (THANOS, "folder", Y, "/etc/thanos/ours", "/etc/thanos/all", LOOSER),
    (THANOS, "authorization", Y, "env:THANOS", "env:OTHER", LOOSER),
    (CLUSTER, "on_drift", Y, f"{HOLD} 21%", f"{OVERWRITE} 21%", LOOSER),
    (CLUSTER, "provider", Y, AT_CLUSTER, "provider: files\n      folder: manifests\n", LOOSER),
    (CLUSTER, "folder", Y, "folder: manifests", "folder: elsewhere", LOOSER),
    (CLUSTER, "namespace", Y, "namespace: monitoring", "namespace: elsewhere", LOOSER),
    (CLUSTER, "labels", Y, "{release: shop}", "{release: other}", LOOSER),
    (CLUSTER, "annotations", Y, "{team: shop}", "{team: other}", LOOSER),
    (CLUSTER, "writes", Y, "[prometheus-operator]", "[alertmanager]", LOOSER),
    (PORTAL, "on_drift", Y, f"{HOLD} 22%", f"{OVERWRITE} 22%", LOOSER),
    (PORTAL, "provider", Y, AT_PORTAL, "provider: files\n      folder: portal\n", LOOSER),
    (PORTAL, "folder", Y, "folder: portal", "folder: elsewhere", LOOSER),
    (PORTAL, "namespace", Y, "namespace: shop", "namespace: other", LOOSER),
    (PORTAL, "groups", Y, "groups: written", "groups: github", LOOSER),
    (targets.CodeOwnersTarget, "on_drift", Y, f"{HOLD} 23%", f"{OVERWRITE} 23%", LOOSER),
    (
        targets.CodeOwnersTarget,
        "provider",
        Y,
        "provider: codeowners\n      path: CODEOWNERS\n",
        "provider: files\n      folder: owners\n",
        LOOSER,
    ),
    (targets.CodeOwnersTarget, "path", Y, "path: CODEOWNERS", "path: docs/CODEOWNERS", LOOSER),
    (ownership.OwnershipSpec, "team", OWNER, 'team: "workforce"', "team: other", JUDGES),
    (
        ownership.OwnershipSpec,
        "service",
        OWNER,
        "  criticality",
        "  service: monitoring\n  criticality",
        JUDGES,
    ),
    (ownership.OwnershipSpec, "criticality", OWNER, "critical\n", "standard\n", LOOSER),
    (ownership.OwnershipSpec, "lifecycle", OWNER, "production", "deprecated", LOOSER),
    (ownership.Approvers, "product", OWNER, "@product-owner", "@me", JUDGES),
    (ownership.Approvers, "technical", OWNER, "@tech-lead", "@me", JUDGES),
]
"""Of each guarded field a change that loosens something, and the rule that finds it."""
