"""Every word in both languages, numbers as the reader writes them."""

import ast
import io
import math
import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

import edsim.report as package
from edsim.appraisal.types import Appraisal
from edsim.cli.indicators import figures
from edsim.core.errors import Finding
from edsim.profiles.buildings import uses as archetype_uses
from edsim.report import codes, html, labels, uses
from edsim.report.comparison import inputs
from edsim.report.i18n import Language, language, nice_unit, parse_catalogue
from edsim.report.portfolio import notes as portfolio_notes
from edsim.report.portfolio import words as portfolio_words
from edsim.report.run import heat, register, sections
from edsim.report.run.summary import summary
from edsim.report.sheets import front, workbook
from edsim.report.view import Study
from tests.support.portfolio_words import TABLE_WORDS

ROOT = Path(str(package.__file__)).parent
NAMES = (
    labels.CARRIERS, labels.ASSETS, labels.LINES, labels._STEPS, labels.SOURCES, labels.FRAMES, labels.SPECIAL,
    uses.USES, labels.PARTIES, labels.METHODS, labels.ACCOUNTS, workbook.TITLES,
    labels.QUALITIES, labels.STATUSES, labels.COLUMNS, labels.PHASE_KINDS, labels.PHASE_ACTIONS,
    codes.ITEMS, codes.FUNDS, codes.REASONS, codes.GRID_BASES, codes.PERSPECTIVE_LINES, codes._KINDS, codes._SIDES,
    codes._SCOPES, codes.BILL_ITEMS, heat.CRITERIA, heat.HEADINGS, register.MANIFEST, TABLE_WORDS, inputs.MADE,
    front.FIGURES, front.CONTENT, front.INPUTS, front.ABSENT,
    portfolio_notes.CONVENTIONS, portfolio_words.HEADS, portfolio_words.CELLS, portfolio_notes._RULES,
)  # fmt: skip


class Recorder(dict[str, str]):
    """A catalogue that remembers what was asked for and what it did not have."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__(words)
        self.asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        """Return the translation and remember the question."""
        self.asked.add(key)
        return super().get(key, default)


def _written() -> set[str]:
    """Return the messages written in code, in templates and in the tables of names."""
    found = {v for names in NAMES for v in names.values()}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"t", "text"}:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
                elif isinstance(first, ast.IfExp):
                    found |= {str(c.value) for c in (first.body, first.orelse) if isinstance(c, ast.Constant)}
    for path in ROOT.rglob("*.j2"):
        found |= set(re.findall(r'\bt\("([^"]*)"', path.read_text("utf-8")))
    return found


def _constants() -> set[str]:
    """Return every text written in the package, wherever it is handed on."""
    return {
        node.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _catalogues() -> dict[str, str]:
    """Return the words of all pages: the report's and those of pages with a catalogue of their own."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "locale").glob("*es.po")):
        found |= parse_catalogue(path.read_text("utf-8"))
    return found


