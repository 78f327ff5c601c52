"""Pyrra's ServiceLevelObjectives -> ours."""
