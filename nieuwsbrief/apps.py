from django.apps import AppConfig


class NieuwsbriefConfig(AppConfig):
    name = "nieuwsbrief"
    verbose_name = "Nieuwsbrief"

    def ready(self):
        from core import periodic
        from nieuwsbrief.services import privacy, ritme, uitschrijven
        from post import signals

        periodic.register("nieuwsbrief: afscheid", uitschrijven.stuur_afscheid)
        periodic.register("nieuwsbrief: herinnering", ritme.herinner)
        periodic.register("nieuwsbrief: bewaartermijn", privacy.retain)
        signals.adres_onbestelbaar.connect(
            uitschrijven.bij_onbestelbaar, dispatch_uid="nieuwsbrief.onbestelbaar"
        )
        signals.klacht_ontvangen.connect(uitschrijven.bij_klacht, dispatch_uid="nieuwsbrief.klacht")
