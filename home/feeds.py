"""Inspiration as a feed."""

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from home.models import ArtikelPage

ITEMS = 20


class InspiratieFeed(Feed):
    """The newest articles of the current language."""

    feed_type = Atom1Feed
    title = _("Inspiratie uit Vrije tijd in de netwerkgemeente")
    subtitle = _("Praktijken, onderzoek en verhalen voor lokale netwerken vrijetijdsparticipatie.")
    link = "/inspiratie/"

    def get_object(self, request):
        return request

    def items(self, request):
        return (
            ArtikelPage.objects.live()
            .public()
            .filter(locale__language_code=request.LANGUAGE_CODE)
            .order_by("-datum", "-pk")[:ITEMS]
        )

    def item_title(self, item):
        return item.title

    def item_description(self, item):
        return item.samenvatting

    def item_link(self, item):
        return item.full_url

    def item_pubdate(self, item):
        return item.first_published_at

    def item_updateddate(self, item):
        return item.last_published_at
