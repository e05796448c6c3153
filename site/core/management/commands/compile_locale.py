"""Compile the translations of the interface."""

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Maakt van elke locale/*/LC_MESSAGES/django.po een django.mo, zonder gettext."
    requires_system_checks = []

    def handle(self, *args, **options):
        for folder in settings.LOCALE_PATHS:
            for catalogue in folder.glob("*/LC_MESSAGES/*.po"):
                polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))
