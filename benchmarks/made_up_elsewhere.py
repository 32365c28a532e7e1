"""Made-up people, companies, places and works of a dozen languages, nearer to life than others.

Some family names are much more common than others, so that namesakes, and initials that fit several
people, come by themselves. One person in five lives in two towns or works for two companies. Many
names have accents that some documents leave out, and many works have parts.

Odd seeds have five languages, for tuning. Even ones have eight others, and no name in common with
them, with `benchmarks.made_up_names` or with `benchmarks.made_up_kinds`. They are held out: neither
weights nor rules are chosen on them, nor are they read for what is wrong there.
"""

from dataclasses import dataclass
from random import Random
from unicodedata import combining, normalize

from benchmarks.identity_corpora import GoldDocument
from benchmarks.made_up_kinds import Thing, documents_about, misspelt

COUNTED_ELSEWHERE = ("Person", "Organization", "Place", "Work")
"""Types of which pairs are counted; days are written in one way."""


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """What names of one language are made of, the most common first."""

    name: str
    surnames: str
    """Parted by spaces, or by bars where names have spaces."""
    men: str
    women: str
    titles: tuple[str, str, str]
    """Of a man, of a woman, and of either."""
    towns: str
    firms: tuple[str, ...]
    """A firm's name by a family name or a town."""
    forms: tuple[str, ...]
    works: str
    places: tuple[tuple[str, ...], ...]
    """Ways of naming one place by a family name; the first is the usual one."""


