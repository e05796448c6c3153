"""Bringing in a list of addresses from elsewhere, with the proof that these people said yes."""

import csv
import datetime
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from django.db import models, transaction

from core import clock
from nieuwsbrief.models import (
    Abonnee,
    Abonnement,
    Invoer,
    Lijst,
    Toestemming,
    Uitschrijving,
)
from nieuwsbrief.services.basis import NietMogelijk, taal_of, versie_van
from nieuwsbrief.staten import Bron, Soort, Staat
from post import addresses
from post.models import Onderdrukking

MEESTE_REGELS = 50_000
# SQLite takes only so many values in one query.
CHUNK = 400
ADRES = {"e-mail", "email", "e-mailadres", "emailadres", "adres", "mail", "e_mail"}
NAAM = {"naam", "name", "volledige naam"}
TAAL = {"taal", "language"}


class Oordeel(models.TextChoices):
    """What becomes of one line."""

    NIEUW = "nieuw", "wordt ingeschreven"
    ONGELDIG = "ongeldig", "geen geldig e-mailadres"
    DUBBEL = "dubbel", "staat al hoger in het bestand"
    AL = "al", "is al ingeschreven"
    WACHT = "wacht", "moet zelf nog bevestigen"
    UITGESCHREVEN = "uitgeschreven", "schreef zich uit"
    ONDERDRUKT = "onderdrukt", "mag geen nieuwsbrief meer krijgen"


class OnleesbaarBestand(NietMogelijk):
    """The file is no list that we can read. The text says why."""


def lees(inhoud: bytes) -> list[dict]:
    """Return the lines of a CSV file as dicts of number, address, name and language.

    Columns are found by their heading; without headings the first one that holds addresses counts.
    Raises OnleesbaarBestand.
    """
    rijen = [
        (nummer, [cel.strip() for cel in rij])
        for nummer, rij in _rijen(_tekst(inhoud))
        if any(cel.strip() for cel in rij)
    ]
    if not rijen:
        raise OnleesbaarBestand("Dit bestand is leeg.")
    if len(rijen) > MEESTE_REGELS:
        raise OnleesbaarBestand("Dit bestand heeft meer dan 50.000 regels. Splits het in stukken.")
    koppen = [cel.lower() for cel in rijen[0][1]]
    waar = {naam: _kolom(koppen, namen) for naam, namen in KOLOMMEN.items()}
    if waar["adres"] is None:
        breedte = max(len(rij) for _, rij in rijen)
        waar["adres"] = next(
            (
                kolom
                for kolom in range(breedte)
                if any("@" in rij[kolom] for _, rij in rijen if len(rij) > kolom)
            ),
            None,
        )
        if waar["adres"] is None:
            raise OnleesbaarBestand(
                "Geen kolom met e-mailadressen gevonden. Zet boven die kolom: e-mailadres."
            )
    else:
        del rijen[0]
    return [
        {
            "nummer": nummer,
            **{
                naam: rij[kolom][:300] if kolom is not None and len(rij) > kolom else ""
                for naam, kolom in waar.items()
            },
        }
        for nummer, rij in rijen
    ]


KOLOMMEN = {"adres": ADRES, "naam": NAAM, "taal": TAAL}


def _kolom(koppen, namen):
    return next((plaats for plaats, kop in enumerate(koppen) if kop in namen), None)


def _tekst(inhoud):
    for codering in ("utf-8-sig", "cp1252"):
        try:
            tekst = inhoud.decode(codering)
        except UnicodeDecodeError:
            continue
        if "\x00" not in tekst:
            return tekst
    raise OnleesbaarBestand(
        "Dit is geen CSV-bestand. Bewaar je lijst in je rekenblad als CSV en probeer opnieuw."
    )


def _rijen(tekst) -> Iterator[tuple[int, list[str]]]:
    eerste = tekst.partition("\n")[0]
    teken = max(";,\t", key=eerste.count)
    lezer = csv.reader(io.StringIO(tekst, newline=""), delimiter=teken)
    begin = 1
    try:
        for rij in lezer:
            if any("\n" in cel and "@" in cel for cel in rij):
                # Else the people on the lines below would become the name of this one.
                raise OnleesbaarBestand(
                    f"Op regel {begin} begint een aanhalingsteken dat daar niet eindigt. Zo staan "
                    "de adressen van de regels eronder in één vakje. Haal het weg, en probeer "
                    "opnieuw."
                )
            yield begin, rij
            begin = lezer.line_num + 1
    except csv.Error:
        raise OnleesbaarBestand(
            f"Regel {lezer.line_num + 1} van dit bestand is niet te lezen."
        ) from None


def beoordeel(regels: Sequence[dict], lijst: Lijst) -> None:
    """Write in every line what would become of it now."""
    gezien: set[str] = set()
    open_: dict[str, dict] = {}
    for regel in regels:
        try:
            adres = addresses.check(regel["adres"])
        except addresses.InvalidAddress:
            regel["oordeel"] = Oordeel.ONGELDIG.value
            continue
        norm = addresses.normalise(adres)
        if norm in gezien:
            regel["oordeel"] = Oordeel.DUBBEL.value
            continue
        gezien.add(norm)
        regel["oordeel"] = Oordeel.NIEUW.value
        open_[norm] = regel
    staten = _staten(open_, lijst)
    codes = {addresses.fingerprint(norm): norm for norm in open_}
    weg = _bekende_codes(Uitschrijving.objects.filter(lijst=lijst), codes)
    onderdrukt = _bekende_codes(Onderdrukking.objects.all(), codes)
    for code, norm in codes.items():
        regel = open_[norm]
        staat = staten.get(norm)
        if staat == Staat.ACTIEF:
            regel["oordeel"] = Oordeel.AL.value
        elif code in onderdrukt or staat in (Staat.KLACHT, Staat.ONBESTELBAAR):
            regel["oordeel"] = Oordeel.ONDERDRUKT.value
        elif code in weg or staat == Staat.WEG:
            regel["oordeel"] = Oordeel.UITGESCHREVEN.value
        elif staat == Staat.WACHT:
            regel["oordeel"] = Oordeel.WACHT.value


