"""What gunicorn serves: `gunicorn -c gateway/gunicorn_conf.py gateway.wsgi:app`.

GATEWAY_PROXIES (0 unless told) is how many of our own proxies stand in front and may be believed about a client's
address, protocol and host.
"""

from __future__ import annotations

import os
import sys

from werkzeug.middleware.proxy_fix import ProxyFix

from gateway.application import create_app
from gateway.settings import SettingsError, read_settings
from services.chassis import logs

_NO_USE_TRYING_AGAIN = 3  # gunicorn then ends, instead of starting this worker over and over
logs.set_up("gateway", os.environ.get("LOG_LEVEL", "INFO"))
_proxies = int(os.environ.get("GATEWAY_PROXIES", "0"))
try:
    app = create_app(read_settings())
    if _proxies:
        proxied = ProxyFix(app.wsgi_app, x_for=_proxies, x_proto=_proxies, x_host=_proxies)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # Flask's own way of wrapping an application
except SettingsError as error:
    print(error, file=sys.stderr)
    sys.exit(_NO_USE_TRYING_AGAIN)
