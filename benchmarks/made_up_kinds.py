"""Made-up people, companies, offices and countries, named in all the ways in which documents do.

`benchmarks.made_up_names` has five ways of naming a thing. Here are twenty, each with its kind, so
that figures can say which of them are found. Seeds 1 and 2 share no surname, first name, short
form, trade, field or country, so what weights are fitted on is none of what is reported on.

Among them are things that must stay apart: one person in twenty has the name of another, one in
forty is a father and his son, many people share a family name and its first initial, and companies
share the word that they begin with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.identity_corpora import GoldDocument, GoldMention

COUNTED = ("Person", "Organization", "Country")
"""Types of which pairs are counted: towns and days are written in one way, and speak for others."""
SYLLABLES = {
    1: (
        "bar hol whit ash stan kirk nor wes lang thorn ell har",
        "ley wick ford well ham combe ton",
    ),
    2: (
        "cran mor pem dun fair good red hart black ro bel sel",
        "shaw worth stead gate ridge dale by",
    ),
}
FIRST = {  # name, short form; first men, then women
    1: (
        "William:Bill Thomas:Tom Michael:Mike Charles:Chuck Samuel:Sam Edward:Ted Henry:Harry "
        "Daniel:Danny Walter:Walt Gregory:Greg Arthur:Art Peter:Pete",
        "Elizabeth:Liz Susan:Sue Margaret:Peggy Jennifer:Jenny Victoria:Vicky Alice:Ali Ruth: "
        "Helen:Nell Emily:Em Clara: Edith: Nora:",
    ),
    2: (
        "Robert:Bob James:Jim Richard:Dick Joseph:Joe Andrew:Andy Anthony:Tony Frederick:Fred "
        "Patrick:Paddy Stephen:Steve Hugo: Erik: Oskar:",
        "Katherine:Kate Deborah:Debbie Barbara:Barb Patricia:Trish Rebecca:Becky Judith:Judy "
        "Dorothy:Dot Theresa:Tess Pamela:Pam Vera: Hanna: Greta:",
    ),
}
TITLES = {1: ("Dr.", "Professor", "Mr.", "Ms."), 2: ("Prof.", "Dr", "Sir", "Mrs.")}
BEHIND = {1: ", Ph.D.", 2: ", MD"}
FOREIGN = {  # as it is spelt at home; as English texts spell it, in one way and in another
    1: [
        ("Пётр Чайковский", "Pyotr Tchaikovsky", "Petr Chaikovsky"),
        ("Михаил Горбачёв", "Mikhail Gorbachev", "Mikhail Gorbachyov"),
        ("Сергей Прокофьев", "Sergei Prokofiev", "Sergey Prokofyev"),
        ("Александр Солженицын", "Aleksandr Solzhenitsyn", "Alexander Solzhenitsyn"),
        ("Владимир Высоцкий", "Vladimir Vysotsky", "Vladimir Vysotskii"),
        ("Андрей Тарковский", "Andrei Tarkovsky", "Andrey Tarkovskiy"),
        ("Дмитрий Менделеев", "Dmitri Mendeleev", "Dmitry Mendeleyev"),
        ("محمد مصدق", "Mohammad Mosaddegh", "Mohammed Mossadegh"),
    ],
    2: [
        ("Фёдор Достоевский", "Fyodor Dostoevsky", "Fedor Dostoyevsky"),
        ("Никита Хрущёв", "Nikita Khrushchev", "Nikita Khrushchov"),
        ("Сергей Рахманинов", "Sergei Rachmaninoff", "Sergey Rakhmaninov"),
        ("Николай Лобачевский", "Nikolai Lobachevsky", "Nikolay Lobachevskiy"),
        ("Юрий Гагарин", "Yuri Gagarin", "Iurii Gagarin"),
        ("Иосиф Бродский", "Joseph Brodsky", "Iosif Brodsky"),
        ("Александр Пушкин", "Alexander Pushkin", "Aleksandr Pushkin"),
        ("نجيب محفوظ", "Naguib Mahfouz", "Nagib Mahfuz"),
    ],
}
TRADE = {
    1: "Rail Steel Paper Glass Grain Power Water Timber Copper Textile",
    2: "Air Marine Mining Tool Bridge Fabric Rubber Cement Motor Salt",
}
KIND = {  # in full, abbreviated
    1: "Manufacturing:Mfg. Association:Assn. Brothers:Bros. Group: Works: Union: Bank: Partners:",
    2: "International:Intl. Laboratories:Labs Services:Svcs. Agency: Company: Trust: "
    "Exchange:Exch. Society:Soc.",
}
FORMS = {1: "Ltd:Limited GmbH: Inc.:Incorporated plc:", 2: "Corp.:Corporation AG: LLC: Co.:Company"}
FIELD = {
    1: "Health Transport Forestry Justice Fisheries Trade",
    2: "Education Agriculture Labor Energy Housing Tourism",
}
OFFICE = {1: "Department:Dept. Institute:Inst.", 2: "Ministry:Min. Commission:Comm."}
SEATS = {1: "Norvale Estmere Karlby Lindau", 2: "Toulmont Varna Osthaven Girona"}
TOWNS = {1: "Ghent Turin Leeds Malmo Porto Basel", 2: "Graz Lille Cork Turku Brno Faro"}
COUNTRIES = {
    1: "Netherlands:the Netherlands:Dutch; Spain:Spain:Spanish; Poland:Poland:Poles; "
    "Japan:Japan:Japanese; United Kingdom:UK:British",
    2: "France:France:French; Sweden:Sweden:Swedes; Greece:Greece:Greek; "
    "United States:USA:Americans; Czech Republic:Czechia:Czech",
}


@dataclass
class Thing:
    """Something with its names, each with its kind and how often it is used."""

    id: str
    type: str
    names: list[tuple[str, str, int]]
    facts: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Type, entity type, text and thing of the other end."""
    said: list[tuple[str, str, str]] = field(default_factory=list)
    """Kind, another name, and how a document says that it has it: "also known as"."""


