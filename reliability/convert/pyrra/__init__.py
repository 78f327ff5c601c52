"""Converter of Pyrra's ServiceLevelObjectives to SLOs with alerts and windows."""
