"""The compiled catalogs of other languages, each from its .po file."""

from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tools.generated import Generated

ROOT: Final = Path(__file__).resolve().parent.parent.parent


def catalogs() -> Generated:
    """A .mo beside each .po of the package; committed, so that a clone needs no build."""
    sources = sorted((ROOT / "reliability/locale").glob("*/LC_MESSAGES/*.po"))
    return Generated({_name(source): compiled(read(source)) for source in sources})


def read(source: Path) -> Catalog:
    """The messages of one .po file."""
    with source.open("rb") as file:
        return read_po(file, locale=source.parent.parent.name)


def compiled(catalog: Catalog) -> bytes:
    """The catalog as gettext reads it."""
    into = BytesIO()
    write_mo(into, catalog)
    return into.getvalue()


def _name(source: Path) -> str:
    return source.with_suffix(".mo").relative_to(ROOT).as_posix()
