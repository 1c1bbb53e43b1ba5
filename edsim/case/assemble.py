"""From a case folder to a validated case: read, convert, validate, remember where everything came from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from edsim.case.conform import Setting, conform
from edsim.case.files import decode, read_bytes
from edsim.case.lazy_kinds import LazyKinds
from edsim.case.nodes import Node, Place, plain, step_name
from edsim.case.orientation import facing_equator
from edsim.case.parts.exchange_rate import RATE, rate_note, read_rate
from edsim.case.provenance import Origins
from edsim.case.readers.tables import expand_tables
from edsim.case.readers.yaml_reader import read_yaml
from edsim.case.schema import Case
from edsim.case.schema_faults import schema_faults
from edsim.case.version import version_fault
from edsim.case.wording.messages import Fault, unknown_name
from edsim.core.currencies import CURRENCIES
from edsim.core.money import PriceTables, convert_money
from edsim.core.technology import Technology

if TYPE_CHECKING:
    from edsim.core.units import MoneyConverter

CASE_FILE = "case.yaml"
Kinds = Mapping[str, type[Technology]]


@dataclass(frozen=True, slots=True)
class Raw:
    """A case as read: values with places, tables put in, nothing converted yet.

    Attributes
    ----------
    root
        Mapping node of the whole case.
    folder
        Folder its data files are in.
    kinds
        Technology kinds it may use.
    """

    root: Node
    folder: Path
    kinds: Kinds


def read_raw(path: Path, kinds: Kinds, faults: list[Fault]) -> Raw | None:
    """Return the values of the case at `path` (the folder or its case.yaml), or None when it cannot be read."""
    file = path / CASE_FILE if path.is_dir() else path
    if not file.is_file():
        others = (p for p in file.parent.glob("*.y*ml*") if p.name != CASE_FILE) if path.is_dir() else iter(())
        other = next(others, None)
        words = {"nearest": other.name if other is not None else ""}
        start = "start_case" if path.is_dir() else "case_file"
        faults.append(Fault("E100", Place(str(file)), params=words, hint="rename_case" if other else start))
        return None
    data = read_bytes(file, file.name)
    text = data if isinstance(data, Fault) else decode(data, file.name)
    if isinstance(text, Fault):
        faults.append(text)
        return None
    before = len(faults)
    root = read_yaml(text[0], file.name, faults)
    if root is None:
        if len(faults) == before:
            faults.append(Fault("E110", Place(file.name, 1)))
        return None
    if not isinstance(root.value, Mapping):
        faults.append(Fault("E110", root.place, got=root.raw))
        return None
    of_version = version_fault(root)
    if of_version is not None:
        faults.append(of_version)
        return None
    own = kinds if isinstance(kinds, LazyKinds) else dict(kinds)
    return Raw(expand_tables(root, file.parent, faults), file.parent, own)


def build_case(raw: Raw, faults: list[Fault]) -> Case | None:
    """Return the validated case, or None; everything wrong is appended to `faults`."""
    from edsim.case.partial import missing_columns, name_faults  # its checks import this module

    before = sum(f.severity == "error" for f in faults)
    stated = {key: raw.root.members[key] for key in ("currency", "price_year") if key in raw.root.members}
    rated, money = _money(raw.root, faults)
    setting = Setting(raw.folder, money, faults, stated, rate_note(rated, rated.text("currency")))
    members = dict(rated.members)
    listed = members.pop("technologies", Node(()))
    root = conform(rated.with_value(members), Case, "", setting)
    technologies, nodes = _technologies(listed, members.get("fuels", Node(())), raw.kinds, setting)
    case: Case | None = None
    try:
        case = Case.model_validate(plain(root) | {"technologies": technologies, "folder": raw.folder})
    except ValidationError as error:
        found = schema_faults(error.errors(include_url=False), root, Case, currency=setting.currency)
        faults.extend(missing_columns(found, root))
    if case is None or sum(f.severity == "error" for f in faults) > before:
        faults.extend(name_faults(raw.folder, root, (technologies, nodes), listed))
        return None
    turned = tuple(facing_equator(machine, case.city.lat_deg) for machine in case.technologies)
    case = case.model_copy(update={"technologies": turned})
    whole = root.with_value({**root.members, "technologies": Node(nodes, listed.place)})
    return with_source(case.model_copy(update={"provenance": Origins(case, whole)}), raw)


def with_source(case: Case, raw: Raw) -> Case:
    """Return `case` remembering the values it was made from."""
    copy = case.model_copy()
    copy._source = raw  # noqa: SLF001 - the private attribute exists for this module
    return copy


def source_of(case: Case) -> Raw | None:
    """Return the values `case` was made from, None for a case made in Python."""
    raw: Any = case._source  # noqa: SLF001 - the private attribute exists for this module
    return raw if isinstance(raw, Raw) else None


def _money(root: Node, faults: list[Fault]) -> tuple[Node, MoneyConverter | None]:
    """Return the case with its exchange rate read, and the converter to its currency and price year.

    There is no converter, and no rate to judge, while these two are not readable.
    """
    unrated = root.with_value({key: node for key, node in root.members.items() if key != RATE})
    currency, year = root.text("currency"), root.members.get("price_year", Node(None)).value
    if (
        not (len(currency) == 3 and currency.isalpha() and currency.isupper())
        or not isinstance(year, int)
        or isinstance(year, bool)
    ):
        return unrated, None
    if currency not in CURRENCIES:
        faults.append(Fault("E1826", root.members["currency"].place, "currency", currency, "ISO 4217"))
        return unrated, None
    rated, tables = read_rate(root, currency, year, faults)
    return rated, partial(_to_case_money, tables, currency, year)


def _to_case_money(
    tables: PriceTables, currency: str, price_year: int, amount: float, from_currency: str, from_year: int | None
) -> float:
    return convert_money(amount, from_currency, from_year or price_year, currency, price_year, tables)


def _technologies(
    listed: Node, fuels_listed: Node, kinds: Kinds, setting: Setting
) -> tuple[tuple[Technology, ...], tuple[Node, ...]]:
    """Return the validated machines and their nodes; the faulty ones are reported and left out."""
    if listed.value is not None and not isinstance(listed.value, tuple):
        words = {"expected": "list", "name": next(iter(listed.members), "")}
        hint = "as_items" if listed.members else ""
        setting.faults.append(Fault("E122", listed.place, "technologies", listed.raw, params=words, hint=hint))
    fuels = {item.text("id") for item in fuels_listed.items}
    machines: list[Technology] = []
    nodes: list[Node] = []
    for index, item in enumerate(listed.items):
        path = f"technologies.{step_name(listed, index)}"
        cls = _kind(item, kinds, path, setting.faults)
        if cls is None:
            continue
        node = conform(item, cls, path, setting)
        try:
            machines.append(cls.model_validate(plain(node)))
            nodes.append(node)
        except ValidationError as error:
            found = schema_faults(error.errors(include_url=False), node, cls, path, setting.currency)
            setting.faults.extend(_own_fuel(f, fuels) for f in found)
    return tuple(machines), tuple(nodes)


def _own_fuel(fault: Fault, fuels: Collection[str]) -> Fault:
    """Return the fault of a fuel that the case has and the machine knows by another name with the id to rename."""
    misnamed = fault.code == "E124" and fault.field.endswith(".fuel") and fault.got in fuels and fault.hint
    words = {"name": fault.params["nearest"], "nearest": fault.got} if misnamed else {}
    return replace(fault, params=words, hint="rename_fuel") if misnamed else fault


def _kind(item: Node, kinds: Kinds, path: str, faults: list[Fault]) -> type[Technology] | None:
    if not isinstance(item.value, Mapping):
        faults.append(Fault("E122", item.place, path, got=item.raw, params={"expected": "mapping"}))
        return None
    name = item.text("kind")
    if not name:
        faults.append(Fault("E120", item.place, f"{path}.kind"))
        return None
    if name not in kinds:
        faults.append(unknown_name("E130", item.members["kind"].place, f"{path}.kind", name, kinds))
        return None
    return kinds[name]
