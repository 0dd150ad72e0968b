"""Brand kits: logo, colours, fonts, footer, intro and outro, kept for all videos. Their files are in the blob store."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, Column, Row, Table, Text, bindparam, delete, insert, select, update
from sqlalchemy import text as sql

from models import clock
from models.database import Read, Store, metadata
from models.errors import BrandNotFound, TooManyBrands
from models.files.blob_store import ID, Asset
from models.row_sanitizer import Rule, json_object, sanitize

MAX_BRANDS = 200

brands = Table(
    "brands",
    metadata,
    Column("name", Text, primary_key=True, nullable=False),
    Column("definition", Text, nullable=False),
    Column("assets", Text, nullable=False, server_default=sql("'[]'")),
    Column("colours", Text, nullable=False, server_default=sql("'{}'")),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    CheckConstraint("json_valid(definition) AND json_type(definition) = 'object'", name="definition_json"),
    CheckConstraint("json_valid(assets) AND json_type(assets) = 'array'", name="brand_assets_json"),
    CheckConstraint("json_valid(colours) AND json_type(colours) = 'object'", name="brand_colours_json"),
    sqlite_strict=True,
)

ONE = select(brands).where(brands.c.name == bindparam("of_name"))
ALL = select(brands).order_by(brands.c.name)


@dataclass(frozen=True)
class Brand:
    """A row of `brands`. `definition` is the JSON of its kit; `assets` are that and its files, under the names that a task gives them.

    `colours` are those that it is shown with, {name: [red, green, blue]}.
    """

    name: str
    definition: str
    assets: Sequence[Asset]
    colours: Mapping[str, Sequence[int]]
    created_at: str
    updated_at: str


def put(store: Store, name: str, definition: str, assets: Sequence[Asset], colours: Mapping[str, Sequence[int]]) -> Brand:
    """Add a brand, or replace the one of that name. Raises TooManyBrands."""
    now = clock.now()
    values = {
        "definition": definition,
        "assets": json.dumps([vars(file) for file in assets]),
        "colours": json.dumps(dict(colours)),
        "updated_at": now,
    }
    with store.writing() as write:
        if write.connection.execute(ONE, {"of_name": name}).first() is not None:
            write.connection.execute(update(brands).where(brands.c.name == name).values(**values))
        else:
            names = write.connection.execute(select(brands.c.name)).all()
            if len(names) >= MAX_BRANDS:
                raise TooManyBrands(f"There are {len(names)} brands; the limit is {MAX_BRANDS}.")
            write.connection.execute(insert(brands).values(name=name, created_at=now, **values))
        row = write.connection.execute(ONE, {"of_name": name}).one()
    return _brand(row)


def find(read: Read, name: str) -> Brand:
    """Return the brand of a name. Raises BrandNotFound."""
    row = read.connection.execute(ONE, {"of_name": name}).one_or_none()
    if row is None:
        raise BrandNotFound(f"There is no brand called {name[:60]!r}.")
    return _brand(row)


def every(read: Read) -> list[Brand]:
    """Return all brands by name."""
    return [_brand(row) for row in read.connection.execute(ALL)]


def of_names(read: Read, names: Sequence[str]) -> list[Brand]:
    """Return those of the names that are brands."""
    if not names:
        return []
    return [_brand(row) for row in read.connection.execute(select(brands).where(brands.c.name.in_(names)).order_by(brands.c.name))]


def remove(store: Store, name: str) -> Brand:
    """Remove a brand. Tasks keep the files they had. Raises BrandNotFound."""
    with store.writing() as write:
        row = write.connection.execute(ONE, {"of_name": name}).one_or_none()
        if row is None:
            raise BrandNotFound(f"There is no brand called {name[:60]!r}.")
        write.connection.execute(delete(brands).where(brands.c.name == name))
    return _brand(row)


def _are_colours(colours: Mapping[str, object]) -> bool:
    return all(
        isinstance(colour, list) and len(colour) == 3 and all(isinstance(part, int) for part in colour) for colour in colours.values()
    )


def _brand(row: Row[tuple[str, ...]]) -> Brand:
    """Return a row as a value. What a hand has damaged in its files is left out."""
    try:
        files = [Asset(**file) for file in json.loads(row.assets) if ID.fullmatch(file["id"])]
    except (TypeError, KeyError, ValueError):
        files = []
    colours, _ = sanitize({"colours": json_object(row.colours)}, {"colours": Rule((dict,), _are_colours, {})})
    return Brand(row.name, row.definition, files, colours["colours"], row.created_at, row.updated_at)
