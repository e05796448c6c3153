"""Who gets which newsletter, and how we know that they want it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from nieuwsbrief.models.lijst import Lijst
from nieuwsbrief.querysets import AbonneeQuerySet, AbonnementQuerySet, ToestemmingQuerySet
from nieuwsbrief.staten import GEEFT, GESTOPT, Bron, Soort, Staat
from post import addresses


class Abonnee(models.Model):
    """A person with an e-mail address.

    Retention: a sign-up that nobody confirmed goes after `bewaar_onbevestigd` days, who is on no
    list any more after `bewaar_gestopt` days (NieuwsbriefInstellingen). On request at once.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    adres = models.CharField("e-mailadres", max_length=254)
    adres_norm = models.CharField("e-mailadres, vergelijkbaar", max_length=254)
    # What a link to leave names. Unlike `uid` it is the same again for who was forgotten and came
    # back, and it stays what it was when the key of the site changes.
    adres_code = models.UUIDField(unique=True, editable=False)
    domein = models.CharField("domein", max_length=253)
    naam = models.CharField("naam", max_length=100, blank=True)
    taal = models.CharField("taal", max_length=10, choices=settings.LANGUAGES, default="nl")
    link_versie = models.PositiveIntegerField("versie van de link", default=1)
    # How often a mail was sent on the word of somebody who filled in a form with this address.
    mail_op = models.DateTimeField("laatste mail op", null=True, blank=True)
    mail_aantal = models.PositiveSmallIntegerField("mails die dag", default=0)
    aangemaakt_op = models.DateTimeField("gemaakt op")

    objects = AbonneeQuerySet.as_manager()

    class Meta:
        verbose_name = "abonnee"
        verbose_name_plural = "abonnees"
        ordering = ["-pk"]
        permissions = [
            ("exporteer_abonnees", "Mag abonnees als bestand ophalen"),
            ("invoeren_abonnees", "Mag een lijst van abonnees invoeren"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["adres_norm"], name="nieuwsbrief_abonnee_een_per_adres")
        ]
        indexes = [
            models.Index(fields=["domein", "-id"], name="nieuwsbrief_abonnee_domein"),
            models.Index(fields=["taal", "-id"], name="nieuwsbrief_abonnee_taal"),
            # For the beginning of an address; PostgreSQL needs another kind of index for that.
            models.Index(
                fields=["adres_norm"],
                name="nieuwsbrief_abonnee_begin",
                opclasses=["varchar_pattern_ops"],
            ),
        ]

    def __str__(self):
        return self.adres

    def save(self, *args, **kwargs):
        """Store somebody; who is new gets the code of her address (not with bulk_create)."""
        self.adres_code = self.adres_code or addresses.code_of(self.adres)
        super().save(*args, **kwargs)


class Abonnement(models.Model):
    """One person on one list. Its state is changed by `nieuwsbrief.services` only.

    Retention: that of the person.
    """

    abonnee = models.ForeignKey(Abonnee, on_delete=models.CASCADE, related_name="abonnementen")
    lijst = models.ForeignKey(
        Lijst, verbose_name="lijst", on_delete=models.PROTECT, related_name="abonnementen"
    )
    staat = models.CharField("staat", max_length=12, choices=Staat, default=Staat.WACHT)
    bron = models.CharField("bron", max_length=12, choices=Bron)
    sinds = models.DateTimeField("in deze staat sinds")
    bevestigd_op = models.DateTimeField("bevestigd op", null=True, blank=True)
    # By law who leaves gets an acknowledgement (domain: 11.2); `tick` sends it.
    afscheid = models.BooleanField("bericht van uitschrijving te sturen", default=False)

    objects = AbonnementQuerySet.as_manager()

    class Meta:
        verbose_name = "abonnement"
        verbose_name_plural = "abonnementen"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["abonnee", "lijst"], name="nieuwsbrief_abonnement_een_per_lijst"
            ),
            models.CheckConstraint(
                condition=Q(staat__in=Staat.values), name="nieuwsbrief_abonnement_staat_bestaat"
            ),
            models.CheckConstraint(
                condition=~Q(staat=Staat.ACTIEF) | Q(bevestigd_op__isnull=False),
                name="nieuwsbrief_abonnement_actief_is_bevestigd",
            ),
            models.CheckConstraint(
                condition=Q(afscheid=False) | Q(staat=Staat.WEG),
                name="nieuwsbrief_abonnement_afscheid_na_vertrek",
            ),
        ]
        indexes = [
            # The recipients of a list, in the order in which they are read.
            models.Index(
                fields=["lijst", "abonnee"],
                name="nieuwsbrief_abonnement_krijgt",
                condition=Q(staat=Staat.ACTIEF),
            ),
            models.Index(fields=["lijst", "staat", "-id"], name="nieuwsbrief_abonnement_lijst"),
            models.Index(fields=["staat", "-id"], name="nieuwsbrief_abonnement_staat"),
            models.Index(fields=["bron", "-id"], name="nieuwsbrief_abonnement_bron"),
            models.Index(
                fields=["sinds"],
                name="nieuwsbrief_abonnement_wacht",
                condition=Q(staat=Staat.WACHT),
            ),
            models.Index(
                fields=["sinds"],
                name="nieuwsbrief_abonnement_gestopt",
                condition=Q(staat__in=GESTOPT),
            ),
            models.Index(
                fields=["abonnee"],
                name="nieuwsbrief_abonnement_afschd",
                condition=Q(afscheid=True),
            ),
        ]

    def __str__(self):
        return f"{self.lijst} ({self.get_staat_display()})"


