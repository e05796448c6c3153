from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "post"
    verbose_name = "Postkamer"

    def ready(self):
        from core import periodic
        from post import tasks, upkeep, webhooks

        periodic.register("post: opruimen", upkeep.reap)
        periodic.register("post: geannuleerd", upkeep.clear_cancelled)
        periodic.register("post: bewaartermijn", upkeep.retain)
        periodic.register("post: wekken", tasks.wake)
        periodic.register("post: taken vergeten", tasks.forget)
        webhooks.connect()
