"""Environments: where rules are evaluated, and the documents as each environment has them."""
