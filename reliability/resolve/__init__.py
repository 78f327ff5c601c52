"""Catalog -> what it means once references are followed: objectives, SLIs, alerts, signals."""
