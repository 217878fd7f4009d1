"""The settings of `manage.py stop`: only where things lie, so that nonsense elsewhere does not keep it from working."""

from pathlib import Path

from booking_site.runtime import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_env_file(env.env_file(BASE_DIR), is_strict=False)

VAR_DIR = env.directory("VAR_DIR", BASE_DIR / "var")
POSTGRES_BIN_DIR = None  # PostgreSQL's programs are not needed to end it
INSTALLED_APPS = ["booking_site.apps.StopConfig"]
