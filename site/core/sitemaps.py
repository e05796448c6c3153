"""The sitemap: every published page in every language."""

from functools import reduce
from operator import or_

from wagtail.contrib.sitemaps.sitemap_generator import Sitemap
from wagtail.models import Page


class PageSitemap(Sitemap):
    """Published pages with the day of their last change.

    Each language has a tree of its own, beside the home page that the site points at.
    """

    def items(self):
        roots = self.get_wagtail_site().root_page.get_translations(inclusive=True)
        trees = [Page.objects.descendant_of(root, inclusive=True) for root in roots]
        pages = reduce(or_, trees).live().public().order_by("path")
        return pages.defer_streamfields().specific().select_related("locale")
