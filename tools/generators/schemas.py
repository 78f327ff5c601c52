"""docs/reference/schemas/: the JSON Schema of all kinds together."""

from reliability.model.schema.generate import ALL, schema_text, schemas
from tools.generated import Generated


def schema_files() -> Generated:
    """One file for all kinds; `reliability schema --out` writes one for each as well."""
    return Generated(
        {f"docs/reference/schemas/{ALL}.json": schema_text(schemas()[ALL])},
        ("docs/reference/schemas/*",),
    )
