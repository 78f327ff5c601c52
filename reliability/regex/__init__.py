r"""Regular expressions as Prometheus and Alertmanager read them, in linear time (RE2's syntax).

Python's `re` means other things by some of it (`$`, `\s`, `\z`, `[[:alpha:]]`, lookahead), and a
pattern from a pull request could keep it busy for ever. docs/adr/0009 says what was weighed.
"""
