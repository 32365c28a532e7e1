"""Countries as texts name them: "the Netherlands", "Dutch", "the U.S.", "American".

Letters do not tell that "Dutch" is of the Netherlands, and labelled texts take words for
nationalities as names of their country. Facts of geography, put together by hand: names of today's
states, of some that texts of the last centuries name, and of parts of the United Kingdom.
"""

from collections.abc import Iterator
from functools import cache

from extractors.text.names import folded_name

_COUNTRIES = """
afghanistan: afghan, afghans
albania: albanian, albanians
algeria: algerian, algerians
andorra: andorran
angola: angolan, angolans
antigua and barbuda: antiguan
argentina, argentine republic: argentine, argentinian, argentines, argentinians
armenia: armenian, armenians
australia: australian, australians, aussie
austria: austrian, austrians
azerbaijan: azerbaijani, azerbaijanis
bahamas: bahamian
bahrain: bahraini
bangladesh: bangladeshi, bangladeshis
barbados: barbadian, bajan
belarus, byelorussia: belarusian, belarusians, belorussian
belgium: belgian, belgians
belize: belizean
benin: beninese
bhutan: bhutanese
bolivia: bolivian, bolivians
bosnia and herzegovina, bosnia, bosnia-herzegovina: bosnian, bosnians
botswana: botswanan, motswana
brazil: brazilian, brazilians
brunei: bruneian
bulgaria: bulgarian, bulgarians
burkina faso: burkinabe, burkinabé
burundi: burundian
cambodia: cambodian, cambodians, khmer
cameroon: cameroonian, cameroonians
canada: canadian, canadians
cape verde, cabo verde: cape verdean
central african republic: central african
chad: chadian
chile: chilean, chileans
china, people's republic of china, prc, p.r.c.: chinese
colombia: colombian, colombians
comoros: comorian
democratic republic of the congo, dr congo, drc, zaire, congo: congolese, zairean
republic of the congo, congo: congolese
costa rica: costa rican, costa ricans
croatia: croatian, croatians, croat, croats
cuba: cuban, cubans
cyprus: cypriot, cypriots
czech republic, czechia: czech, czechs
czechoslovakia: czechoslovak, czechoslovakian
denmark: danish, dane, danes
djibouti: djiboutian
dominica: dominican
dominican republic: dominican, dominicans
east timor, timor-leste: timorese
ecuador: ecuadorian, ecuadorean
egypt: egyptian, egyptians
el salvador: salvadoran, salvadorian
equatorial guinea: equatorial guinean
eritrea: eritrean
estonia: estonian, estonians
eswatini, swaziland: swazi
ethiopia, abyssinia: ethiopian, ethiopians, abyssinian
european union, eu, e.u.: european
fiji: fijian
finland: finnish, finn, finns
france, french republic: french, frenchman, frenchwoman, frenchmen
gabon: gabonese
gambia: gambian
georgia: georgian, georgians
germany, federal republic of germany, west germany, german reich: german, germans
east germany, german democratic republic, gdr: east german, east germans
ghana: ghanaian, ghanaians
great britain, united kingdom, uk, u.k., britain: british, briton, britons, brit, brits
england: english, englishman, englishwoman, englishmen
scotland: scottish, scots, scot, scotsman, scotch
wales: welsh, welshman
northern ireland: northern irish
ireland, republic of ireland, eire: irish, irishman, irishwoman, irishmen
greece: greek, greeks, hellenic
greenland: greenlandic, greenlander
grenada: grenadian
guatemala: guatemalan, guatemalans
guinea: guinean
guinea-bissau: bissau-guinean
guyana: guyanese
haiti: haitian, haitians
honduras: honduran, hondurans
hong kong: hongkonger, hong konger
hungary: hungarian, hungarians, magyar
iceland: icelandic, icelander, icelanders
india: indian, indians
indonesia: indonesian, indonesians
iran, persia: iranian, iranians, persian, persians
iraq: iraqi, iraqis
israel: israeli, israelis
italy: italian, italians
ivory coast, côte d'ivoire: ivorian, ivorians
jamaica: jamaican, jamaicans
japan: japanese
jordan: jordanian, jordanians
kazakhstan: kazakh, kazakhs, kazakhstani
kenya: kenyan, kenyans
kiribati: i-kiribati
kosovo: kosovar, kosovan, kosovars
kuwait: kuwaiti, kuwaitis
kyrgyzstan: kyrgyz, kyrgyzstani
laos: lao, laotian, laotians
latvia: latvian, latvians
lebanon: lebanese
lesotho: basotho, mosotho
liberia: liberian, liberians
libya: libyan, libyans
liechtenstein: liechtensteiner
lithuania: lithuanian, lithuanians
luxembourg: luxembourgish, luxembourger
macau, macao: macanese
madagascar: malagasy
malawi: malawian
malaysia, malaya: malaysian, malaysians, malayan
maldives: maldivian
mali: malian, malians
malta: maltese
marshall islands: marshallese
mauritania: mauritanian
mauritius: mauritian
mexico: mexican, mexicans
micronesia: micronesian
moldova: moldovan, moldovans
monaco: monégasque, monegasque
mongolia: mongolian, mongolians, mongol
montenegro: montenegrin, montenegrins
morocco: moroccan, moroccans
mozambique: mozambican, mozambicans
myanmar, burma: burmese
namibia: namibian, namibians
nauru: nauruan
nepal: nepalese, nepali
netherlands, holland: dutch, dutchman, dutchwoman, dutchmen, netherlandish
new zealand: new zealander, new zealanders, kiwi
nicaragua: nicaraguan, nicaraguans
niger: nigerien
nigeria: nigerian, nigerians
north korea, democratic people's republic of korea, dprk: north korean, north koreans
north macedonia, macedonia: macedonian, macedonians
norway: norwegian, norwegians
oman: omani, omanis
ottoman empire: ottoman, ottomans
pakistan: pakistani, pakistanis
palau: palauan
palestine, state of palestine: palestinian, palestinians
panama: panamanian, panamanians
papua new guinea: papua new guinean
paraguay: paraguayan, paraguayans
peru: peruvian, peruvians
philippines: filipino, filipina, filipinos, philippine
poland: polish, pole, poles
portugal: portuguese
prussia: prussian, prussians
puerto rico: puerto rican, puerto ricans
qatar: qatari, qataris
romania, rumania: romanian, romanians
russia, russian federation, russian empire: russian, russians
rwanda: rwandan, rwandans
saint lucia: saint lucian
samoa: samoan, samoans
san marino: sammarinese
saudi arabia: saudi, saudis, saudi arabian
senegal: senegalese
serbia: serbian, serbians, serb, serbs
seychelles: seychellois
sierra leone: sierra leonean
singapore: singaporean, singaporeans
slovakia, slovak republic: slovak, slovaks, slovakian
slovenia: slovene, slovenian, slovenes
solomon islands: solomon islander
somalia: somali, somalis
south africa: south african, south africans
south korea, republic of korea, korea: south korean, south koreans, korean, koreans
south sudan: south sudanese
soviet union, ussr, u.s.s.r.: soviet, soviets
spain: spanish, spaniard, spaniards
sri lanka, ceylon: sri lankan, sri lankans, ceylonese
sudan: sudanese
suriname: surinamese
sweden: swedish, swede, swedes
switzerland, swiss confederation: swiss
syria: syrian, syrians
taiwan, republic of china, formosa: taiwanese
tajikistan: tajik, tajiks
tanzania, tanganyika: tanzanian, tanzanians
thailand, siam: thai, thais, siamese
tibet: tibetan, tibetans
togo: togolese
tonga: tongan, tongans
trinidad and tobago, trinidad: trinidadian, trinidadians
tunisia: tunisian, tunisians
turkey, türkiye, turkiye: turkish, turk, turks
turkmenistan: turkmen
tuvalu: tuvaluan
uganda: ugandan, ugandans
ukraine: ukrainian, ukrainians
united arab emirates, uae, u.a.e., emirates: emirati, emiratis
united states, united states of america, usa, u.s.a., us, u.s., america: american, americans
uruguay: uruguayan, uruguayans
uzbekistan: uzbek, uzbeks
vanuatu: ni-vanuatu
vatican city, holy see, vatican: vatican
venezuela: venezuelan, venezuelans
vietnam, viet nam: vietnamese
yemen: yemeni, yemenis
yugoslavia: yugoslav, yugoslavs, yugoslavian
zambia: zambian, zambians
zimbabwe, rhodesia: zimbabwean, zimbabweans, rhodesian
中国, 中华人民共和国, 中國, 中華人民共和國: 中国人, 中國人, 中
美国, 美利坚合众国, 美國: 美国人, 美國人, 美
英国, 英國: 英国人, 英國人, 英
法国, 法國: 法国人, 法國人, 法
德国, 德國: 德国人, 德國人, 德
日本: 日本人, 日
俄罗斯, 俄國, 俄国, 俄羅斯: 俄罗斯人, 俄国人, 俄
韩国, 韓國: 韩国人, 韓國人, 韩
"""


