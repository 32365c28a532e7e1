"""What goes with people's names: titles, what follows them, short forms of first names; pure."""

from functools import cache

MASCULINE = frozenset(
    ("mr", "sir", "lord", "king", "prince", "baron", "duke", "count", "emperor", "herr",
     "monsieur", "senor", "signor", "brother", "senhor", "hr", "meneer", "dhr")
)  # fmt: skip
FEMININE = frozenset(
    ("mrs", "ms", "miss", "lady", "dame", "queen", "princess", "baroness", "duchess", "countess",
     "empress", "frau", "madame", "mme", "mlle", "senora", "signora", "sister", "mademoiselle",
     "fraulein", "senorita", "signorina", "senhora", "fru", "froken", "mevrouw", "mevr", "pani")
)  # fmt: skip
TITLES = MASCULINE | FEMININE | frozenset(
    ("dr", "doctor", "prof", "professor", "saint", "president", "pope", "chancellor", "senator",
     "sen", "governor", "gov", "congressman", "congresswoman", "representative", "rep", "hon",
     "honorable", "honourable", "rev", "reverend", "father", "fr", "rabbi", "imam", "bishop",
     "archbishop", "cardinal", "judge", "justice", "ambassador", "general", "gen", "captain",
     "capt", "colonel", "col", "lieutenant", "lt", "major", "maj", "sergeant", "sgt", "admiral",
     "adm", "commander", "cmdr", "marshal", "corporal", "cpl", "jr", "sr", "phd", "md")
)  # fmt: skip
"""Words that stand before a person's name and are no part of it, and some that follow it."""
POLITE = frozenset(
    ("mr", "mrs", "ms", "miss", "herr", "frau", "fraulein", "monsieur", "madame", "mme", "mlle",
     "mademoiselle", "senor", "senora", "senorita", "signor", "signora", "signorina", "senhor",
     "senhora", "hr", "fru", "froken", "meneer", "dhr", "mevrouw", "mevr", "pani", "dr", "doctor",
     "prof", "professor", "phd", "md")
)  # fmt: skip
"""What hardly anything but a person is called: a "Lady" may be a shop, a "Prince" an island."""
SUFFIXES = frozenset(
    ("esq", "esquire", "obe", "cbe", "mbe", "kbe", "frs", "mba", "dds", "dvm", "jd", "llb", "llm",
     "msc", "bsc", "dphil", "edd", "phd", "md", "qc", "kc")
)  # fmt: skip
"""What follows a person's name of two words and more, and is no part of it."""
GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr"}

