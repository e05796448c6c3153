"""The admin of the training offer, one module per screen."""
