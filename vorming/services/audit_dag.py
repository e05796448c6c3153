"""What constraints cannot say about presence, certificates and evaluations."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from vorming.models import Aanwezig, Aanwezigheid, Attest, AttestStaat, Evaluatie, Sessie


def faults() -> Iterator[str]:
    """Yield everything that is wrong, in Dutch, without names."""
    strange = Aanwezigheid.objects.exclude(dag__sessie=F("inschrijving__sessie")).count()
    if strange:
        yield f"{strange} aanwezigheden op een dag van een andere sessie"
    yield from _attest_faults()
    yield from _evaluation_faults()


def _attest_faults():
    for attest in Attest.objects.order_by("pk").iterator():
        if attest.hash != attest.bereken_hash():
            yield f"attest {attest.nummer}: de gegevens zijn veranderd na het uitgeven"
    present = Aanwezigheid.objects.filter(
        inschrijving=OuterRef("inschrijving"), stand=Aanwezig.AANWEZIG
    )
    valid = Attest.objects.filter(staat=AttestStaat.GELDIG)
    for nummer in valid.filter(~Exists(present)).values_list("nummer", flat=True):
        yield f"attest {nummer}: geldig voor iemand die er geen enkele dag was"
    wrong = Attest.objects.filter(
        Q(staat=AttestStaat.VERVANGEN, opvolger=None)
        | Q(opvolger__isnull=False) & ~Q(staat=AttestStaat.VERVANGEN)
        | Q(opvolger__isnull=False) & ~Q(opvolger__inschrijving=F("inschrijving"))
    )
    for nummer in wrong.values_list("nummer", flat=True):
        yield f"attest {nummer}: wat het vervangt of vervangen is, klopt niet"


def _evaluation_faults():
    """Check that nobody answered twice, as long as the tokens are kept."""
    # In one statement: somebody may answer in between.
    counted = Sessie.objects.filter(evaluatiesleutels__isnull=False).annotate(
        gebruikt=Count("evaluatiesleutels", filter=Q(evaluatiesleutels__gebruikt=True)),
        antwoorden=Subquery(
            Evaluatie.objects.filter(sessie=OuterRef("pk"))
            .order_by()
            .values("sessie")
            .annotate(aantal=Count("pk"))
            .values("aantal")
        ),
    )
    wrong = counted.filter(antwoorden__isnull=False).exclude(antwoorden=F("gebruikt"))
    for pk, answers, spent in wrong.order_by("pk").values_list("pk", "antwoorden", "gebruikt"):
        yield f"sessie {pk}: {answers} evaluaties bij {spent} gebruikte sleutels"
