"""The logger above those of all our modules."""

import logging

OURS = logging.getLogger(__package__)
