"""The history of SLIs by the minute: generated, pulled or imported, and stored."""
