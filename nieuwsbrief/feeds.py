"""The issues of the newsletter as a feed."""

from django.utils.translation import gettext_lazy as _

from core.feeds import PageFeed
from nieuwsbrief.models import NieuwsbriefPage


class BriefFeed(PageFeed):
    """The newest issues."""

    title = _("Nieuwsbrief van Vrije tijd in de netwerkgemeente")
    subtitle = _("Elke brief zodra hij op de site staat.")
    link = "/nieuwsbrief/"

    def pages(self, language):
        issues = NieuwsbriefPage.objects.public().filter(locale__language_code=language)
        return issues.archief().defer("body")
