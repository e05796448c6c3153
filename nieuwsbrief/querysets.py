"""Reading subscribers, however many there are."""

from collections.abc import Iterable

from django.db import connections, models

from nieuwsbrief.staten import VERZENDING_VOORBIJ, Staat
from post import addresses


class AbonneeQuerySet(models.QuerySet):
    """People."""

    def van_adres(self, adres: str):
        """Return who has this address."""
        return self.filter(adres_norm=addresses.normalise(adres))

    def ontvangers(self, lijsten: Iterable):
        """Return who gets at least one of these lists: each person once, in the order of the keys.

        Read it in parts with `pk__gt`, so that any number fits in memory.
        """
        from nieuwsbrief.models import Abonnement

        krijgt = Abonnement.objects.actief().filter(lijst__in=list(lijsten))
        return self.filter(pk__in=krijgt.values("abonnee_id")).order_by("pk")

    def zoek(self, tekst: str):
        """Return who has this address, is at this domain, or has an address that begins so."""
        tekst = addresses.normalise(tekst)
        naam, at, domein = tekst.rpartition("@")
        if at and naam and "." in domein:
            return self.filter(adres_norm=tekst)
        if at and not naam:
            return self.filter(domein=domein)
        if connections[self.db].vendor == "sqlite":
            # LIKE would read every address: on SQLite it takes no notice of case.
            begin = self.filter(adres_norm__gte=tekst, adres_norm__lt=f"{tekst}\U0010ffff")
        else:
            begin = self.filter(adres_norm__startswith=tekst)
        return self.filter(domein=tekst) if "." in tekst and self._is_domain(tekst) else begin

    def _is_domain(self, tekst):
        return self.model.objects.filter(domein=tekst).exists()


class AbonnementQuerySet(models.QuerySet):
    """Subscriptions."""

    def actief(self):
        """Return the subscriptions that get mail."""
        return self.filter(staat=Staat.ACTIEF)

    def for_list(self):
        """Fetch what a list shows."""
        return self.select_related("abonnee", "lijst")

    def zoek(self, tekst: str):
        """Return the subscriptions of who has this address, or one that begins so."""
        from nieuwsbrief.models import Abonnee

        return self.filter(abonnee__in=Abonnee.objects.zoek(tekst))


class ToestemmingQuerySet(models.QuerySet):
    """Consents: read and added to, never changed."""

    def update(self, **kwargs):
        raise TypeError("Een toestemming wordt nooit gewijzigd.")


class VerzendingQuerySet(models.QuerySet):
    """Sendings of issues."""

    def actueel(self):
        """Return the sendings that still count: at most one per issue."""
        return self.exclude(staat__in=VERZENDING_VOORBIJ)

    def van_brief(self, pagina_nr: int):
        """Return the sendings of an issue, latest first."""
        return self.filter(pagina_nr=pagina_nr).order_by("-pk")
