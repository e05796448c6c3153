"""Entry point for the web server (Granian)."""

import os
import sys
from pathlib import Path

# site/ holds our packages but is none itself; the root holds the apps (docs/adr/0001).
for folder in (Path(__file__).resolve().parents[1], Path(__file__).resolve().parents[2]):
    if str(folder) not in sys.path:
        sys.path.insert(1, str(folder))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