class Toestemming(models.Model):
    """What somebody said yes or no to, when and how. Written once, never changed.

    No network address: the confirmation from her own mailbox is the proof. Retention: that of
    the person.
    """

    abonnee = models.ForeignKey(Abonnee, on_delete=models.CASCADE, related_name="toestemmingen")
    lijst = models.ForeignKey(Lijst, on_delete=models.PROTECT, related_name="toestemmingen")
    soort = models.CharField("wat er gebeurde", max_length=12, choices=Soort)
    bron = models.CharField("bron", max_length=12, choices=Bron)
    op = models.DateTimeField("op")
    # The words of the form, or what the proof of a list from elsewhere says.
    tekst = models.TextField("tekst", blank=True)
    tekst_versie = models.CharField("versie van de tekst", max_length=12, blank=True)
    privacyversie = models.CharField("versie van de privacyverklaring", max_length=40, blank=True)
    bewijs = models.CharField("waar het bewijs is", max_length=300, blank=True)
    gegeven_op = models.DateField("toestemming gegeven op", null=True, blank=True)
    # The issue in which she clicked to leave: no key, for what stands in a link proves nothing.
    verzending_nr = models.PositiveIntegerField("via de brief", null=True, blank=True)
    gebruiker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="door",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ToestemmingQuerySet.as_manager()

    class Meta:
        verbose_name = "toestemming"
        verbose_name_plural = "toestemmingen"
        ordering = ["op", "pk"]
        indexes = [
            models.Index(
                fields=["verzending_nr"],
                name="nieuwsbrief_toestemming_brief",
                condition=Q(verzending_nr__isnull=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(soort__in=Soort.values), name="nieuwsbrief_toestemming_soort_bestaat"
            ),
            models.CheckConstraint(
                condition=~Q(soort__in=GEEFT) | ~Q(tekst=""),
                name="nieuwsbrief_toestemming_heeft_tekst",
            ),
            models.CheckConstraint(
                condition=~Q(soort=Soort.INGEVOERD) | (~Q(bewijs="") & Q(gegeven_op__isnull=False)),
                name="nieuwsbrief_toestemming_invoer_heeft_bewijs",
            ),
        ]

    def __str__(self):
        return f"{self.get_soort_display()}: {self.lijst_id}"

    def save(self, *args, **kwargs):
        """Store a new event; raise TypeError for one that is there already."""
        if self.pk is not None:
            raise TypeError("Een toestemming wordt nooit gewijzigd.")
        super().save(*args, **kwargs)


class Uitschrijving(models.Model):
    """An address that does not want a list any more, known only by its fingerprint.

    Only its owner takes it away, by confirming again. It never stops a mail that somebody asked
    for in another way. Retention: for ever, by law: who left may not be mailed again (domain:
    11.2).
    """

    lijst = models.ForeignKey(Lijst, on_delete=models.PROTECT, related_name="uitschrijvingen")
    vingerafdruk = models.CharField("vingerafdruk", max_length=64)
    sinds = models.DateTimeField("sinds")

    class Meta:
        verbose_name = "uitgeschreven adres"
        verbose_name_plural = "uitgeschreven adressen"
        constraints = [
            models.UniqueConstraint(
                fields=["vingerafdruk", "lijst"], name="nieuwsbrief_uitschrijving_een_per_lijst"
            )
        ]

    def __str__(self):
        return f"{self.vingerafdruk[:8]}: {self.lijst_id}"
