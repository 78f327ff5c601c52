"""`python -m reliability` is the command `reliability`."""

from reliability.cli.main import run

run()
