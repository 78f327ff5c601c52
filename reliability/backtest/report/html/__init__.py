"""A backtest as one page that needs nothing else: lanes of episodes, old above new."""
