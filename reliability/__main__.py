"""Runs `python -m reliability` as the command `reliability`."""

from reliability.cli.main import run

run()
