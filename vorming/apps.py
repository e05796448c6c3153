from django.apps import AppConfig


class VormingConfig(AppConfig):
    name = "vorming"
    verbose_name = "Vorming"
