"""Words that are written in more than one way: short and long, numbers, spellings, plurals; pure.

Tables of what any reader of English knows, and no names of anybody: "Intl." is "International",
"2nd" is "Second" and "II", a "Centre" is a "Center", and "mice" are a "mouse".
"""

import re
from functools import lru_cache

_LONG_FORMS = """
    academy: acad; administration: admin admn; advanced: adv; agricultural: agric agr
    american: amer; association: assn assoc asscn; associates: assocs; authority: auth
    avenue: ave; boulevard: blvd; brothers: bros; building: bldg; bureau: bur
    center: ctr cntr; chemical: chem; college: coll; commission: comm commn
    committee: cttee cmte; community: cmty; consolidated: consol; construction: constr
    cooperative: coop; council: cncl; county: cnty; department: dept dep dpt; development: dev devt
    distribution: distr; district: dist; division: div; economic: econ; education: educ
    electric: elec; electronics: electr; engineering: engg engng engrg; enterprises: entps
    environmental: envtl; establishment: estab; exchange: exch; federal: fed; federation: fedn
    financial: finl; fort: ft; foundation: fdn fndn; geological: geol; government: govt
    hospital: hosp; industrial: indl; industries: inds; institute: inst; institution: instn
    insurance: ins; international: intl intnl; island: isl; journal: jour; laboratories: labs
    laboratory: lab; library: libr; machinery: mach; management: mgmt mgt
    manufacturers: mfrs; manufacturing: mfg; marketing: mktg; medical: med; memorial: meml
    metropolitan: metro; ministry: min; mount: mt; mountain: mtn; mountains: mts mtns
    municipal: mun; museum: mus; national: natl; northern: nthn;
      operations: ops; organisation: orgn; organization: org; petroleum: petrol; pharmaceutical: pharm
    pharmaceuticals: pharms; physics: phys; point: pt; products: prods; province: prov
    psychology: psychol; publishing: publ; railroad: rr; railway: rly rwy ry; regiment: regt
    regional: regl;  research: res; river: riv; road: rd; school: sch; science: sci
    secretary: secy; section: sect;  service: svc serv; services: svcs
    society: soc; square: sq; station: stn sta; statistics: stat; street: st
    systems: sys; technical: tech; technologies: techs; technology: technol; telecommunications: telecom
    telegraph: telegr; telephone: tel; transportation: transp; treasury: treas; university: univ uni
    utilities: utils; veterinary: vet; western: wstn
"""  # noqa: E501 - a table
_SAFE_WITHOUT_DOT = frozenset(
    ("intl", "intnl", "dept", "dpt", "univ", "assn", "assoc", "natl", "govt", "bros", "mfg",
     "mgmt", "mgt", "bldg", "blvd", "cttee", "cmte", "svc", "svcs", "ctr", "engg", "fdn", "fndn",
     "devt", "hosp", "labs", "mt", "ft", "regt", "rly", "rwy", "stn", "mtn", "mtns")
)  # fmt: skip
"""Short forms that are no words: the others are short forms only where a dot says so."""

LONG_FORMS = {
    short: long.strip()
    for entry in re.split(r"[;\n]", _LONG_FORMS)
    if ":" in entry
    for long, shorts in [entry.split(":")]
    for short in shorts.split()
}
"""By short form, the word."""

SPELT_OUT = {
    "us": ("united", "states"),
    "usa": ("united", "states", "of", "america"),
    "uk": ("united", "kingdom"),
    "un": ("united", "nations"),
    "eu": ("european", "union"),
    "uae": ("united", "arab", "emirates"),
    "ussr": ("soviet", "union"),
    "nyc": ("new", "york", "city"),
}
"""What everybody abbreviates, where it is one word of several: "US Senate"."""

