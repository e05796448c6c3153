"""What the feeds of the site have in common."""

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.utils.feedgenerator import Atom1Feed

ITEMS = 20


class PageFeed(Feed):
    """The newest pages of one kind in the current language. Give it a title, subtitle and link."""

    feed_type = Atom1Feed

    def pages(self, language: str) -> QuerySet:
        """Return the public pages in a language, the newest first."""
        raise NotImplementedError

    def get_object(self, request):
        return request

    def items(self, request):
        return self.pages(request.LANGUAGE_CODE)[:ITEMS]

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