def made_up_kinds(seed: int, n_things: int = 300) -> tuple[list[GoldDocument], dict[str, str]]:
    """Return documents, and the kind of each way of naming, by its text."""
    chance = Random(seed)
    companies = [_company(chance, seed, number) for number in range(n_things // 2)]
    things = [*companies, *_offices(seed), *_countries(seed), *_foreigners(chance, seed)]
    people: list[tuple[Thing, tuple[str, ...]]] = []
    surnames = [_coined(chance, seed) for _ in range(n_things)]
    for number in range(n_things):
        parts = _person_parts(chance, seed, surnames)
        while any(parts[0] == other[0] and parts[2] == other[2] for _, other in people):
            parts = _person_parts(chance, seed, surnames)
        share = chance.random()
        if people and share < 0.05:  # a namesake
            parts = people[-1][1]
        people.append((_person(chance, seed, number, parts, companies), parts))
        if share > 0.975:  # a father and his son
            for behind in ("Sr.", "Jr."):
                thing = Thing(f"person {number} {behind}", "Person", [])
                full = f"{parts[0]} {parts[2]}"
                thing.names = [
                    (f"{full} {behind}", "generation", 2),
                    (f"{full}, {behind}", "generation", 2),
                ]
                thing.facts = [_town(chance, seed, "RESIDENCE")]
                things.append(thing)
    things += [person for person, _ in people]
    kinds = {name: kind for thing in things for name, kind, _ in thing.names}
    kinds |= {name: kind for thing in things for kind, name, _ in thing.said}
    return documents_about(chance, things), kinds


def documents_about(chance: Random, things: Sequence[Thing]) -> list[GoldDocument]:
    """Return up to five documents about each thing."""
    return [
        document_about(chance, f"{number}-{copy}", thing)
        for number, thing in enumerate(things)
        for copy in range(chance.randint(1, 5))
    ]


def _coined(chance: Random, seed: int) -> str:
    begin, end = (part.split() for part in SYLLABLES[seed])
    n_syllables = chance.randint(1, 2)
    return "".join([*chance.choices(begin, k=n_syllables), chance.choice(end)]).capitalize()


def _person_parts(chance: Random, seed: int, surnames: list[str]) -> tuple[str, ...]:
    men, women = (part.split() for part in FIRST[seed])
    sex = chance.choice("mf")
    first, short = chance.choice(men if sex == "m" else women).split(":")
    middle = (
        chance.choice(men if sex == "m" else women).split(":")[0] if chance.random() < 0.6 else ""
    )
    return first, "" if middle == first else middle, chance.choice(surnames), short, sex


def _person(
    chance: Random, seed: int, number: int, parts: tuple[str, ...], companies: list[Thing]
) -> Thing:
    first, middle, last, short, sex = parts
    usual = f"{first} {last}"
    full = f"{first} {middle} {last}" if middle else usual
    title = (
        TITLES[seed][2 if sex == "m" else 3]
        if chance.random() < 0.5
        else chance.choice(TITLES[seed][:2])
    )
    names = [
        (usual, "usual", 8),
        (f"{title} {usual}", "title", 2),
        (f"{usual}{BEHIND[seed]}", "title", 1),
        (f"{last}, {first}", "inverted", 2),
        (f"{first[0]}. {last}", "initial", 2),
        (misspelt(chance, usual), "misspelt", 1),
    ]
    if middle:
        names += [
            (full, "middle name", 3),
            (f"{first} {middle[0]}. {last}", "middle initial", 2),
            (f"{first[0]}. {middle[0]}. {last}", "initials", 2),
            (f"{last}, {first} {middle[0]}.", "inverted", 1),
        ]
    if short:
        names.append((f"{short} {last}", "short form", 2))
    thing = Thing(f"person {number}", "Person", names)
    if sex == "f" and chance.random() < 0.3:
        thing.said.append(("maiden name", f"{first} {_coined(chance, seed)}", " (née {})"))
    day = f"{chance.randint(1, 28)} May {chance.randint(1880, 1990)}"
    employer = chance.choice(companies)
    thing.facts = [
        ("DATE_OF_BIRTH", "Time", day, day),
        ("EMPLOYER", "Organization", employer.names[0][0], employer.id),
        _town(chance, seed, "RESIDENCE"),
    ]
    return thing


def _town(chance: Random, seed: int, fact: str) -> tuple[str, str, str, str]:
    town = chance.choice(TOWNS[seed].split())
    return fact, "Location", town, town


def _company(chance: Random, seed: int, number: int) -> Thing:
    coined, trade = _coined(chance, seed), chance.choice(TRADE[seed].split())
    kind, short_kind = chance.choice(KIND[seed].replace(": ", ":- ").split()).rstrip("-").split(":")
    form, long_form = chance.choice(FORMS[seed].split()).split(":")
    partner = _coined(chance, seed)
    name = f"{coined} & {partner} {kind}" if chance.random() < 0.2 else f"{coined} {trade} {kind}"
    names = [
        (name, "usual", 8),
        (f"{name} {form}", "legal form", 2),
        (f"The {name}", "article", 1),
        (misspelt(chance, name), "misspelt", 1),
    ]
    if long_form:
        names.append((f"{name} {long_form}", "legal form", 1))
    if short_kind:
        names.append((name.replace(kind, short_kind), "abbreviated word", 2))
    if " & " in name:
        names.append((name.replace("&", "and"), "and", 2))
    thing = Thing(f"company {number}", "Organization", names)
    thing.facts = [_town(chance, seed, "HEADQUARTERS_LOCATION")]
    acronym = "".join(word[0] for word in name.split() if word != "&")
    if chance.random() < 0.5:
        names.append((acronym, "acronym", 1))
        thing.said.append(("acronym", acronym, " ({})"))
    elif chance.random() < 0.3:
        before = f"{_coined(chance, seed)} {trade} {kind}"
        names.append((before, "former name", 1))
        said = chance.choice((" (formerly {})", ", formerly known as {},", " (also known as {})"))
        thing.said.append(("former name", before, said))
    return thing


def _offices(seed: int) -> list[Thing]:
    things = []
    number = ["First", "1st", "Second", "2nd", "Third", "3rd"]
    for seat in SEATS[seed].split():
        names = [(f"University of {seat}", "usual", 3), (f"{seat} University", "of", 2)]
        names += [
            (f"the University of {seat}", "article", 1),
            (f"Univ. of {seat}", "abbreviated word", 1),
        ]
        things.append(Thing(f"university {seat}", "Organization", names))
        british = "Centre" if seed == 1 else "Defence Institute"
        names = [(f"{seat} Research {british}", "usual", 2)]
        names.append((names[0][0].replace("tre", "ter").replace("ence", "ense"), "British", 2))
        things.append(Thing(f"centre {seat}", "Organization", names))
        for place in range(0, len(number), 2):
            names = [(f"{each} {seat} Bank", "number", 2) for each in number[place : place + 2]]
            things.append(Thing(f"bank {place} {seat}", "Organization", names))
        for place, roman in enumerate(("I", "II", "III"), 1):
            names = [(f"{seat} Pact {each}", "number", 2) for each in (roman, place)]
            things.append(Thing(f"pact {place} {seat}", "Organization", names))
    for office in OFFICE[seed].split():
        long, short = office.split(":")
        for of in FIELD[seed].split():
            names = [(f"{long} of {of}", "usual", 3), (f"{short} of {of}", "abbreviated word", 2)]
            things.append(Thing(f"{long} {of}", "Organization", names))
            american = [
                (f"{each} {long} of {of}", "country", 2) for each in ("US", "United States", "U.S.")
            ]
            things.append(Thing(f"US {long} {of}", "Organization", american))
    return things


def _countries(seed: int) -> list[Thing]:
    return [
        Thing(names.split(":")[0], "Country", [(name, "country", 1) for name in names.split(":")])
        for names in COUNTRIES[seed].split("; ")
    ]


def _foreigners(chance: Random, seed: int) -> list[Thing]:
    return [
        Thing(
            f"foreigner {usual}",
            "Person",
            [(usual, "usual", 3), (home, "alphabet", 2), (other, "transliteration", 2)],
            [_town(chance, seed, "RESIDENCE")],
        )
        for home, usual, other in FOREIGN[seed]
    ]


def misspelt(chance: Random, name: str) -> str:
    """Return a name with a letter left out, doubled or exchanged with the next, not the first."""
    places = [n for n in range(1, len(name) - 1) if name[n - 1 : n + 2].isalpha()]
    place = chance.choice(places)
    slip = chance.choice(("", name[place] * 2, name[place + 1] + name[place]))
    return name[:place] + slip + name[place + (2 if len(slip) == 2 and slip[0] != slip[1] else 1) :]


def document_about(chance: Random, id_: str, thing: Thing) -> GoldDocument:
    document = GoldDocument(id_, "")

    def name(type_: str, text: str, of: str) -> GoldMention:
        start = len(document.text)
        document.text += text
        document.mentions.append(GoldMention(start, start + len(text), text, type_, of))
        return document.mentions[-1]

    text, kind, _ = chance.choices(thing.names, [weight for *_, weight in thing.names])[0]
    subject = name(thing.type, text, thing.id)
    if kind == "usual" and thing.said and chance.random() < 0.4:
        _, other, said = chance.choice(thing.said)
        before, after = said.split("{}")
        document.text += before
        name(thing.type, other, thing.id)
        document.text += after
    for type_, end_type, end, of in thing.facts:
        if chance.random() < 0.5:
            document.text += f" {type_.lower().replace('_', ' ')} "
            object_ = name(end_type, end, of)
            document.facts.append((subject, type_, object_))
    document.text += ". "
    return document
