"""Storing a table of trekkingsrechten."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import IntegrityError, transaction
from wagtail.log_actions import log

from core import clock, memo
from trajecten.models import Trekkingsrecht, TrekkingsrechtTabel
from trajecten.trekkingsrechten.lezen import Voorbeeld


def bring_in(
    *,
    tabel: TrekkingsrechtTabel,
    voorbeeld: Voorbeeld,
    bestandsnaam: str,
    user: AbstractBaseUser | AnonymousUser,
) -> bool:
    """Store a table with all its amounts, or nothing; return whether it was new.

    The same amounts for the same rules and years are the same table: nothing happens then. Raises
    ValueError for a file with a line that is wrong.
    """
    if not voorbeeld.mag:
        raise ValueError("een tabel met fouten gaat niet binnen")
    tabel.bestandsnaam = bestandsnaam[:200]
    tabel.vingerafdruk = voorbeeld.vingerafdruk
    tabel.ingevoerd_op = clock.now()
    tabel.ingevoerd_door = user
    try:
        with transaction.atomic():
            tabel.save()
            Trekkingsrecht.objects.bulk_create(
                [
                    Trekkingsrecht(tabel=tabel, gemeente_id=nis, bedrag=bedrag)
                    for nis, bedrag in voorbeeld.bedragen.items()
                ]
            )
            log(
                instance=tabel,
                action="wagtail.create",
                user=user,
                data={"bestand": tabel.bestandsnaam, "gemeenten": len(voorbeeld.bedragen)},
            )
            memo.raise_version()
    except IntegrityError:
        if is_known(tabel):
            return False
        raise
    return True


def is_known(tabel: TrekkingsrechtTabel) -> bool:
    """Say whether a table with these amounts, rules and years is stored already."""
    return TrekkingsrechtTabel.objects.filter(
        regelkader=tabel.regelkader,
        van_jaar=tabel.van_jaar,
        tot_jaar=tabel.tot_jaar,
        vingerafdruk=tabel.vingerafdruk,
    ).exists()
