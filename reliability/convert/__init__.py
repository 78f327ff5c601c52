"""Converters from other formats to drafts of documents; what is not imported is a diagnostic."""
