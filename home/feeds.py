"""Inspiration as a feed."""

from django.utils.translation import gettext_lazy as _

from core.feeds import PageFeed
from home.models import ArtikelPage


class InspiratieFeed(PageFeed):
    """The newest articles."""

    title = _("Inspiratie uit Vrije tijd in de netwerkgemeente")
    subtitle = _("Praktijken, onderzoek en verhalen voor lokale netwerken vrijetijdsparticipatie.")
    link = "/inspiratie/"

    def pages(self, language):
        articles = ArtikelPage.objects.live().public().filter(locale__language_code=language)
        return articles.order_by("-datum", "-pk")
