"""PromQL: parser, expression tree, selectors, and static analysis of expressions."""
