"""The launch content of the site, kept as files and loaded by `manage.py load_content`."""
