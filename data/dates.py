"""Dates as people write them in 29 languages, to ISO: "le mardi 3 mars 2026" → 2026-03-03, character by character.

The forms are those of the Unicode CLDR, as Babel has them.
"""

import random
from datetime import date, timedelta
from functools import cache
from typing import Final

from babel.dates import format_date

from data.parallel import Corpus, Pair

LOCALES: Final = (
    *("af", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "id"),
    *("it", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "tr", "uk"),
)
FORMATS: Final = ("full", "long", "medium")
FIRST: Final = date(1950, 1, 1)
DAYS: Final = 36_525
TRAIN: Final = 20_000
HELD_OUT: Final = 1_000
SEED: Final = 2026


def pair(day: date, form: str, locale: str) -> Pair:
    """Return a day as a locale writes it and as ISO 8601 does, counted by locale.

    form: "full" (with the weekday), "long" or "medium"; in none can day and month be confused.
    """
    return Pair(tuple(format_date(day, form, locale=locale).lower()), tuple(day.isoformat()), locale)


@cache
def corpus() -> Corpus:
    """Return 20,000 training pairs and 1,000 held-out ones; no day is in both. Always the same ones."""
    source = random.Random(SEED)
    days = source.sample(range(DAYS), TRAIN + HELD_OUT)
    pairs = tuple(pair(FIRST + timedelta(days=day), source.choice(FORMATS), source.choice(LOCALES)) for day in days)
    return Corpus(pairs[HELD_OUT:], pairs[:HELD_OUT])
