"""The commands of `manage.py`, in `commands`."""
