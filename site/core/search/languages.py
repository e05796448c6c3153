"""What search knows of each language of the site."""

from dataclasses import dataclass


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Say nothing about a page: not in the index, not asked for.
STOP = {
    "nl": "aan af al als bij daar dan dat de den der deze die dit door een eens en er ge geen haar"
    " had heb hebben hebt heeft hem het hier hij hun iets ik in is ja je jij jou jouw jullie kan"
    " kun kunnen maar me met mij mijn moet moeten mag mogen na naar nee niet nog nu of om omdat ons"
    " onze ook op over te tegen ten ter toch toe tot u uit uw van vanaf vanuit veel via voor waren"
    " was wat we wel werd wij wil willen word worden wordt ze zich zij zijn zo zou zouden zult"
    " zullen",
    "fr": "a à au aux avec ce ces cet cette d dans de des du elle elles en est et être eu il ils je"
    " l la le les leur leurs lui ma mais me mes mon n ne nos notre nous on ou où par pas pour qu"
    " que qui s sa se ses son sont sur ta te tes ton tu un une vos votre vous y",
    "en": "a about an and are as at be been but by can could did do does for from had has have he"
    " her his i if in into is it its just may me must my no not of on or our she should so some"
    " that the their them then there these they this those to too us was we were will with would"
    " you your",
}
# Ask something, but a page about it need not have the word: it counts, and is never demanded.
SOFT = {
    "nl": "alle andere bestaan bestaat betekenen betekent beter de doe doen doet eigenlijk elke"
    " gaan gaat gebeurt gebruik gebruiken gebruikt gemeente gemeenten goed graag hoe hoelang"
    " hoeveel hulp iemand info informatie kiezen komen komt krijg krijgen krijgt maak maakt"
    " maken meer mensen nieuwe nodig ons pagina precies samen site soort staan staat uitleg"
    " verschil vinden vind waar waaraan waarom waarvoor wanneer welk welke weten wie zelf zoek"
    " zoeken",
    "fr": "combien comment commune communes faire faut comprendre pourquoi peut puis quand quel"
    " quelle quelles quels quoi",
    "en": "find get how make need what when where which who why municipality municipalities",
}
# Before a verb or noun these make one word of it, and are no word of a compound themselves.
PARTICLES = _words(
    "aan achter af bij boven binnen buiten door hoofd her in mede mee mis na neer om "
    "onder ont op open over samen tegen terug toe tussen uit van ver voor voort vol weg "
    "weer"
)
# Words of their own, but at the end of a longer word only an ending.
ENDINGS = _words("achtig baar baarheid heden heid lijk lijke loos schap schappen zaam")
LINKING = ("", "s", "en", "n", "e")


@dataclass(frozen=True)
class Language:
    """One language: what to leave out, and how its words are put together."""

    code: str
    stemmer: str
    stop: frozenset[str]
    soft: frozenset[str]
    has_compounds: bool


def _language(code: str, stemmer: str, has_compounds: bool = False) -> Language:
    return Language(
        code,
        stemmer,
        _words(STOP[code]),
        _words(SOFT[code]),
        has_compounds,
    )


LANGUAGES = {
    "nl": _language("nl", "dutch", has_compounds=True),
    "fr": _language("fr", "french"),
    "en": _language("en", "english"),
}
