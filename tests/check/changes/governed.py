"""A repository that writes every field that decides about others."""

BASE = """\
# policies/notification.yaml
kind: NotificationPolicy
spec:
  alertLabels: plain
  owner: workforce
  approvals: team
  language: en
  runbookBase: https://git.example.com/reliability/blob/main
  pageBudget: {perWeek: 2, perShift: 2}
  tickets: {closeAfter: 24h, maxOpen: 20}
  tiers:
    alert:
      mention: true
      page: true
      requires: [slo, runbook, on-call]
      grouping: {wait: 30s, interval: 5m, repeat: 4h}
    ticket: {ticket: true}
    log: {}
  keepSlothLabels: true
# policies/teams/other.yaml
apiVersion: reliability/v1
kind: Team
metadata: {name: other}
spec:
  displayName: Other
  members: ["@lead-other", "@dev-other"]
  codeHost: "@org/other"
  timeZone: UTC
  onCall: {mention: "<!subteam^S01>"}
  channels: {alert: {slack: "#a"}, ticket: {slack: "#t"}}
  datadog: {alert: ["@pagerduty-other"], ticket: ["@jira-OTHER"]}
# policies/slo.yaml
apiVersion: reliability/v1
kind: SloPolicy
metadata: {name: slo}
spec:
  periods: [30d]
  defaultWindows: google-30d
  targets: {min: 0.9, max: 0.9995}
  review: {provisional: 30d, established: 80d, maxProvisional: 60d}
  minimumEvents: 1000
  looseningRequires: [product, technical]
# policies/error-budget.yaml
apiVersion: reliability/v1
kind: ErrorBudgetPolicy
metadata: {name: error-budget}
spec:
  states:
    - {name: low, remaining: 0.25, then: [reliability-work]}
    - {name: spent, remaining: 0, then: [freeze, escalate], escalateTo: ["@boss"]}
  scopes:
    - criticality: critical
      states: [{name: spent, remaining: 0.1, then: [freeze]}]
  exceptions: []
# policies/rules.yaml
apiVersion: reliability/v1
kind: RulePolicy
metadata: {name: rules}
spec:
  rules:
    alert-for-cause: {locked: true}
    alert-flapping: {severity: error, options: {shorterThan: 5m}}
# policies/waivers.yaml
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers: []
# policies/baseline.yaml
apiVersion: reliability/v1
kind: Baseline
metadata: {name: baseline}
spec: {findings: []}
# policies/history.yaml
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: prometheus, url: "http://prometheus.example.internal:9090"}
  step: 1m
  scrapeInterval: 15s
  span: 30d
  store: .reliability/history
  keep: 90d
  keepLabels: [region]
# policies/targets.yaml
apiVersion: reliability/v1
kind: SyncTargets
metadata: {name: targets}
spec:
  owner: {id: 0123456789abcdef}
  allowedHosts: [prometheus.example.internal, alertmanager.example.internal]
  targets:
    - name: files
      provider: files
      folder: build
      writes: [prometheus, alertmanager]
      onDrift: hold
      limits: {deletes: 30%, updates: 50%, fromCount: 10}
    - name: prometheus
      provider: prometheus
      url: http://prometheus.example.internal:9090
      folder: /etc/prometheus/ours
      authorization: env:TOKEN
      timeout: 30s
      onDrift: hold
      limits: {deletes: 20%}
    - name: alertmanager
      provider: alertmanager
      url: http://alertmanager.example.internal:9093
      file: /etc/alertmanager/alertmanager.yml
      authorization: env:TOKEN
      timeout: 30s
      onDrift: hold
      routes: managed
      secretFiles: local
      limits: {deletes: 25%}
    - name: amazon
      provider: amazon-prometheus
      region: eu-west-1
      workspace: ws-one
      url: http://aps.example.internal
      profile: shop
      onDrift: hold
      limits: {deletes: 18%}
    - name: tenant
      provider: mimir-alertmanager
      url: http://tenant.example.internal
      authorization: env:TENANT
      tenant: shop-alerts
      secrets: {/run/key: env:KEY}
      onDrift: hold
      limits: {deletes: 19%}
    - name: vmalert
      provider: vmalert
      folder: /etc/vmalert/ours
      url: http://vmalert.example.internal
      authorization: env:VMALERT
      onDrift: hold
      limits: {deletes: 16%}
    - name: thanos
      provider: thanos-ruler
      folder: /etc/thanos/ours
      url: http://thanos.example.internal
      authorization: env:THANOS
      onDrift: hold
      limits: {deletes: 17%}
    - name: mimir
      provider: mimir
      dialect: mimir
      tenant: shop
      url: http://mimir.example.internal
      authorization: env:MIMIR
      onDrift: hold
      limits: {deletes: 15%}
    - name: datadog
      provider: datadog
      url: https://api.datadoghq.com
      apiKey: env:API_KEY
      applicationKey: env:APPLICATION_KEY
      onDrift: hold
      limits: {deletes: 12%}
    - name: pagerduty
      provider: pagerduty
      url: https://api.pagerduty.com
      token: env:PAGERDUTY
      services: team
      onDrift: hold
      limits: {deletes: 11%}
    - name: cluster
      provider: kubernetes
      folder: manifests
      namespace: monitoring
      labels: {release: shop}
      annotations: {team: shop}
      writes: [prometheus-operator]
      onDrift: hold
      limits: {deletes: 21%}
    - name: portal
      provider: backstage
      folder: portal
      namespace: shop
      groups: written
      onDrift: hold
      limits: {deletes: 22%}
    - name: owners
      provider: codeowners
      path: CODEOWNERS
      onDrift: hold
      limits: {deletes: 23%}
    - name: grafana
      provider: grafana
      url: https://grafana.example.com
      token: env:GRAFANA
      namespace: org-2
      folder: SLOs
      folderUid: shared
      folders: tool
      onDrift: hold
      limits: {deletes: 13%}
    - name: topics
      provider: amazon-alertmanager
      region: eu-west-3
      workspace: ws-three
      url: http://topics.example.internal
      profile: topics
      topics: {alert: "arn:aws:sns:eu-west-3:123456789012:alerts"}
      secrets: {/run/pager: "arn:aws:secretsmanager:eu-west-3:123456789012:secret:pager:key"}
      onDrift: hold
      limits: {deletes: 24%}
# policies/environments.yaml
apiVersion: reliability/v1
kind: Environments
metadata: {name: environments}
spec:
  environments:
    - name: production
      selectorLabels: {env: production}
      externalLabels: {region: eu}
      series: unlabeled
      after: staging
      servers:
        - name: eu
          target: prometheus
          replicas: [files]
          replicaLabel: replica
          dropsReplicaLabel: true
          externalLabels: {cluster: eu}
      targets: [alertmanager]
      history: {source: {type: synthetic}}
    - name: staging
      selectorLabels: {env: staging}
      highestTier: ticket
      servers: [{name: staging, target: prometheus}]
# services/attendance/ownership.yaml
kind: Ownership
spec:
  criticality: critical
  lifecycle: production
  approvers: {product: "@product-owner", technical: "@tech-lead"}
"""
