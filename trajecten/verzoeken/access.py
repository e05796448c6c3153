"""Who may see requests: one permission opens them, and nobody adds or removes one by hand."""

from wagtail.permission_policies import ModelPermissionPolicy

PERMISSION = "trajecten.change_verzoek"


def may_treat(user) -> bool:
    """Say whether somebody may see requests and treat them."""
    return user.is_active and user.has_perm(PERMISSION)


class VerzoekPolicy(ModelPermissionPolicy):
    """Requests come in through the site, and are forgotten by `erase`."""

    def user_has_permission(self, user, action):
        return action in ("view", "change") and may_treat(user)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)