TUNING = (
    Tongue(
        name="Portuguese",
        surnames="Silva Gonçalves Araújo Magalhães Teixeira Brandão Falcão Queirós Bragança",
        men="João Estêvão Rui Caetano Leandro Vítor",
        women="Conceição Fátima Lurdes Graça Leonor Amália",
        titles=("Senhor", "Senhora", "Dr."),
        towns="Évora Guimarães Setúbal Viseu Olhão",
        firms=("Conservas {surname}", "{surname} & {other} Cortiças", "Banco de {town}"),
        forms=("Lda.", "S.A."),
        works="Maresia Travessia Saudades Neblina Alvorada",
        places=(("Serra {surname}", "Serra de {surname}"), ("São {surname}", "S. {surname}")),
    ),
    Tongue(
        name="Swedish",
        surnames="Lindström Sjöberg Åkesson Bergqvist Hägglund Öberg Norén Wallander Ekström",
        men="Göran Håkan Börje Torbjörn Lennart Sven",
        women="Åsa Märta Ingegerd Gunilla Solveig Birgitta",
        titles=("Herr", "Fru", "Professor"),
        towns="Växjö Härnösand Borås Kalmar Gävle",
        firms=("{surname} Möbler", "Bröderna {surname}", "{town} Hamn"),
        forms=("AB", "Aktiebolag"),
        works="Skymning Havsbrus Vintervägen Fyren Gryning",
        places=(("{surname}sjön", "{surname}-sjön"),),
    ),
    Tongue(
        name="Czech",
        surnames="Novotný Dvořáček Šimůnek Kučera Růžička Hájek Čapek Vaněk",
        men="Jiří Zdeněk Luboš Přemysl Václav Radek",
        women="Zdeňka Růžena Libuše Věra Alžběta Jitka",
        titles=("Pan", "Paní", "Dr."),
        towns="Písek Třebíč Znojmo Kolín Děčín",
        firms=("Pivovar {surname}", "Sklárny {town}", "Nakladatelství {surname}"),
        forms=("a.s.", "s.r.o."),
        works="Soumrak Poutník Jeřáby Podzim Hradba",
        places=(("Jezero {surname}", "Jez. {surname}"),),
    ),
    Tongue(
        name="Danish",
        surnames="Sørensen|Mørk|af Rosenborg|Bjerregaard|Skov|Østergaard|von Holck|Kjær",
        men="Søren Jørgen Bjarne Mogens Aage Palle",
        women="Kirsten Bodil Åse Merete Lærke Dorte",
        titles=("Hr.", "Fru", "Prof."),
        towns="Hjørring Køge Ribe Thisted Holbæk",
        firms=("{surname} Skibsværft", "{surname} & {other} Forlag", "{town} Mejeri"),
        forms=("A/S", "ApS"),
        works="Tusmørke Klitten Efterår Ankerplads Tågen",
        places=(("{surname} Bakke", "{surname}bakke"),),
    ),
    Tongue(
        name="Scottish",
        surnames="Carmichael Drummond MacLeod Galbraith Sinclair Buchanan McEwan Kinnaird Lorimer",
        men="Hamish Kenneth:Ken Duncan Archibald:Archie Ronald:Ron Ewan Malcolm",
        women="Fiona Catriona Jacqueline:Jackie Moira Eilidh Veronica:Ronnie Shona",
        titles=("Mr.", "Mrs.", "Dr."),
        towns="Oban Stirling Wick Peebles Largs",
        firms=("{surname} Distillers", "{surname} & {other} Estates", "{town} Ferry Company"),
        forms=("Ltd", "Limited", "plc"),
        works="Heather Peatfire Kelpies Longships Brackenfall",
        places=(("Ben {surname}", "Ben-{surname}"), ("Mount {surname}", "Mt. {surname}")),
    ),
)
HELD_OUT = (
    Tongue(
        name="German",
        surnames="Müller Schröder Weiß Köhler Brandt Jäger Krüger Vogt Seidel Böhm Lindner Haas",
        men="Jürgen Matthias Rüdiger Uwe Holger Detlef Götz Ulrich",
        women="Heike Birgit Käthe Sabine Gisela Ilse Jutta Annegret",
        titles=("Herr", "Frau", "Dr."),
        towns="Wolfenbüttel Görlitz Bayreuth Celle Plauen",
        firms=("{surname} Maschinenbau", "Verlag {surname} & {other}", "Stadtwerke {town}"),
        forms=("GmbH", "AG", "KG"),
        works="Herbstlicht Flussufer Nachtzug Winterreise Sternenstaub",
        places=(("Sankt {surname}", "St. {surname}"), ("{surname}see", "{surname}-See")),
    ),
    Tongue(
        name="French",
        surnames="Lefèvre Moreau Girard Bonnet François Mercier Dupré Besson Marchand Chauvet",
        men="Gérard Benoît Étienne Thierry Yves Pascal Luc Rémi",
        women="Hélène Chloé Sylvie Margot Solange Aurélie Odile Noémie",
        titles=("Monsieur", "Madame", "Prof."),
        towns="Besançon Orléans Quimper Angers Nîmes",
        firms=("Éditions {surname}", "Transports {surname}", "Verreries de {town}"),
        forms=("SARL", "S.A.", "SAS"),
        works="Crépuscule Rivages Lumières Labyrinthe Marées",
        places=(("Mont {surname}", "Mt. {surname}"), ("Saint-{surname}", "St {surname}")),
    ),
    Tongue(
        name="Spanish",
        surnames="García Núñez Ibáñez Romero Castaño Vidal Peña Serrano Ortiz Quintana",
        men="Joaquín Íñigo Rafael Álvaro Ramón Gonzalo Tomás Hernán",
        women="Inés Lucía Pilar Rocío Begoña Dolores Ximena Marisol",
        titles=("Señor", "Señora", "Dr."),
        towns="Cáceres Huelva Lugo Jaén Zamora",
        firms=("Construcciones {surname}", "Bodegas {surname} y {other}", "Banco de {town}"),
        forms=("S.L.", "S.A."),
        works="Senderos Amanecer Cenizas Horizontes Espejismo",
        places=(("Sierra {surname}", "Sierra de {surname}"), ("Villa {surname}", "Villa{surname}")),
    ),
    Tongue(
        name="Italian",
        surnames="Ferraro Colombo Gallo Niccolò Moretti Bassani Fabbri Pellegrini Zanetti",
        men="Giuseppe Niccolò Salvatore Ettore Dario Fulvio Massimo",
        women="Giulia Ornella Federica Chiara Letizia Piera Donatella",
        titles=("Signor", "Signora", "Professor"),
        towns="Forlì Viterbo Mantova Trani Cuneo",
        firms=("Officine {surname}", "Fratelli {surname}", "Banca Popolare di {town}"),
        forms=("S.p.A.", "S.r.l."),
        works="Tramonto Sentieri Vertigine Laguna Crepuscoli",
        places=(("Monte {surname}", "Mte. {surname}"), ("Lago {surname}", "Lago di {surname}")),
    ),
    Tongue(
        name="Polish",
        surnames="Nowak Wójcik Zieliński Wiśniewski Kołodziej Górski Szczepański Łukasik",
        men="Stanisław Wojciech Zbigniew Łukasz Tadeusz Bogdan",
        women="Małgorzata Agnieszka Bożena Halina Zofia Ewa",
        titles=("Pan", "Pani", "Prof."),
        towns="Łomża Kielce Rzeszów Elbląg Opole",
        firms=("Browar {surname}", "Stocznia {town}", "Wydawnictwo {surname}"),
        forms=("S.A.", "Sp. z o.o."),
        works="Mgła Popioły Zmierzch Kamienie Przystań",
        places=(("Jezioro {surname}", "Jez. {surname}"),),
    ),
    Tongue(
        name="Turkish",
        surnames="Öztürk Yılmaz Şahin Çelik Aydın Koç Güneş Arslan Doğan",
        men="Mehmet Ömer Şükrü Kemal Barış Emre",
        women="Ayşe Zeynep Gülşen Elif Özlem Nurcan",
        titles=("Bay", "Bayan", "Dr."),
        towns="Eskişehir Muğla Çorum Bolu Niğde",
        firms=("{surname} Tekstil", "{surname} Holding", "{town} Şeker"),
        forms=("A.Ş.", "Ltd. Şti."),
        works="Rüzgar Gölge Yolculuk Fırtına Sessizlik",
        places=(("{surname} Dağı", "{surname}dağı"),),
    ),
    Tongue(
        name="Dutch",
        surnames="van der Berg|de Vries|Dijkstra|van Leeuwen|Bakker|Hoekstra|ten Brink|Mulder",
        men="Willem Joost Ruud Maarten Pieter Sjoerd",
        women="Marijke Annelies Femke Saskia Trijntje Wietske",
        titles=("Meneer", "Mevrouw", "Dr."),
        towns="Deventer Assen Zwolle Leiden Venlo",
        firms=("Scheepswerf {surname}", "Drukkerij {surname}", "Haven {town}"),
        forms=("B.V.", "N.V."),
        works="Schemering Zandbanken Waterkant Stormvloed Dageraad",
        places=(("{surname}meer", "{surname} Meer"),),
    ),
    Tongue(
        name="English",
        surnames="Thornbury Ashworth Pendleton Macrae O'Hara Whitlock Fenwick Garside Hollis",
        men="Nigel Alastair Geoffrey:Geoff Timothy:Tim Gareth Benjamin:Ben Douglas:Doug Alan",
        women="Philippa Gwendolyn:Gwen Rosemary:Rosie Imogen Christine:Chris Joanna Maureen Hazel",
        titles=("Mr.", "Mrs.", "Dr"),
        towns="Whitby Kendal Ludlow Arbroath Penzance",
        firms=("{surname} Shipping", "{surname} & {other} Solicitors", "{town} Harbour Authority"),
        forms=("Ltd", "plc", "Limited"),
        works="Driftwood Saltmarsh Lanterns Undertow Millstones",
        places=(("Mount {surname}", "Mt. {surname}"), ("Fort {surname}", "Ft. {surname}")),
    ),
)


