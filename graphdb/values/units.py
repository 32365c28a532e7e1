"""Units by their names and symbols, and one unit for each kind of quantity.

Which word is a unit is listed here, because a parser of units takes "cars" for hundredths of an
are. What a unit is worth is pint's: `km/h`, `kg/m³` and `m s-2` come out in SI units, temperatures
in degrees Celsius, data in bytes, shares in per cent.
"""

import re
import tomllib
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pint import UnitRegistry

_TABLES: dict[str, dict[str, str]] = {
    table: {spelling: name for name, spellings in rows.items() for spelling in spellings}
    for table, rows in tomllib.loads(
        files("graphdb").joinpath("values", "units.toml").read_text(encoding="utf-8")
    ).items()
}
_SYMBOLS, _NAMES = _TABLES["symbols"], _TABLES["names"]
MONEY = _TABLES["money"]
"""Money by its ISO code: a dollar is that of the United States where nobody says otherwise."""

_PREFIXES = {letter: letter for letter in "kMGTPhdcmµnpf"} | {"μ": "µ", "u": "µ"}
_PREFIXED = frozenset(
    (
        *("m", "g", "s", "A", "K", "mol", "Hz", "N", "Pa", "J", "W", "V", "F", "S", "T", "H"),
        *("Wh", "Ah", "eV", "cal", "l", "L", "Bq", "Sv", "Gy", "B", "b", "bit", "Ω", "Ohm", "M"),
        *("Da", "bar", "t", "pc", "lm", "kat", "Wb", "bps"),
    )
)
_NAME_PREFIXES = (
    *("kilo", "mega", "giga", "tera", "peta", "hecto"),
    *("deci", "centi", "milli", "micro", "nano", "pico"),
)
_PREFIXED_NAMES = frozenset(
    (
        *("meter", "gram", "liter", "watt", "volt", "ampere", "joule", "newton", "pascal"),
        *("hertz", "calorie", "byte", "bit", "ohm", "ton", "tonne", "mol", "molar", "tesla"),
        *("farad", "sievert", "becquerel", "bar", "Wh", "eV", "parsec", "dalton"),
    )
)

_TARGETS = (
    *(
        "m",
        "kg",
        "s",
        "A",
        "mol",
        "cd",
        "m/s",
        "m/s**2",
        "m**2",
        "m**3",
        "J",
        "W",
        "N",
        "Pa",
        "V",
        "Hz",
        "ohm",
    ),
    *("F", "T", "S", "H", "mol/m**3", "kg/m**3", "Gy", "lm", "lx", "m**3/s", "Wb"),
)
_APART = {"bq": "becquerel", "becquerel": "becquerel", "sv": "sievert", "sievert": "sievert"}
"""Units of a kind of their own, though their dimensions are those of others."""
_SHOWN = {
    "becquerel": "Bq",
    "sievert": "Sv",
    "ohm": "Ω",
    "byte": "B",
    "byte/s": "B/s",
    "m/s**2": "m/s²",
    "m**2": "m²",
    "m**3": "m³",
    "mol/m**3": "mol/m³",
    "kg/m**3": "kg/m³",
    "m**3/s": "m³/s",
}

_CARELESS = {
    symbol.casefold(): symbol
    for symbol in ("km", "kg", "cm", "mm", "kWh", "Hz", "kHz", "GHz", "GB", "TB")
}
"""Symbols that are often written without regard to capitals, and cannot be another."""
_IS_DATA = re.compile(r"(?:bit|byte|\b[kMGTP]?(?:B|b))(?:$|\W)")
_POWERS = {"²": "2", "³": "3", "⁻": "-", "¹": "1"}
_AREA = re.compile(r"(?:(?P<power>square|sq\.?|cubic|cu\.?) )(?P<unit>.+)")
_FACTOR = re.compile(r"(?P<unit>[^\W\d_]+|°[CFKcf]?|%|‰)(?:\^?(?P<power>-?\d))?")


@lru_cache(maxsize=10_000)
def unit(text: str) -> str | None:
    """Return what pint calls a unit, as it stands in a text; None if it is none.

    >>> unit("km/h"), unit("kilometres per hour"), unit("mV"), unit("MV"), unit("cars")
    ('km/h', 'kilometer/hour', 'mV', 'MV', None)
    """
    text = "".join(_POWERS.get(character, character) for character in text.strip(" ."))
    if not text:
        return None
    if match := _AREA.fullmatch(text.casefold()):
        inner = _one(text[match.start("unit") :])
        power = 2 if match["power"].startswith("sq") else 3
        return f"({inner})**{power}" if inner else None
    if one := _one(text):
        return one
    top, divided, below = re.sub(r"\s+per\s+", "/", text).partition("/")
    if divided:
        above, under = unit(top), unit(below)
        return f"{above}/({under})" if above and under else None
    return _product(text)


