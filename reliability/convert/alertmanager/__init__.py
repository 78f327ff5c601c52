"""An Alertmanager configuration -> the base for the generated one, and the teams in its routes."""
