"""Features of the kinds of files that maps come in: GeoJSON and GeoPackage, in any reference system they state."""

from __future__ import annotations

from pathlib import Path

from edsim.case.files import data_file, decode, read_bytes
from edsim.case.nodes import Place
from edsim.case.readers.geojson import Feature, features
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import DataError
from edsim.core.i18n import Lang

GEOPACKAGE = ".gpkg"
MAPS = frozenset({".geojson", ".json", GEOPACKAGE})
PARTED = frozenset({".shp", ".dbf", ".shx", ".gdb", ".kml", ".kmz", ".gml", ".dxf", ".dwg", ".fgb"})
"""Maps in several files, and formats that are not read."""


def map_features(
    path: Path, file: str, faults: list[Fault], layer: str = "", *, lines: bool = False
) -> tuple[Feature, ...]:
    """Return the features of a map, longitude and latitude of WGS84; faults are appended.

    See :func:`edsim.case.readers.geopackage.geopackage_features` for the parameters.
    """
    suffix = path.suffix.lower()
    if suffix in PARTED:
        faults.append(Fault("E150", Place(file), params={"problem": suffix}, hint="save_gpkg"))
        return ()
    if suffix == GEOPACKAGE:
        from edsim.case.readers.geopackage import geopackage_features

        return geopackage_features(path, file, faults, layer, lines=lines)
    data = read_bytes(path, file)
    text = data if isinstance(data, Fault) else decode(data, file)
    if isinstance(text, Fault):
        faults.append(text)
        return ()
    return features(text[0], file, faults)


def read_map(folder: Path, name: str, *, lines: bool = False, lang: Lang = "en") -> tuple[Feature, ...]:
    """Return the features of map `name` of the case in `folder`.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    faults: list[Fault] = []
    found = map_features(data_file(folder, name), name, faults, lines=lines)
    if faults:
        raise DataError.of(render_all(faults, lang))
    return found