def _product(text: str) -> str | None:
    """Return a product of symbols with powers: kW h, m2, m s-2."""
    factors = []
    for part in re.split(r"[ ·*⋅]+", text):
        match = _FACTOR.fullmatch(part)
        inner = match and _one(match["unit"])
        if not match or not inner or (match["power"] and "**" in inner):
            return None
        factors.append(f"({inner})**({match['power']})" if match["power"] else inner)
    return "*".join(factors)


def _has_prefix(text: str) -> bool:
    """Say whether a symbol is another one with a prefix; a decibel is no tenth of a byte."""
    if len(text) < 2 or text[0] not in _PREFIXES or text[1:] not in _PREFIXED or text == "pH":
        return False
    return text[0] in "kMGTP" or text[1:] not in ("B", "b", "bit", "bps")


def _one(text: str) -> str | None:
    if text in _SYMBOLS:
        return _SYMBOLS[text]
    if _has_prefix(text):
        return _PREFIXES[text[0]] + _SYMBOLS[text[1:]]
    name = text.casefold().replace("metre", "meter").replace("litre", "liter")
    candidates = [name, name.removesuffix("s")]
    if " " in name or "-" in name:  # degrees Celsius, years old
        first, joint, rest = name.partition(" ") if " " in name else name.partition("-")
        candidates += [
            f"{first.removesuffix('s')}{joint}{rest}",
            f"{first.removesuffix('s')}{joint}{rest.removesuffix('s')}",
        ]
    for candidate in candidates:
        if candidate in _NAMES:
            return _NAMES[candidate]
        for prefix in _NAME_PREFIXES:
            rest = candidate.removeprefix(prefix).strip("- ")
            if rest != candidate and _NAMES.get(rest) in _PREFIXED_NAMES:
                return prefix + _NAMES[rest]
    return _one(_CARELESS[name]) if name in _CARELESS and text != _CARELESS[name] else None


@lru_cache(maxsize=10_000)
def in_one_unit(value: Decimal, pint_unit: str) -> tuple[float, str] | None:
    """Return a value in the unit that all quantities of its kind are kept in, and that unit."""
    if pint_unit == "percent":
        return float(value), "%"
    if pint_unit == "permille":
        return float(value / 10), "%"
    if pint_unit in ("percentage_point", "ppm", "degree", "rpm"):
        return float(value), {"percentage_point": "pp", "degree": "°"}.get(pint_unit, pint_unit)
    if pint_unit.strip("()") in ("degC", "degF", "kelvin", "K"):
        return _celsius(value, pint_unit.strip("()")), "°C"
    registry = _registry()
    quantity = float(value) * registry.parse_expression(pint_unit)
    if _IS_DATA.search(pint_unit):  # a bit has no dimension, and one a second is no hertz
        target: str | None = "byte/s" if "/" in pint_unit else "byte"
    else:
        apart = next((name for name in _APART if name in pint_unit.casefold()), None)
        target = _APART[apart] if apart else _target(quantity.dimensionality)
    if target:
        return _rounded(quantity.to(target).magnitude), _SHOWN.get(target, target)
    base = quantity.to_base_units()
    return _rounded(base.magnitude), f"{base.units:~C}"


def _celsius(value: Decimal, scale: str) -> float:
    if scale == "degF":
        return _rounded(float((value - 32) * 5 / 9))
    return float(value) if scale == "degC" else float(value - Decimal("273.15"))


def _rounded(number: float) -> float:
    """Return a number without the noise of its binary digits: 5 km are 5000 m exactly."""
    return float(f"{number:.12g}")


def _target(dimensionality: object) -> str | None:
    """Return the unit for quantities of some dimension, if it has one of its own."""
    parse = _registry().parse_units
    return next((each for each in _TARGETS if parse(each).dimensionality == dimensionality), None)


@cache
def _registry() -> "UnitRegistry[float]":
    from pint import UnitRegistry  # half a second, for the first unit of a night

    registry: UnitRegistry[float] = UnitRegistry(cache_folder=None)
    return registry
