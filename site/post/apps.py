from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "post"
    verbose_name = "Postkamer"

    def ready(self):
        from core import periodic, personal
        from post import goedkeuring, tasks, upkeep, webhooks
        from post.personal import MAILS

        periodic.register("post: opruimen", upkeep.reap)
        periodic.register("post: geannuleerd", upkeep.clear_cancelled)
        periodic.register("post: bewaartermijn", upkeep.retain)
        periodic.register("post: wekken", tasks.wake)
        periodic.register("post: taken vergeten", tasks.forget)
        personal.register(MAILS)
        webhooks.connect()
        goedkeuring.connect()
