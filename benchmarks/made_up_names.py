"""Made-up people and companies, homonyms among them, in documents that name them in many ways."""

from random import Random

from benchmarks.identity_corpora import GoldDocument, GoldMention

SYLLABLES = {
    1: ("ka lo mi ren tas vel dor an bri ce du el fa gon hu is jo", "son ley ton berg man ric den"),
    2: (
        "pa so ni ber tur wen gal or cri de mu al ha fon ju es ro",
        "sen field wood stein lund ser",
    ),
}
FIRST = {
    1: "John Mary Peter Anna Thomas Clara James Edith Paul Nora Henry Alice Walter Ruth Simon Ida",
    2: "Karl Berta Oskar Hanna Emil Greta Felix Lotte Anton Frida Bruno Marta Erik Sofia Hugo Vera",
}
NAMESAKES = 0.1
"""Share of people who have the name of another."""
TRADE = {
    1: "Rail Road River Steel Paper Glass Grain Power Water Timber Copper Textile",
    2: "Air Marine Mining Tool Bridge Fabric Rubber Cement Motor Salt Pump Cable",
}
KIND = [
    "Agency",
    "Company",
    "Group",
    "Works",
    "Union",
    "Services",
    "Bank",
    "Partners",
    "Institute",
    "Laboratories",
]
FORMS = ("Ltd", "Inc.", "Corp.", "GmbH", "AG", "plc", "LLC")
TOWNS = {
    1: ["Ghent", "Turin", "Leeds", "Malmo", "Porto", "Basel"],
    2: ["Graz", "Lille", "Cork", "Turku", "Brno", "Faro"],
}


def made_up(seed: int, n_things: int = 400) -> list[GoldDocument]:
    """Return documents about people and companies; seeds 1 and 2 have no name in common."""
    chance = Random(seed)
    companies = [_company(chance, seed) for _ in range(n_things // 2)]
    people: list[dict] = []
    for _ in range(n_things):
        person = _person(chance, seed, companies)
        if people and chance.random() < NAMESAKES:
            person |= {part: people[-1][part] for part in ("first", "middle", "last")}
        people.append(person)
    documents: list[GoldDocument] = []
    documents += [
        _about_person(chance, f"p{number}-{copy}", number, person)
        for number, person in enumerate(people)
        for copy in range(chance.randint(1, 4))
    ]
    documents += [
        _about_company(chance, f"c{number}-{copy}", company)
        for number, company in enumerate(companies)
        for copy in range(chance.randint(1, 4))
    ]
    return documents


def _person(chance: Random, seed: int, companies: list[dict]) -> dict:
    return {
        "first": chance.choice(FIRST[seed].split()),
        "middle": chance.choice(FIRST[seed].split()) if chance.random() < 0.5 else "",
        "last": _coined(chance, seed),
        "born": f"{chance.randint(1, 28)} May {chance.randint(1880, 1990)}",
        "employer": chance.choice(companies),
        "town": chance.choice(TOWNS[seed]),
    }


def _company(chance: Random, seed: int) -> dict:
    words = [
        _coined(chance, seed),
        chance.choice(TRADE[seed].split()),
        chance.choice(KIND),
    ]
    return {
        "name": " ".join(words),
        "short": "".join(word[0] for word in words),
        "form": chance.choice(FORMS),
        "town": chance.choice(TOWNS[seed]),
        "thing": f"company {' '.join(words)} {chance.random()}",
    }


def _coined(chance: Random, seed: int) -> str:
    begin, end = (part.split() for part in SYLLABLES[seed])
    n_syllables = chance.randint(1, 2)
    return "".join([*chance.choices(begin, k=n_syllables), chance.choice(end)]).capitalize()


def person_names(person: dict) -> list[str]:
    """Return the ways in which documents name a person, from usual to rare."""
    first, middle, last = person["first"], person["middle"], person["last"]
    full = f"{first} {middle} {last}" if middle else f"{first} {last}"
    return [
        full,
        f"{first} {last}",
        f"{first} {middle[0]}. {last}" if middle else f"Dr. {first} {last}",
        f"{first[0]}. {middle[0]}. {last}" if middle else f"{first[0]}. {last}",
        f"{last}, {first}",
    ]


def company_names(company: dict) -> list[str]:
    """Return the ways in which documents name a company, from usual to rare."""
    name = company["name"]
    return [name, f"{name} {company['form']}", f"The {name}", company["short"], _misspelt(name)]


def _misspelt(name: str) -> str:
    place = len(name) // 2
    return name[:place] + name[place + 1 :] if name[place] != " " else name + "e"


class _Writing:
    """A document in the making."""

    def __init__(self, id_: str) -> None:
        self.document = GoldDocument(id_, "")

    def name(self, type_: str, text: str, thing: str, then: str) -> GoldMention:
        start = len(self.document.text)
        self.document.text += text
        mention = GoldMention(start, start + len(text), text, type_, thing)
        self.document.mentions.append(mention)
        self.document.text += then
        return mention


def _about_person(chance: Random, id_: str, number: int, person: dict) -> GoldDocument:
    writing = _Writing(id_)
    name = chance.choices(person_names(person), (6, 4, 2, 2, 1))[0]
    subject = writing.name("Person", name, f"person {number}", " ")
    facts = writing.document.facts
    if chance.random() < 0.6:
        writing.document.text += "was born on "
        day = writing.name("Time", person["born"], f"day {person['born']}", " ")
        facts.append((subject, "DATE_OF_BIRTH", day))
    if chance.random() < 0.5:
        writing.document.text += "and works for "
        company = person["employer"]
        object_ = writing.name("Organization", company["name"], company["thing"], " ")
        facts.append((subject, "EMPLOYER", object_))
    if chance.random() < 0.5:
        writing.document.text += "in "
        town = writing.name("Location", person["town"], person["town"], ".")
        facts.append((subject, "RESIDENCE", town))
    return writing.document


def _about_company(chance: Random, id_: str, company: dict) -> GoldDocument:
    writing = _Writing(id_)
    name = chance.choices(company_names(company), (6, 4, 2, 2, 1))[0]
    subject = writing.name("Organization", name, company["thing"], " ")
    if name != company["short"] and chance.random() < 0.3:
        writing.document.text = writing.document.text.rstrip() + " ("
        writing.name("Organization", company["short"], company["thing"], ") ")
    writing.document.text += "has its seat in "
    town = writing.name("Location", company["town"], company["town"], ".")
    writing.document.facts.append((subject, "HEADQUARTERS_LOCATION", town))
    return writing.document
