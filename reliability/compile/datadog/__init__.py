"""Compilation of SLOs with Datadog queries into Datadog's SLOs, monitors and corrections."""
