"""Kinds of OpenSLO v1, validated as by its reference implementation."""
