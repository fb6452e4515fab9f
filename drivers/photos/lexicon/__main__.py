"""`python -m drivers.photos.lexicon > docs/lexicon.md`: writes the page anew."""

import sys

from drivers.photos.lexicon.table import page

sys.stdout.write(page())
