"""What the operating system says of files, in Spanish; it answers in English whatever language a reader has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "No such file or directory": "no existe el archivo o la carpeta",
        "Not a directory": "no es una carpeta",
        "Is a directory": "es una carpeta",
        "Directory not empty": "la carpeta no está vacía",
        "File exists": "el archivo ya existe",
        "Permission denied": "permiso denegado",
        "Operation not permitted": "operación no permitida",
        "Read-only file system": "el disco es de solo lectura",
        "No space left on device": "no queda espacio en el disco",
        "Disk quota exceeded": "se superó la cuota de disco",
        "File too large": "el archivo es demasiado grande",
        "File name too long": "el nombre del archivo es demasiado largo",
        "Too many levels of symbolic links": "demasiados enlaces simbólicos",
        "Too many open files": "hay demasiados archivos abiertos",
        "Input/output error": "error de lectura o escritura del disco",
        "Stale file handle": "el disco de red ya no responde por este archivo",
        "Device or resource busy": "el disco o el archivo está ocupado",
        "Address already in use": "la dirección ya está en uso",
        "Cannot assign requested address": "esta máquina no tiene esa dirección",
    }
)
"""Texts of ``os.strerror`` on Linux and macOS."""


def system_es(text: str) -> str:
    """Return the Spanish of a text of the operating system, any other text as it is."""
    return _TEXTS.get(text, text)