def is_same_country(left: str, right: str) -> bool:
    """Say whether two folded names name one country, by itself or by its people.

    >>> is_same_country("dutch", "the netherlands"), is_same_country("dutch", "german")
    (True, False)
    """
    return not _countries(left).isdisjoint(_countries(right))


def countries_named(name: str) -> frozenset[int]:
    """Return which countries a name or a word for their people may mean, by number."""
    return _countries(folded_name(name))


def is_demonym(name: str) -> bool:
    """Say whether a folded name is a word for the people of a country, and not the country's."""
    return name in _table()[1]


def _countries(name: str) -> frozenset[int]:
    return _table()[0].get(name.removeprefix("the "), frozenset())


@cache
def _table() -> tuple[dict[str, frozenset[int]], frozenset[str]]:
    """Return which lines have a name, and the names of people."""
    lines_by_name: dict[str, set[int]] = {}
    people: set[str] = set()
    for number, line in enumerate(_COUNTRIES.strip().splitlines()):
        countries, _, demonyms = line.partition(":")
        people.update(_names(demonyms))
        for name in (*_names(countries), *_names(demonyms)):
            lines_by_name.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in lines_by_name.items()}, frozenset(people)


def _names(listed: str) -> Iterator[str]:
    return (folded_name(name) for name in listed.split(","))
