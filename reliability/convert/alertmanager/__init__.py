"""An Alertmanager configuration -> the base that ours goes into, and the teams in its routes."""
