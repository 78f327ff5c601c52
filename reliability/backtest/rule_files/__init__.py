"""Replays plain rule files, old against new: no services, no policies, no SLO needed."""
