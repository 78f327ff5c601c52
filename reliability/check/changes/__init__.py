"""Changes that loosen or remove something, and the approvals that they require."""
