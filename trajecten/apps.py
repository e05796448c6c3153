from django.apps import AppConfig


class TrajectenConfig(AppConfig):
    name = "trajecten"
    verbose_name = "Trajecten"

    def ready(self):
        from core import gemeenten, periodic, personal, signals
        from trajecten.models import Gemeente, VroegereGemeente
        from trajecten.verzoeken import services
        from trajecten.verzoeken.persoon import VERZOEKEN

        gemeenten.register(Gemeente.objects.gids)
        signals.counts_as_content(Gemeente, VroegereGemeente)
        periodic.register("oude verzoeken", services.anonymise_old)
        personal.register(VERZOEKEN)
