"""Numbers in words, English to German: "four hundred and twenty-one" → vier hundert ein und zwanzig.

The German word is cut into the pieces that it is made of; it says units before tens, the other way round than English.
Words come from num2words.
"""

import random
import re
from functools import cache
from typing import Final

from num2words import num2words

from data.parallel import Corpus, Pair, Tokens

LEAST: Final = 3  # digits
MOST: Final = 12
TRAIN: Final = 20_000
HELD_OUT: Final = 1_000
SEED: Final = 2026

_PIECES: Final = (
    *("null", "eine", "eins", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sech", "sieben", "sieb", "acht", "neun"),
    *("zehn", "elf", "zwölf", "zwanzig", "dreißig", "zig", "und", "hundert", "tausend"),
    *("millionen", "million", "milliarden", "milliarde"),
)
_PIECE: Final = re.compile("|".join(sorted(_PIECES, key=len, reverse=True)))


def english(number: int) -> Tokens:
    """Return a number's English words, such as ("twenty", "one")."""
    return tuple(re.findall(r"[a-z]+", num2words(number, lang="en")))


def german(number: int) -> Tokens:
    """Return the pieces of a number's German word, such as ("ein", "und", "zwanzig")."""
    word = num2words(number, lang="de").lower()
    return tuple(_PIECE.findall(word))


def pair(number: int) -> Pair:
    """Return a number in both languages, counted by its digits."""
    return Pair(english(number), german(number), str(len(str(number))))


@cache
def corpus() -> Corpus:
    """Return the 20,000 training pairs and 1,000 held-out ones, 100 for each number of digits, none in both.

    Always the same ones. All lengths are drawn alike often, except that there are only 900 numbers of 3 digits.
    """
    source = random.Random(SEED)
    by_digits = {
        digits: source.sample(range(10 ** (digits - 1), 10**digits), min(900 if digits == LEAST else 10**9, 3_000))
        for digits in range(LEAST, MOST + 1)
    }
    each = HELD_OUT // len(by_digits)
    held_out = [number for numbers in by_digits.values() for number in numbers[:each]]
    shortest = by_digits[LEAST][each:]
    longer = [by_digits[digits][each:] for digits in range(LEAST + 1, MOST + 1)]
    rest = [number for numbers in zip(*longer, strict=True) for number in numbers]
    train = [*shortest, *rest[: TRAIN - len(shortest)]]
    return Corpus(tuple(pair(number) for number in train), tuple(pair(number) for number in held_out))
