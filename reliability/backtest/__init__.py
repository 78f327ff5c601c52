"""Replay of alerts over history: when they would have fired, and whom they would have notified."""
