from django.apps import AppConfig


class TrajectenConfig(AppConfig):
    name = "trajecten"
    verbose_name = "Trajecten"

    def ready(self):
        from core import periodic
        from trajecten.verzoeken import services

        periodic.register("oude verzoeken", services.anonymise_old)