_ORDINALS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
"""
NUMBERS = {word: str(number) for number, word in enumerate(_ORDINALS.split(), 1)}
"""By ordinal, the number."""
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
# The look-ahead refuses the empty text: every part behind it may be missing.
ROMAN = re.compile(r"(?=[ivxlcdm])m{0,3}(?:c[md]|d?c{0,3})(?:x[cl]|l?x{0,3})(?:i[xv]|v?i{0,3})")
"""A Roman number in small letters."""
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}

# British before American. Stems where a rule by letters would take "Michael" for "Michel".
_AMERICAN = (
    (re.compile(r"(?<=..)ou(?=r(?:s|ed|ing|al|able|ite|hood|less|ful|y)?$)"), "o"),
    (re.compile(r"(?<=[aein])tre(?=s?$)|(?<=c)tre(?=s?$)"), "ter"),
    (re.compile(r"is(?=(?:e[ds]?|ing|ations?|ational|ers?)$)"), "iz"),
    (re.compile(r"ys(?=(?:e[ds]?|ing)$)"), "yz"),
    (re.compile(r"ogue(?=s?$)"), "og"),
    (re.compile(r"(?<=fen|cen)ce(?=s?$)"), "se"),
    (re.compile(r"programme(?=s?$)"), "program"),
    (re.compile(r"aluminium"), "aluminum"),
    (re.compile(r"haem"), "hem"),
    (re.compile(r"aemi"), "emi"),
    (re.compile(r"(?<=p)aed(?=i)"), "ed"),
    (re.compile(r"(?<=an)aesth"), "esth"),
    (re.compile(r"(?<=gyn)aec"), "ec"),
    (re.compile(r"(?<=arch)aeo"), "eo"),
    (re.compile(r"^oe(?=dem|soph|str)"), "e"),
    (re.compile(r"^foet"), "fet"),
    (re.compile(r"rrhoea"), "rrhea"),
    (re.compile(r"^coel(?=i)"), "cel"),
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"tumour"), "tumor"),
)
_SHORTEST_RESPELT = 5
_PLURALS = {"mice": "mouse", "men": "man", "women": "woman", "children": "child", "feet": "foot",
            "teeth": "tooth", "geese": "goose", "lice": "louse", "wives": "wife", "lives": "life",
            "leaves": "leaf", "wolves": "wolf", "bacteria": "bacterium"}  # fmt: skip
_ES_OF_PLURAL = re.compile(r"(?:ss|gas|(?<![aeo])us)es$")


def written_out(words: tuple[str, ...], dotted: frozenset[str]) -> tuple[str, ...]:
    """Return words in their long forms.

    Args:
        words: In small letters.
        dotted: Those of them that a dot follows in the text.
    """
    long: list[str] = []
    for word in words:
        if len(words) > 1 and word in SPELT_OUT:
            long += SPELT_OUT[word]
        elif word in LONG_FORMS and (word in dotted or word in _SAFE_WITHOUT_DOT):
            long.append(LONG_FORMS[word])
        else:
            long.append(word)
    return tuple(long)


@lru_cache(maxsize=50_000)
def numbered(word: str, *, may_be_roman: bool = True) -> str:
    """Return a word with its number in digits: "second", "2nd" and "ii" are all "2".

    >>> numbered("second"), numbered("2nd"), numbered("ii"), numbered("rail")
    ('2', '2', '2', 'rail')
    """
    if match := _ORDINAL.fullmatch(word):
        return match[1]
    if may_be_roman and len(word) > 1 and ROMAN.fullmatch(word):
        return str(_roman(word))
    return NUMBERS.get(word, word)


def _roman(word: str) -> int:
    values = [_ROMAN_DIGITS[digit] for digit in word]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


@lru_cache(maxsize=50_000)
def american(word: str) -> str:
    """Return a word in American spelling; others as they are.

    >>> american("centre"), american("tumours"), american("organisation"), american("michael")
    ('center', 'tumors', 'organization', 'michael')
    """
    if len(word) < _SHORTEST_RESPELT:
        return word
    for british, replacement in _AMERICAN:
        word = british.sub(replacement, word)
    return word


@lru_cache(maxsize=50_000)
def singular(word: str) -> str:
    """Return a word without the ending of a plural."""
    if word in _PLURALS:
        return _PLURALS[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    # "Metastasis" and "metastases" meet in what "es" leaves; "basis" is too short to be told from
    # "base".
    if len(word) > 5 and word.endswith("sis"):
        return word[:-2] + "e"
    # "Viruses" are a virus and "classes" a class. But "diseases", "cases" and "houses" have lost
    # an "s" alone: with "es" gone, they would not be the plural of anything.
    if len(word) > 4 and _ES_OF_PLURAL.search(word):
        return word[:-2]
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural else word


_VOWELS = re.compile(r"[aeiouy]+")


def consonants(word: str) -> str:
    """Return a word without its vowels."""
    return _VOWELS.sub("", word)


# How languages write one sound, longest first; capitals stand for sounds of several letters.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"tsch|tch|tsh|ch|cz", "C"), (r"shch|sch|sh|sz", "S"), (r"zh|dzh|dj", "Z"),
        (r"ts|tz", "T"), (r"kh|gh|ph|th|dh|bh", ""), (r"ck|q|c", "k"), (r"x", "ks"), (r"w", "v"),
        (r"off$", "ov"), (r"yo", "e"), (r"ou|oo", "u"), (r"ee", "i"), (r"[yj]", "i"),
        (r"i?ie", "e"), (r"(.)\1+", r"\1"), (r"ii+", "i"),
    )
)  # fmt: skip
_ASPIRATED = {"kh": "h", "gh": "g", "ph": "f", "th": "t", "dh": "d", "bh": "b"}


@lru_cache(maxsize=50_000)
def sounds(word: str) -> str:
    """Return roughly how a word in Latin letters sounds, whichever language wrote it so.

    >>> sounds("tchaikovsky") == sounds("chaykovskiy"), sounds("yeltsin") == sounds("jelzin")
    (True, False)
    """
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound or (lambda match: _ASPIRATED[match[0]]), word)
    return word
