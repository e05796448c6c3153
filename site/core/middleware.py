"""Two policies for what a page may load: strict for readers, wider for the admin."""

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.urls import reverse


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Sends the policy of settings.CONTENT_SECURITY_POLICY, and another one under the admin."""

    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(reverse("wagtailadmin_home")):
            parts.replace = settings.CONTENT_SECURITY_POLICY_ADMIN
        return parts
