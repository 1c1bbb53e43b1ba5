"""Words for times, days and months in the names of columns and cells, as meters and bills of many countries write them.

English, Spanish, Portuguese, Italian, German, French, Polish, Czech, Turkish and Chinese, in small letters without
accents.
"""

from __future__ import annotations

import re
import unicodedata

MONTH_WORDS = frozenset({
    "month", "months", "mes", "meses", "mese", "period", "periodo", "periode", "monat", "monate",
    "zeitraum", "mois", "miesiac", "miesiace", "mesic", "ay", "donem", "月", "月份",
})  # fmt: skip
DAY_WORDS = frozenset({
    "day", "dia", "dias", "hour", "hours", "hora", "horas", "giorno", "ora", "ore", "tag", "stunde",
    "uhrzeit", "dzien", "godzina", "den", "hodina", "jour", "heure", "gun", "saat", "小时", "日",
})  # fmt: skip
TIME_WORDS = MONTH_WORDS | DAY_WORDS | frozenset({
    "time", "timestamp", "datetime", "date", "year", "mtu", "tiempo", "fecha", "fechahora", "ano", "anno",
    "data", "datahora", "datum", "zeit", "zeitstempel", "jahr", "horodatage", "horodate", "annee",
    "czas", "rok", "cas", "tarih", "yil", "zaman", "日期", "时间", "時間", "年",
})  # fmt: skip
WORDS_BETWEEN = frozenset(
    ["local", "of", "and", "y", "e", "et", "und", "ve", "de", "del", "da", "du", "cet", "cest", "utc", "gmt"]
)
"""Words that the name of a column of times may have besides."""
MONTH_NAMES = tuple(
    tuple(names.split())
    for names in (
        "january enero janeiro gennaio januar janner janvier styczen leden ocak",
        "february febrero fevereiro febbraio februar fevrier luty unor subat",
        "march marzo marco marz maerz mars marzec brezen mart",
        "april abril aprile avril kwiecien duben nisan",
        "may mayo maio maggio mai maj kveten mayis",
        "june junio junho giugno juni juin czerwiec cerven haziran",
        "july julio julho luglio juli juillet lipiec cervenec temmuz",
        "august agosto aout sierpien srpen agustos",
        "september septiembre setiembre setembro settembre septembre wrzesien zari eylul",
        "october octubre outubro ottobre oktober octobre pazdziernik rijen ekim",
        "november noviembre novembro novembre listopad kasim",
        "december diciembre dezembro dicembre dezember decembre grudzien prosinec aralik",
    )
)
_WORD = re.compile(r"[^\W\d_]+")


def plain_words(text: str) -> list[str]:
    """Return the words of a text in small letters without accents; the Turkish i without dot is an i."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
