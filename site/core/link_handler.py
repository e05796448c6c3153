"""How a link to a page is written in running text."""

from django.utils.html import escape
from wagtail.rich_text.pages import PageLinkHandler

from core.links import addresses_of


class KnownPageLinkHandler(PageLinkHandler):
    """Writes links from the addresses known for this request, and looks up the others."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        ids = [int(attrs["id"]) for attrs in attrs_list]
        addresses = addresses_of(ids)
        # A page that is gone or not published leaves its text, without a link.
        return [f'<a href="{escape(addresses[pk])}">' if pk in addresses else "<a>" for pk in ids]
