"""Forms of the admin that Wagtail leaves partly in English."""

from wagtail.admin.forms.auth import LoginForm


class AanmeldForm(LoginForm):
    """The sign-in form, with a Dutch name for every field."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "Wachtwoord"
