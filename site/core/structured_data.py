"""JSON-LD for machines, from the fields that people read."""

from django.conf import settings


def organization(frame, request) -> dict:
    """Describe who publishes the site."""
    details = frame.instellingen
    found = {
        "@type": "Organization",
        "@id": f"{settings.BASE_URL}/#organisatie",
        "name": details.organisatie or settings.WAGTAIL_SITE_NAME,
        "url": details.organisatie_url or settings.BASE_URL,
    }
    if details.helpdesk_e_mail:
        found["contactPoint"] = {
            "@type": "ContactPoint",
            "contactType": "helpdesk",
            "email": details.helpdesk_e_mail,
            **({"telephone": details.helpdesk_telefoon} if details.helpdesk_telefoon else {}),
        }
    return found


def breadcrumb_list(page, ancestors, request) -> dict:
    """Describe where a page stands."""
    trail = [*ancestors, page]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": item.title,
                "item": item.get_full_url(request),
            }
            for position, item in enumerate(trail, start=1)
        ],
    }


def faq_page(page, questions, request) -> dict:
    """Describe questions with their answers, as `page` shows them."""
    return {
        "@type": "FAQPage",
        "@id": f"{page.get_full_url(request)}#vragen",
        "mainEntity": [
            {
                "@type": "Question",
                "name": question.title,
                "url": question.get_full_url(request),
                "acceptedAnswer": {"@type": "Answer", "text": question.antwoord},
            }
            for question in questions
        ],
    }
