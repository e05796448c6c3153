"""The admin of the newsletter, one module per screen."""
