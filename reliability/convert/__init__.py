"""Other formats -> ours: drafts of documents, and a remark for all that is not in one."""