class _Texts(HTMLParser):
    """Collects what a reader or a screen reader meets on a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code = tag in {"script", "style"}
        self.found += [v for k, v in attrs if k in {"aria-label", "placeholder", "title"} and v]

    def handle_endtag(self, tag: str) -> None:
        self._code = self._code and tag not in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.found.append(data)


@dataclass(frozen=True)
class Spanish:
    """The Spanish outputs of a run, and what was looked up for them."""

    page: str
    book: bytes
    words: Recorder


@pytest.fixture(scope="module")
def spanish(appraisal: Appraisal) -> Spanish:
    words = Recorder(dict(language("es").words))
    with pytest.MonkeyPatch.context() as patch:
        for module in (html, workbook):
            patch.setattr(module, "language", lambda _: Language("es", words, language("es").names))
        return Spanish(html.render_html(appraisal, lang="es"), workbook.render_workbook(appraisal, lang="es"), words)


@pytest.mark.medium
def test_every_message_has_a_translation(spanish: Spanish) -> None:
    """Proves: no English is left in the Spanish report and workbook. If ignored: half-translated pages go out."""
    words = spanish.words
    assert sorted(words.asked - set(words)) == []
    wanted = _written() | words.asked
    assert sorted(wanted - set(_catalogues())) == []
    assert sorted(set(words) - wanted - _constants()) == []


_LETTERS = re.compile(r"[^\W\d]{3,}")
_SAME_IN_BOTH = frozenset(("bar", "May", "Montreal"))
"""Words of the English catalogue that stand in Spanish texts: names of a protocol, of months."""
_OWN_WORDS = {
    "buildings": ("building", "name"), "assumptions": ("path", "value", "source", "where"), "pipes": ("edge",),
    "published": ("label", "source", "comment"), "equipment": ("technology",), "networks": ("network",),
    "incentives": ("source",),
    "kpis": ("id",), "heat_contracts": ("source", "supplier", "technology"), "levels": ("note",),
}  # fmt: skip
"""Columns that hold what the user or a document says, or identifiers of the case."""


def _english() -> set[str]:
    """Return the words that English messages have and no Spanish one."""
    catalogue = _catalogues()
    ours, theirs = (
        {w.casefold() for text in texts for w in _LETTERS.findall(re.sub(r"{\w+}", "", text))}
        for texts in (catalogue, catalogue.values())
    )
    return ours - theirs - {w.casefold() for w in _SAME_IN_BOTH}


def _said_by_the_user(appraisal: Appraisal) -> set[str]:
    texts = [appraisal.name, str(appraisal.manifest), *appraisal.variants, *appraisal.descriptions.values()]
    texts += [f.text() for f in appraisal.findings]
    for table, columns in _OWN_WORDS.items():
        for column in columns:
            texts += [str(v) for v in appraisal.tables[table][column]]
    return {w.casefold() for text in texts for w in _LETTERS.findall(text.replace("_", " "))}


def test_no_english_word_is_left(appraisal: Appraisal, spanish: Spanish) -> None:
    """Proves: codes, remarks, names of funds and events are Spanish in the report and in every sheet of the workbook.

    If ignored: "no price serves all" or "public_administration" stands in a report for a Spanish ministry.
    """
    reader = _Texts()
    reader.feed(spanish.page)
    book = openpyxl.load_workbook(io.BytesIO(spanish.book))
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "s"]
    english = _english() - _said_by_the_user(appraisal)
    left = {
        (word, text[:60])
        for text in (*reader.found, *cells)
        for word in _LETTERS.findall(text.replace("_", " "))
        if word.casefold() in english
    }
    assert not left, sorted(left)


def test_what_is_drawn_with_a_later_milestone_is_named_with_its_year(appraisal: Appraisal) -> None:
    """Proves: a loan drawn again in year 5 has its name in Spanish, with the year. If ignored: "Bank in year 5"."""
    drawn = {"loan": "Bank in year 5"}
    spanish, english = (Study(appraisal, language(code)) for code in ("es", "en"))
    assert codes.shown(spanish, "debt_service", "loan", drawn) == "Banco en el año 5"
    assert codes.shown(english, "debt_service", "loan", drawn) == "Bank in year 5"
    assert codes.shown(spanish, "funding", "item", {"item": "grant in year 5"}) == "Subvenciones en el año 5"


def test_translations_keep_their_places() -> None:
    """Proves: {name} places are the same in both languages, and nothing is empty."""
    for message, translation in language("es").words.items():
        assert translation
        assert set(re.findall(r"{\w+}", message)) == set(re.findall(r"{\w+}", translation)), message


def test_catalogue_faults_are_found() -> None:
    assert parse_catalogue('# x\nmsgid "a"\n"b"\nmsgstr "c\\n"\n') == {"ab": "c\n"}
    with pytest.raises(ValueError, match="line 1"):
        parse_catalogue("msgid a\n")
    with pytest.raises(ValueError, match="twice"):
        parse_catalogue('msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n')


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (1234567.0, "1,234,567", "1.234.567"),
        (-1234.5, "\u22121,234", "\u22121.234"),
        (12.345, "12.3", "12,3"),
        (1.5, "1.50", "1,50"),
        (0.08174, "0.0817", "0,0817"),
        (0.0, "0", "0"),
        (np.int64(7), "7.00", "7,00"),
        (math.nan, "–", "–"),
        (math.inf, "–", "–"),
        (None, "–", "–"),
        ("text", "–", "–"),
    ],
)
def test_numbers_follow_the_habit_of_the_language(value: object, english: str, spanish: str) -> None:
    assert language("en").number(value) == english
    assert language("es").number(value) == spanish


def test_quantities_are_scaled_for_reading() -> None:
    """Proves: all energy of a district is in MWh, sums over many in GWh. If ignored: 4,001 MWh beside 24 GWh."""
    en, es = language("en"), language("es")
    assert en.quantity(5.2e6, "kWh/a") == ("5,200", "MWh/a")
    assert en.quantity(13.1e6, "kWh/a") == ("13,100", "MWh/a")
    assert en.of_sums().quantity(13.1e6, "kWh/a") == ("13.1", "GWh/a")
    assert es.quantity(58e9, "COP") == ("58.000", "millones de COP")
    assert en.quantity(0.127, "frac") == ("13\u202f%", "")
    assert en.quantity(431.0, "COP/kWh") == ("431", "COP/kWh")
    assert en.quantity(0.0817, "USD/kWh", 0.112)[0] == "0.082"
    assert en.quantity(0.004, "kW", 5000.0)[0] == "0.00400"
    assert nice_unit("kgCO2e/m2") == "kgCO₂e/m²"
    assert en.percent(-0.0004, sign=True) == "\u22120.04\u202f%"


def test_what_a_solver_leaves_of_nothing_is_printed_as_0() -> None:
    """Proves: 0.002 Wh beside 10 MWh, and a size that eight decimals do not show, are 0; 4 W beside 5 MW stay.

    If ignored: pages print 0.00000000 MWh, and a reader wonders what a machine does that does nothing.
    """
    en = language("en")
    assert en.quantity(2e-6, "kWh", 1e4) == ("0.0", "MWh")
    assert en.number(3e-12) == "0"
    assert en.number(4e-8) == "0.00000004"
    assert figures([3e-7, 5000.0], "kW", (), "en") == ("kW", ("0", "5,000"))
    assert figures([0.004, 5000.0], "kW", (), "es") == ("kW", ("0,00400", "5.000"))


def test_headings_have_no_units() -> None:
    assert labels.column_title("cooling_kwh_per_m2") == "Cooling"
    assert labels.column_title("inner_diameter_mm") == "Inner diameter"
    assert labels.line_group("salvage_network") == "network"
    assert labels.line_group("om_fixed_network") == "om_fixed"
    assert labels.line_name(language("es"), "capex_network") == "Red: compra"
    assert labels.line_name(language("en"), "something_else") == "Something else"


def test_what_splits_or_moves_the_figures_stands_on_the_first_page(appraisal: Appraisal) -> None:
    """Proves: sun in the project alone is said in the summary with its amounts, of the main variant, in Spanish too.

    If ignored: a reader would find what decides the figures in the last section, or nowhere.
    """
    what = "sun in {} and not in BAU: without it the net present value is about 751,400 USD"
    got = "526 MWh/a worth about 48,600 USD a year; net present value with it 1.00 million USD"
    names = (appraisal.main_variant, appraisal.variants[-1])
    assert names[0] != names[1]
    found = tuple(
        Finding("W843", what.format(n), field=f"{n}.technologies.sun", got=got, severity="warning") for n in names
    )
    for lang, words in (("en", "without it"), ("es", "sin ello el valor presente neto")):
        (said,) = summary(Study(replace(appraisal, findings=found), language(lang))).caveats
        assert words in said
        assert said.endswith("[W843]")


def test_a_machine_without_a_name_is_called_by_its_kind_on_the_first_page(appraisal: Appraisal) -> None:
    """Proves: a machine the case gives no name is called by its kind. If ignored: "Pv in district and not in BAU"."""
    name = appraisal.main_variant
    rows = appraisal.tables["equipment"]
    mine = rows.index[rows["variant"] == name][0]
    tables = dict(appraisal.tables)
    tables["equipment"] = rows.assign(
        technology=rows["technology"].where(rows.index != mine, "pv"),
        kind=rows["kind"].where(rows.index != mine, "pv"),
        label=rows["label"].where(rows.index != mine, "pv"),
    )
    found = Finding("W843", f"pv in {name} and not in BAU", field=f"{name}.technologies.pv", severity="warning")
    (said,) = summary(Study(replace(appraisal, findings=(found,), tables=tables), language("en"))).caveats
    assert said.startswith("Photovoltaics in ")


def test_the_reserve_of_both_sides_is_said_beside_the_equipment(appraisal: Appraisal) -> None:
    """Proves: 15 to 25 % above the peak of each building, no machine of the plant in reserve.

    If ignored: BAU would carry a reserve the plant does not have, and no reader would know.
    """
    used = appraisal.tables["equipment"]["technology"].astype(str).unique()
    said = {f"technologies.{used[0]}.oversizing_frac": "0.15", f"technologies.{used[1]}.oversizing_frac": "0.25"}
    said |= {f"technologies.{used[2]}.spare_units": "0", "technologies.unused.spare_units": "3"}
    columns = ("unit", "source", "year", "quality", "where")
    rows = [{"path": path, "value": value, **dict.fromkeys(columns, "")} for path, value in said.items()]
    told = replace(appraisal, tables={**appraisal.tables, "assumptions": pd.DataFrame(rows)})
    text = re.sub(r"\s", " ", html.render_html(told, lang="en"))
    assert "stand 15 % – 25 % above the peak of their building" in text
    assert "keeps 0 machines of each group" in text


def test_the_performance_of_compressors_has_its_unit(appraisal: Appraisal) -> None:
    """Proves: normal cubic meters per kWh stand beside COPs with their unit; what is bought or stands, none is a dash.

    If ignored: a compressor of 6.8 Nm³/kWh reads as a COP of 6.8, and empty cells look like lost figures.
    """
    rows = appraisal.tables["equipment"]
    air = rows[rows["variant"] == "district"].head(1)
    air = air.assign(kind="air_compressor", unit="Nm3/h", capacity=900.0, existing=900.0, performance=6.8)
    told = replace(appraisal, tables={**appraisal.tables, "equipment": pd.concat([rows, air], ignore_index=True)})
    table = sections._equipment(Study(told, language("es")), "district")
    assert table is not None
    (row,) = (r for r in table.rows if "6,80 Nm³/kWh" in r)
    assert "–" in row
    assert sum("Nm³/kWh" in cell for r in table.rows for cell in r) == 1


def test_every_use_of_buildings_has_a_name() -> None:
    """Proves: each archetype is named in both languages. If ignored: a Spanish report lists a Clinic."""
    assert set(uses.USES) == set(archetype_uses())
    assert {language("es").text(name) for name in uses.USES.values()} & set(uses.USES.values()) == {"Hospital", "Hotel"}


@pytest.mark.parametrize(
    ("key", "es", "en"),
    [
        ("chilled_water_high", "Agua helada (nivel alto)", "Chilled water (high level)"),
        ("steam_low", "Vapor (nivel bajo)", "Steam (low level)"),
        ("chilled_water_press", "Agua helada (press)", "Chilled water (press)"),
    ],
)
def test_the_level_of_a_carrier_is_said_in_the_language(key: str, es: str, en: str) -> None:
    """Proves: usual names of levels are translated, own ones stay. If ignored: "Agua helada (high)" in a report."""
    assert (labels.carrier(language("es"), key), labels.carrier(language("en"), key)) == (es, en)
