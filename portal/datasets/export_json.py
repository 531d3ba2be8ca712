"""Rows as JSON and as GeoJSON."""

import json
from pathlib import Path

from portal.datasets.file_writing import batches, copy_to
from portal.datasets.formats import ExportError, formats
from portal.datasets.row_query import RowQuery
from portal.publication.catalogue import Column
from portal.publication.sql_text import quoted
from portal.publication.store import Store
from portal.texts.errors import sentence


def write_json(store: Store, query: RowQuery, path: Path) -> None:
    """Write rows as a JSON array of objects."""
    cells = ", ".join(f"{json_cell(c)} AS {quoted(c.name)}" for c in query.columns)
    source, parameters = query.source()
    copy_to(store, f"SELECT {cells}{source}", parameters, path, "FORMAT json, ARRAY true")


def json_cell(column: Column) -> str:
    """A column as JSON holds it: no number that is not finite."""
    name = quoted(column.name)
    if column.type == "geojson":
        return f"CAST({name} AS JSON)"
    if column.type == "number":
        return f"CASE WHEN isfinite({name}) THEN {name} END"
    return name


def write_geojson(store: Store, query: RowQuery, path: Path) -> None:
    """Write rows as a GeoJSON feature collection.

    Raises:
        ExportError: the dataset has no positions.
    """
    dataset = query.dataset
    if "geojson" not in formats(dataset):
        raise ExportError(sentence("file.positions", dataset=dataset.id, formats=formats(dataset)))
    shape = next((c for c in dataset.columns if c.type == "geojson"), None)
    if shape is not None:
        geometry = f"CAST({quoted(shape.name)} AS JSON)"
    else:
        point = "json_object('type', 'Point', 'coordinates', json_array(lon, lat))"
        geometry = f"CASE WHEN lon IS NOT NULL AND lat IS NOT NULL THEN {point} END"
    columns = [c for c in query.columns if c.type != "geojson"]
    properties = ", ".join(f"'{c.name}', {json_cell(c)}" for c in columns)
    feature = f"json_object('type', 'Feature', 'geometry', {geometry}, 'properties', json_object({properties}))"
    source, parameters = query.source()
    with store.cursor() as cursor, path.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","name":' + json.dumps(dataset.id) + ',"features":[\n')
        separator = ""
        cursor.execute(f"SELECT CAST({feature} AS VARCHAR) AS feature{source}", parameters)
        for batch in batches(cursor):
            file.write(separator + ",\n".join(batch.column(0).to_pylist()))
            separator = ",\n"
        file.write("\n]}\n")
