"""Sources of alert noise: chats, pagers, events, tables, rule files, a live Prometheus."""
