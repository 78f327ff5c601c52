"""Provider of a PagerDuty account: services, each with the event rules of its orchestration."""
