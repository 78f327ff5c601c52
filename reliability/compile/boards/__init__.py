"""Grafana and Perses dashboards of the recorded series, from one tree of panels (a board)."""