def _staten(norms: Iterable[str], lijst) -> dict[str, str]:
    found: dict[str, str] = {}
    for deel in _delen(norms):
        found |= dict(
            Abonnement.objects.filter(lijst=lijst, abonnee__adres_norm__in=deel).values_list(
                "abonnee__adres_norm", "staat"
            )
        )
    return found


def _bekende_codes(rows, codes):
    found: set[str] = set()
    for deel in _delen(codes):
        found |= set(rows.filter(vingerafdruk__in=deel).values_list("vingerafdruk", flat=True))
    return found


def _delen(waarden: Iterable, grootte: int = CHUNK) -> Iterator[list]:
    waarden = list(waarden)
    for begin in range(0, len(waarden), grootte):
        yield waarden[begin : begin + grootte]


def neem_op(
    *,
    lijst: Lijst,
    bestandsnaam: str,
    inhoud: bytes,
    tekst: str,
    gegeven_op: datetime.date,
    bewijs: str,
    gebruiker,
) -> Invoer:
    """Keep a file to look at first: nobody is subscribed yet. Raises OnleesbaarBestand."""
    regels = lees(inhoud)
    beoordeel(regels, lijst)
    return Invoer.objects.create(
        lijst=lijst,
        bestandsnaam=bestandsnaam[:200],
        tekst=tekst,
        gegeven_op=gegeven_op,
        bewijs=bewijs,
        regels=regels,
        gebruiker=gebruiker,
        aangemaakt_op=clock.now(),
    )


@transaction.atomic
def voer_in(invoer: int, *, gebruiker) -> Invoer:
    """Subscribe everybody who may be, all of them or nobody; keep only the lines left out.

    Judged once more under lock: who left since the preview is not brought back. Raises
    NietMogelijk for a file that was carried out already.
    """
    found = Invoer.objects.select_for_update().select_related("lijst").get(pk=invoer)
    if found.uitgevoerd_op is not None:
        raise NietMogelijk("Deze lijst is al ingevoerd.")
    regels, nu = found.regels, clock.now()
    beoordeel(regels, found.lijst)
    wie = _abonnees(_nieuw(regels), nu)
    # Who was locked only now may have changed her mind while we waited.
    beoordeel(regels, found.lijst)
    nieuw = [wie[norm] for norm in _nieuw(regels)]
    Abonnement.objects.bulk_create(
        [
            Abonnement(
                abonnee_id=pk,
                lijst=found.lijst,
                staat=Staat.ACTIEF,
                bron=Bron.INVOER,
                sinds=nu,
                bevestigd_op=nu,
            )
            for pk in nieuw
        ],
        batch_size=CHUNK,
    )
    versie = versie_van(found.tekst)
    Toestemming.objects.bulk_create(
        [
            Toestemming(
                abonnee_id=pk,
                lijst=found.lijst,
                soort=Soort.INGEVOERD,
                bron=Bron.INVOER,
                op=nu,
                tekst=found.tekst,
                tekst_versie=versie,
                bewijs=found.bewijs,
                gegeven_op=found.gegeven_op,
                gebruiker=gebruiker,
            )
            for pk in nieuw
        ],
        batch_size=CHUNK,
    )
    for deel in _delen(set(wie.values()) - set(nieuw)):
        Abonnee.objects.filter(pk__in=deel, abonnementen=None).delete()
    found.uitkomst = dict(Counter(regel["oordeel"] for regel in regels))
    found.regels = [regel for regel in regels if regel["oordeel"] != Oordeel.NIEUW]
    found.uitgevoerd_op = nu
    found.save()
    return found


def _nieuw(regels) -> dict[str, dict]:
    return {
        addresses.normalise(addresses.check(regel["adres"])): regel
        for regel in regels
        if regel["oordeel"] == Oordeel.NIEUW
    }


def _abonnees(nieuw: dict[str, dict], nu) -> dict[str, int]:
    """Return the number of everybody in `nieuw`, made where needed, all locked."""
    found: dict[str, int] = {}
    # In one order for all, so that two who bring in lists at once do not wait for each other.
    for deel in _delen(sorted(nieuw)):
        Abonnee.objects.bulk_create(
            [
                Abonnee(
                    adres=addresses.check(nieuw[norm]["adres"]),
                    adres_norm=norm,
                    adres_code=addresses.code_of(norm),
                    domein=addresses.domain_of(norm),
                    naam=" ".join(nieuw[norm]["naam"].split())[:100],
                    taal=taal_of(nieuw[norm]["taal"].lower()),
                    aangemaakt_op=nu,
                )
                for norm in deel
            ],
            ignore_conflicts=True,
        )
        locked = Abonnee.objects.filter(adres_norm__in=deel).order_by("adres_norm")
        locked = locked.select_for_update()
        found |= dict(locked.values_list("adres_norm", "pk"))
    return found
