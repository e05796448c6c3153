from django.apps import AppConfig


class NieuwsbriefConfig(AppConfig):
    name = "nieuwsbrief"
    verbose_name = "Nieuwsbrief"

    def ready(self):
        from core import periodic, personal
        from nieuwsbrief.beheer.opzoeken import NIEUWSBRIEF
        from nieuwsbrief.services import privacy, uitschrijven
        from post import signals

        periodic.register("nieuwsbrief: afscheid", uitschrijven.stuur_afscheid)
        periodic.register("nieuwsbrief: bewaartermijn", privacy.retain)
        personal.register(NIEUWSBRIEF)
        signals.adres_onbestelbaar.connect(
            uitschrijven.bij_onbestelbaar, dispatch_uid="nieuwsbrief.onbestelbaar"
        )
        signals.klacht_ontvangen.connect(uitschrijven.bij_klacht, dispatch_uid="nieuwsbrief.klacht")
