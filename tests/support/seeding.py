"""`manage.py seed`, within this process."""

import io
from typing import Any

from django.core.management import call_command


def seed(**options: Any) -> tuple[str, str]:
    """What the command says, and what it says on the side."""
    out, err = io.StringIO(), io.StringIO()
    call_command("seed", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()
