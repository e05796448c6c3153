from django.apps import AppConfig


class VormingConfig(AppConfig):
    name = "vorming"
    verbose_name = "Vorming"

    def ready(self):
        from core import periodic, personal
        from vorming.beheer.opzoeken import VORMING
        from vorming.services import nacht, werk

        periodic.register("vorming: wachtlijst", werk.move_up)
        periodic.register("vorming: herinneringen", werk.remind)
        periodic.register("vorming: bedanken", werk.thank)
        periodic.register("vorming: nacht", nacht.run)
        personal.register(VORMING)
