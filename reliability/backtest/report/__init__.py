"""A backtest as text, Markdown and JSON."""
