"""Other formats -> drafts of documents, and a diagnostic for everything that is not imported."""
