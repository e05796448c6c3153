"""What every page of the site shows around its own text."""

from core.frame import SiteFrame


def site_frame(request):
    """Give templates `kader`: menu, footer, languages, notices; each read once, when asked for."""
    return {"kader": SiteFrame(request)}
