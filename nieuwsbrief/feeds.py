"""The issues of the newsletter as a feed."""

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _

from nieuwsbrief.models import NieuwsbriefPage

ITEMS = 20


class BriefFeed(Feed):
    """The newest issues in the current language."""

    feed_type = Atom1Feed
    title = _("Nieuwsbrief van Vrije tijd in de netwerkgemeente")
    subtitle = _("Elke brief zodra hij op de site staat.")
    link = "/nieuwsbrief/"

    def get_object(self, request):
        return request

    def items(self, request):
        issues = NieuwsbriefPage.objects.public().filter(
            locale__language_code=request.LANGUAGE_CODE
        )
        return issues.archief().defer("body")[:ITEMS]

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
