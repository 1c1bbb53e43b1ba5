"""Spanish for the fixed sentences of findings outside the reading of a case; keyed by the English sentence."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    # networks
    "no such pipe catalogue": "no existe ese catálogo de tuberías",
    "supply and return must differ by at least 0.5 K": "suministro y retorno deben diferir al menos 0.5 K",
    "too hot for the pipe series": "demasiado caliente para la serie de tuberías",
    "the liquid would freeze": "el líquido se congelaría",
    "temperatures do not suit steam": "las temperaturas no corresponden a vapor",
    "coordinate is not a number": "la coordenada no es un número",
    "coordinate is outside the WGS84 degrees": "la coordenada está fuera de los grados WGS84",
    "points of one network are too far apart": "los puntos de una red están demasiado lejos entre sí",
    "a trench ends where it begins": "una zanja termina donde empieza",
    "a trench needs a length above 0": "una zanja necesita una longitud mayor que 0",
    "no obstacle in the file": "no hay ningún obstáculo en el archivo",
    "unknown column": "columna desconocida",
    "an existing pipe has no diameter": "una tubería existente no tiene diámetro",
    "no producer": "no hay productor",
    "consumers cannot be reached from any producer": "ningún productor alcanza a estos consumidores",
    "no tree serves the consumers within the producers' capacities": "ningún trazado sirve a los consumidores con las "
    "capacidades de los productores",
    "temperatures of the network did not settle": "las temperaturas de la red no convergieron",
    "flows of the network did not settle": "los caudales de la red no convergieron",
    "no streets given: trenches follow straight lines with a detour factor": "sin calles: las zanjas siguen líneas "
    "rectas con un factor de desvío",
    "high pump head": "altura de bombeo elevada",
    "trenches are given by length: the map is a drawing, not a place": "las zanjas se dan por longitud: el mapa es un "
    "esquema, no un lugar",
    # optimization and studies
    "no temperature level is given": "no se da ningún nivel de temperatura",
    "no such network": "no existe esa red",
    "too many combinations of temperature levels": "demasiadas combinaciones de niveles de temperatura",
    "the gap to the cheapest possible design is above the target": "la brecha con el diseño más barato posible supera "
    "la meta",
    "the case has no such field to vary": "el caso no tiene ese campo para variar",
    "too many alternatives": "demasiadas alternativas",
    "only a number can be uncertain": "solo un número puede ser incierto",
    "there is no case under this folder": "no hay ningún caso en esta carpeta",
    "no such variant": "no existe esa variante",
    # stored runs and reports
    "the run could not be written; nothing was computed": "la corrida no se podría escribir; no se calculó nada",
    "the run could not be written; nothing at this place was changed": "no se pudo escribir la corrida; nada cambió en "
    "este lugar",
    "this is not a finished run": "esto no es una corrida terminada",
    "the manifest was changed or cut after it was written": "el manifiesto se cambió o cortó después de escribirse",
    "the run was written by another schema version": "la corrida se escribió con otra versión del esquema",
    "the run was written by an earlier edsim; what it did not compute is empty": "la corrida es de un edsim anterior; "
    "lo que no calculó está vacío",
    "a run would replace something that is not a run": "una corrida reemplazaría algo que no es una corrida",
    "a file name would leave the run folder": "un nombre de archivo saldría de la carpeta de la corrida",
    "a file of the run is missing": "falta un archivo de la corrida",
    "a file of the run was cut or has grown": "un archivo de la corrida se cortó o creció",
    "a file of the run was changed after it was written": "un archivo de la corrida se cambió después de escribirse",
    "the file does not belong to the run": "el archivo no pertenece a la corrida",
    "a file of the run was replaced by a link or a folder": "un archivo de la corrida se reemplazó por un enlace o una "
    "carpeta",
    "the run made again is not the stored one": "la corrida repetida no es igual a la guardada",
    "the report could not be written": "no se pudo escribir el informe",
    "no tariff reaches the target of the company": "ninguna tarifa alcanza la meta de la empresa",
    # hints
    "run the case again": "corra el caso de nuevo",
    "run the case in its inputs folder again to fill them": "corra de nuevo el caso de su carpeta inputs para llenarlo",
    "choose another folder with --out": "elija otra carpeta con --out",
    "free space or permission there, or choose another folder with --out": "libere espacio o permisos allí, o elija "
    "otra carpeta con --out",
    "raise settings.typical_days or run with --full-year": "aumente settings.typical_days o corra con --full-year",
    "this is a fault of edsim: please report it": "es una falla de edsim: por favor repórtela",
}
