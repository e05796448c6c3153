from django.apps import AppConfig


class NieuwsbriefConfig(AppConfig):
    name = "nieuwsbrief"
    verbose_name = "Nieuwsbrief"

    def ready(self):
        from core import bijvragen, periodic, personal
        from nieuwsbrief.beheer.opzoeken import NIEUWSBRIEF
        from nieuwsbrief.services import (
            berichten,
            bewaken,
            bij_inschrijving,
            privacy,
            ritme,
            uitschrijven,
            verzenden,
            volgen,
            voorbereiden,
        )
        from post import services as post
        from post import signals
        from post.engine import guards

        periodic.register("nieuwsbrief: afscheid", uitschrijven.stuur_afscheid)
        periodic.register("nieuwsbrief: herinnering", ritme.herinner)
        periodic.register("nieuwsbrief: bewaartermijn", privacy.retain)
        personal.register(NIEUWSBRIEF)
        post.keep_last_mail(berichten.GEWIST)
        bijvragen.register(bij_inschrijving.NIEUWSBRIEF)
        # Following first: after a standstill a run asks before anything else happens to it.
        periodic.register("nieuwsbrief: verzendingen volgen", volgen.volg)
        periodic.register("nieuwsbrief: geplande brieven", verzenden.start_geplande)
        periodic.register("nieuwsbrief: ontvangers klaarzetten", voorbereiden.bereid_alles_voor)
        guards.register(verzenden.SOORT, bewaken.oordeel)
        signals.adres_onbestelbaar.connect(
            uitschrijven.bij_onbestelbaar, dispatch_uid="nieuwsbrief.onbestelbaar"
        )
        signals.klacht_ontvangen.connect(uitschrijven.bij_klacht, dispatch_uid="nieuwsbrief.klacht")
