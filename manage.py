#!/usr/bin/env python
"""Beheercommando's van de site."""

import os
import sys
from pathlib import Path


def main():
    # site/ is a container for our own packages, never a package itself (docs/adr/0001).
    sys.path.insert(1, str(Path(__file__).resolve().parent / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