_SHORT_FORMS = """
    abraham: abe; abigail: abby gail; adelaide: addie; albert: al bert albie; alexander: alex alec
    sandy sasha xander; alexandra: alex sandra sasha; alfred: al alf fred; alice: ali; allison: allie
    amanda: mandy; anastasia: stacy nastya; andrew: andy drew; angela: angie; ann: annie nan nancy
    anna: annie; anthony: tony ant; antonio: tony toni; archibald: archie; arnold: arnie
    arthur: art artie; augustus: gus; barbara: barb babs; bartholomew: bart; benedict: ben
    benjamin: ben benny benji; bernard: bernie; beatrice: bea; bradley: brad; caroline: carrie
    carol; catherine: cathy cath kate katie kit cate; charles: charlie chuck chas charley
    charlotte: lottie charlie; christina: chris tina; christine: chris chrissie; christopher: chris
    kit topher; clarence: clare; clifford: cliff; constance: connie; cornelius: neil; curtis: curt
    cynthia: cindy; daniel: dan danny; david: dave davy; deborah: deb debbie; dennis: denny
    dominic: dom; donald: don donny; dorothy: dot dottie dolly; douglas: doug; edmund: ed eddie ned
    edward: ed eddie ned ted teddy; edwin: ed eddie; eleanor: ellie nell nora; elizabeth: beth betty
    betsy liz lizzie eliza lisa libby bess elsie; ellen: nell nellie; emily: em emmy; emma: em
    eugene: gene; ferdinand: ferdie; florence: flo florrie; frances: fran fanny francie
    francis: frank fran; franklin: frank; frederick: fred freddie; friedrich: fritz; gabriel: gabe
    geoffrey: geoff; gerald: gerry jerry; gertrude: trudy gertie; gilbert: gil bert; gregory: greg
    gwendolyn: gwen; harold: harry hal; harriet: hattie; helen: nell nellie; henrietta: hettie
    henry: harry hank hal; herbert: herb bert; hubert: bert; isaac: ike zak; isabella: bella izzy
    isabel: bel izzy; jacob: jake; jacqueline: jackie; james: jim jimmy jamie jem; jane: janie
    janet: jan; jeffrey: jeff; jennifer: jen jenny; jeremiah: jerry; jeremy: jerry; jessica: jess
    joan: joanie; joseph: joe joey jo; josephine: jo josie; johann: hans; johannes: hans jan
    john: jack johnny jon jackie; jonathan: jon jonny; joshua: josh; judith: judy; julia: julie
    katherine: kate kathy katie kit kathie; kathleen: kathy; kenneth: ken kenny; kimberly: kim
    lawrence: larry laurie; leonard: len lenny leo; leopold: leo; leslie: les; lewis: lew louie
    lillian: lily lil; louis: lou louie; louise: lou; lucille: lucy; madeleine: maddie
    magdalena: magda lena; manuel: manny; margaret: maggie meg peggy marge margie greta daisy
    maria: mia; martha: mattie patty; martin: marty; mary: molly polly mamie; matilda: tilly
    matthew: matt; maurice: maury; maximilian: max; melissa: missy mel; michael: mike mick mickey
    mikhail: misha; mildred: millie; mitchell: mitch; montgomery: monty; morris: morrie moe
    nathaniel: nat nate nathan; nicholas: nick nicky; nicole: nikki; norman: norm; oliver: ollie
    oscar: ozzie; pamela: pam; patricia: pat patty tricia trish; patrick: pat paddy; penelope: penny
    peter: pete; philip: phil pip; phillip: phil; phyllis: phyl; randolph: randy; raymond: ray
    rebecca: becky becca; reginald: reg reggie; richard: dick rick ricky rich richie; robert: bob
    bobby rob robbie bert; roberta: bobbie; roderick: rod; rodney: rod; roger: rodge; roland: rollo
    ronald: ron ronnie; rosemary: rosie; rudolph: rudy; russell: russ; samuel: sam sammy
    samantha: sam; sarah: sally sadie; sebastian: seb bastian; sidney: sid; sophia: sophie
    solomon: sol; stanley: stan; stephanie: steph; stephen: steve stevie; steven: steve stevie
    stewart: stew stu; stuart: stu; susan: sue susie suzy; susanna: sue susie; sylvester: sly
    terence: terry; theodore: ted teddy theo; theresa: terry tess tessa; thomas: tom tommy
    timothy: tim timmy; valerie: val; vanessa: nessa; veronica: ronnie; victor: vic; victoria: vicky
    tori; vincent: vince vinny; virginia: ginny; vladimir: volodya vova; walter: walt wally
    wilfred: wilf fred; wilhelm: willi; wilhelmina: mina minnie; william: bill billy will willie
    liam; winifred: winnie; winston: winnie; woodrow: woody; yevgeny: zhenya; zachary: zach zack
"""  # noqa: E501 - a table


@cache
def _formal() -> dict[str, frozenset[str]]:
    formal: dict[str, set[str]] = {}
    name = ""
    for part in _SHORT_FORMS.replace(";", " ").split():
        if part.endswith(":"):
            name = part[:-1]
        else:
            formal.setdefault(part, set()).add(name)
    return {short: frozenset(names) for short, names in formal.items()}


def formal_names(first: str) -> frozenset[str]:
    """Return the first names of which one is a short form, and the name itself.

    >>> sorted(formal_names("bill")), sorted(formal_names("bruno"))
    (['bill', 'william'], ['bruno'])
    """
    return _formal().get(first, frozenset()) | {first}


def is_short_form(one: str, other: str) -> bool:
    """Say whether two first names may be one person's: "bill" and "william", "bob" and "rob"."""
    return one != other and not formal_names(one).isdisjoint(formal_names(other))


def is_of_other_sex(one: str, other: str) -> bool:
    """Say whether two first names are alike as those of a brother and a sister: Maria, Mario."""
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return short[:-1] == long[:-1] and {short[-1], long[-1]} <= set("aeio")
    if long[:-1] == short:
        return long[-1] in "ae"
    stem = short[:-1] if short[-1] in "aeo" else short
    ends = ("ina", "ine", "ette", "elle", "ie", "le", "as", "ia")
    return any(long == stem + end or long == short + end for end in ends)
