"""Names of countries."""

import csv

from edsim.core.language.countries import country_code, country_name, likely_codes
from edsim.core.resources import data_path


def test_a_code_is_told_by_the_name_of_its_country() -> None:
    """Proves: both languages, and a code that is none stays. If ignored: a ministry reads PER in its program."""
    assert country_name("PER", "es") == "Perú"
    assert country_name("TUR", "en") == "Türkiye"
    assert country_name("XYZ", "es") == "XYZ"


def test_every_code_is_one_country_with_two_names() -> None:
    """Proves: three letters, no code twice, no empty name. If ignored: a page heads a group with nothing."""
    with data_path("countries", "names.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    codes = [r["code"] for r in rows]
    assert len(set(codes)) == len(codes) > 240
    assert all(len(r["code"]) == 3 and r["code"].isupper() and r["en"] and r["es"] for r in rows)
    short = [r["alpha_2"] for r in rows]
    assert len(set(short)) == len(short)
    assert all(len(s) == 2 and s.isupper() for s in short)


def test_two_letters_and_names_lead_to_the_code() -> None:
    """Proves: PL, poland and Polonia are POL, and what is none is nothing. If ignored: the user looks up the code."""
    assert {country_code(t) for t in ("PL", "pl", "pol", "poland", "Polonia")} == {"POL"}
    assert country_code("CL") == country_code("Chile") == "CHL"
    assert country_code("cop") == country_code("Atlantis") == country_code("") == ""


def test_a_code_of_sports_is_told_the_one_of_iso() -> None:
    """Proves: CHI, GER and SUI are told CHL, DEU and CHE. If ignored: Chile is computed with three holidays a year."""
    assert "CHL" in likely_codes("CHI")
    assert (likely_codes("GER"), likely_codes("SUI"), likely_codes("URU")) == (("DEU",), ("CHE",), ("URY",))
    assert likely_codes("NED")[0] == "NLD"
    assert likely_codes("XXX") == likely_codes("") == ()
