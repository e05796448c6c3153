"""What the mail room tells the rest of the site."""

from django.dispatch import Signal

# A mailbox does not exist. Arguments: adres, reden.
adres_onbestelbaar = Signal()

# Somebody called a mail of ours unwanted. Arguments: adres.
klacht_ontvangen = Signal()
