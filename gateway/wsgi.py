"""What gunicorn serves: `gateway.wsgi:app` (gthread workers, no preload: no broker connection may cross a fork)."""

from __future__ import annotations

import sys

from gateway.application import create_app
from gateway.settings import SettingsError, read_settings

try:
    app = create_app(read_settings())
except SettingsError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