def made_up_elsewhere(seed: int, n_of_each: int = 40) -> tuple[list[GoldDocument], dict[str, str]]:
    """Return documents, and the kind of each way of naming, by its text."""
    chance = Random(seed)
    things: list[Thing] = []
    for tongue in TUNING if seed % 2 else HELD_OUT:
        firms = _firms(chance, tongue, n_of_each // 2)
        people = [_person(chance, tongue, number, firms) for number in range(n_of_each)]
        works = [
            _work(chance, f"{title} {part}".strip(), people)
            for title in tongue.works.split()
            for part in ("", "II", "III")
        ]
        things += [*firms, *people, *works, *_places(tongue)]
    kinds = {name: kind for thing in things for name, kind, _ in thing.names}
    return documents_about(chance, things), kinds


def _common(chance: Random, names: str) -> str:
    """Return one of the names: the first is twice as common as the second."""
    listed = names.split("|" if "|" in names else None)
    return chance.choices(listed, [1 / place for place in range(1, len(listed) + 1)])[0]


def _person(chance: Random, tongue: Tongue, number: int, firms: list[Thing]) -> Thing:
    is_man = chance.random() < 0.5
    first, _, short = chance.choice((tongue.men if is_man else tongue.women).split()).partition(":")
    second = chance.choice((tongue.men if is_man else tongue.women).split()).partition(":")[0]
    last = _common(chance, tongue.surnames)
    usual = f"{first} {last}"
    title = tongue.titles[0 if is_man else 1]
    names = [
        (usual, "usual", 8),
        (f"{title} {usual}", "title", 1),
        (f"{tongue.titles[2]} {usual}", "title", 1),
        (f"{title} {last}", "title and family name", 1),
        (f"{last}, {first}", "inverted", 2),
        (f"{first[0]}. {last}", "initial", 2),
        (misspelt(chance, usual), "misspelt", 1),
        *_spellings(tongue, usual),
    ]
    if second != first and chance.random() < 0.4:
        names += [
            (f"{first} {second} {last}", "middle name", 3),
            (f"{first} {second[0]}. {last}", "middle initial", 2),
            (f"{first[0]}. {second[0]}. {last}", "initials", 1),
        ]
    if short:
        names.append((f"{short} {last}", "short form", 2))
    thing = Thing(f"{tongue.name} person {number}", "Person", names)
    day = f"{chance.randint(1, 28)} March {chance.randint(1890, 1985)}"
    thing.facts = [("DATE_OF_BIRTH", "Time", day, day)]
    for _ in range(chance.choices((1, 2), (4, 1))[0]):
        employer, town = chance.choice(firms), chance.choice(tongue.towns.split())
        thing.facts.append(("EMPLOYER", "Organization", employer.names[0][0], employer.id))
        thing.facts.append(("RESIDENCE", "Place", town, f"town {town}"))
    return thing


def _firms(chance: Random, tongue: Tongue, n_firms: int) -> list[Thing]:
    """Return firms, no two of one name."""
    firms: dict[str, Thing] = {}
    while len(firms) < n_firms:
        firm = _firm(chance, tongue)
        firms.setdefault(firm.id, firm)
    return list(firms.values())


def _firm(chance: Random, tongue: Tongue) -> Thing:
    town, pattern = chance.choice(tongue.towns.split()), chance.choice(tongue.firms)
    surname, other = _common(chance, tongue.surnames), _common(chance, tongue.surnames)
    if "{town}" not in pattern and chance.random() < 0.3:
        pattern += " {town}"
    name = pattern.format(surname=surname, other=other, town=town)
    names = [
        (name, "usual", 8),
        (f"{name} {chance.choice(tongue.forms)}", "legal form", 3),
        (misspelt(chance, name), "misspelt", 1),
        *_spellings(tongue, name),
    ]
    if " & " in name:
        names.append((name.replace("&", "and"), "and", 1))
    thing = Thing(f"{tongue.name} firm {name}", "Organization", names)
    if len(name.split()) > 2:
        acronym = "".join(word[0] for word in name.split() if word[0].isupper())
        names.append((acronym, "acronym", 1))
        thing.said.append(("acronym", acronym, " ({})"))
    thing.facts = [("HEADQUARTERS_LOCATION", "Place", town, f"town {town}")]
    return thing


def _work(chance: Random, title: str, people: list[Thing]) -> Thing:
    """Return a work; its parts and what it is the first part of are other works."""
    names = [(title, "usual", 6), (f"«{title}»", "quoted", 2)]
    names.append((misspelt(chance, title), "misspelt", 1))
    if title.endswith("I"):
        first, part = title.rsplit(" ", 1)
        names.append((f"{first} {len(part)}", "number", 2))
    author = chance.choice(people)
    facts = [("AUTHOR", "Person", author.names[0][0], author.id)]
    return Thing(f"work {title}", "Work", names, facts)


def _places(tongue: Tongue) -> list[Thing]:
    separator = "|" if "|" in tongue.surnames else None
    things = []
    for surname in tongue.surnames.split(separator)[-5:]:
        for number, ways in enumerate(tongue.places):
            names = [(way.format(surname=surname), "place", 2) for way in ways]
            things.append(Thing(f"place {number} {surname}", "Place", names))
    return things


def _spellings(tongue: Tongue, name: str) -> list[tuple[str, str, int]]:
    """Return how a name is written where there are no accents."""
    plain = "".join(each for each in normalize("NFD", name) if not combining(each))
    for letter, written in zip("ßłŁı", ("ss", "l", "L", "i"), strict=True):
        plain = plain.replace(letter, written)
    umlauts = name
    for letter, written in zip("äöüÄÖÜ", ("ae", "oe", "ue", "Ae", "Oe", "Ue"), strict=True):
        umlauts = umlauts.replace(letter, written)
    ways = [(plain, "without accents", 2)] if plain != name else []
    is_written_out = tongue.name == "German" and umlauts != name
    return ways + ([(umlauts, "umlaut written out", 1)] if is_written_out else [])
