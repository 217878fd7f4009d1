"""The site's own settings with the bare views beside it, so that both are served by the same processes."""

from booking_site.settings import *  # noqa: F403
from booking_site.settings import VAR_DIR

ROOT_URLCONF = "bench.urls"
STATIC_ROOT = VAR_DIR / "static_root"
