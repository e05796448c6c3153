"""Load example data for a developer's machine."""

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from wagtail.users.models import UserProfile

from home.content.roles import (
    EINDREDACTEURS,
    HELPDESK,
    NIEUWSBRIEFTEAM,
    POSTBEHEER,
    VORMINGSTEAM,
)
from nieuwsbrief import demo as nieuwsbrief_demo
from vorming import demo

USERNAME = "redacteur"
PASSWORD = "netwerk-vrije-tijd"  # noqa: S105 - known to everybody: only where DEMO is on


class Command(BaseCommand):
    help = "Laadt voorbeelden: redacteur, sessies en abonnees. Alleen voor ontwikkeling."

    @transaction.atomic
    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("load_demo werkt niet op de echte site: het wachtwoord is bekend.")
        user, created = User.objects.get_or_create(
            username=USERNAME,
            defaults={
                "email": "redacteur@example.org",
                "first_name": "Voorbeeld",
                "last_name": "Redacteur",
            },
        )
        if created:
            user.set_password(PASSWORD)
            user.save()
            UserProfile.objects.get_or_create(user=user, defaults={"preferred_language": "nl"})
        groups = [EINDREDACTEURS, HELPDESK, NIEUWSBRIEFTEAM, POSTBEHEER, VORMINGSTEAM]
        user.groups.add(*Group.objects.filter(name__in=groups))
        sessies = demo.load()
        abonnees = nieuwsbrief_demo.load()
        self.stdout.write(
            f"Voorbeeldgegevens geladen, met {sessies} sessies en {abonnees} abonnees."
        )
