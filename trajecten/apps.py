from django.apps import AppConfig


class TrajectenConfig(AppConfig):
    name = "trajecten"
    verbose_name = "Trajecten"

    def ready(self):
        from core import periodic, personal
        from trajecten.verzoeken import services
        from trajecten.verzoeken.persoon import VERZOEKEN

        periodic.register("oude verzoeken", services.anonymise_old)
        personal.register(VERZOEKEN)
