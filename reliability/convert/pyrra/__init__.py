"""Pyrra's ServiceLevelObjectives -> SLOs with their alerts and windows."""
