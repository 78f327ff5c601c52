"""What a pull request does to people: told, promised, measured, planned; as one report."""
