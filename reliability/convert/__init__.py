"""Other formats -> drafts of documents, and a remark for everything that is not imported."""
