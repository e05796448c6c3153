"""Reads of requests."""

from django.db.models import Q, QuerySet

from core import clock


class VerzoekQuerySet(QuerySet):
    """Requests."""

    def open(self):
        """Keep what somebody still has to do something for."""
        from trajecten.models.verzoek import OPEN

        return self.filter(staat__in=OPEN)

    def overdue(self):
        """Keep the open requests whose next step should have been taken before today."""
        return self.open().filter(opvolgen_op__lt=clock.today())

    def of_address(self, normalised: str):
        """Keep what was sent from an e-mail address, as `post.addresses.normalise` writes it."""
        return self.filter(e_mail_norm=normalised)

    def that_mention(self, address: str):
        """Keep what has an address somewhere in its texts."""
        return self.filter(
            Q(vraag__icontains=address)
            | Q(momenten__icontains=address)
            | Q(notities__icontains=address)
            | Q(organisatie__icontains=address)
            | Q(rol__icontains=address)
        )

    def for_list(self):
        """Read along what the list and the file show."""
        return self.select_related("gemeente", "behandelaar")
