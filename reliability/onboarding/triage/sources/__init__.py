"""Where noise is read from: chats, pagers, events, tables, rule files, a live Prometheus."""
