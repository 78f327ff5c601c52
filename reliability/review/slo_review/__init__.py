"""Issues that bring every promise back on its date, with what was measured."""
