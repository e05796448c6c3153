from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Gedeeld"

    def ready(self):
        from django.core.management import call_command

        from core import checks, periodic, rate, signals  # noqa: F401

        signals.connect()

        periodic.register("geplande publicaties", lambda: call_command("publish_scheduled"))
        periodic.register("pogingen vergeten", rate.forget_old)
