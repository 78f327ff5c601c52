"""Provider of a Grafana: folders and dashboards, over its newer or its older endpoints."""
