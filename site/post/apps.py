from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "post"
    verbose_name = "Postkamer"

    def ready(self):
        from core import periodic
        from post import upkeep, webhooks

        periodic.register("post: opruimen", upkeep.reap)
        periodic.register("post: geannuleerd", upkeep.clear_cancelled)
        periodic.register("post: bewaartermijn", upkeep.retain)
        webhooks.connect()
