"""Reports of a backtest as text, Markdown, HTML and JSON."""
