"""Folders and dashboards as objects of Grafana's API, and files that provision its alerting."""
