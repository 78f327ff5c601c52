"""Generation of JSON Schemas with descriptions from the models, for editors."""
