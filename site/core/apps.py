from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Gedeeld"

    def ready(self):
        from django.core.management import call_command

        from core import checks, opinions, periodic, rate, signals  # noqa: F401
        from core.search import indexing, listening, missed

        signals.connect()
        listening.connect()

        periodic.register("geplande publicaties", lambda: call_command("publish_scheduled"))
        periodic.register("pogingen vergeten", rate.forget_old)
        periodic.register("zoekindex bijwerken", indexing.catch_up)
        periodic.register("oude zoekopdrachten vergeten", missed.forget_old)
        periodic.register("oude oordelen", opinions.remove_old)
