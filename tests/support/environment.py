"""The environment of tests."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
FROM_OUTSIDE = frozenset({"DATABASE_URL", "POSTGRES_BIN_DIR", "VAR_DIR"})


def setting_names() -> set[str]:
    """Every setting that `.env.example` names."""
    return set(re.findall(r"^#?([A-Z_]+)=", (BASE_DIR / ".env.example").read_text(), re.MULTILINE))


def hermetic_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without the developer's settings and `.env`, with DEBUG."""
    ours = setting_names() - FROM_OUTSIDE
    kept = {name: value for name, value in environment.items() if name not in ours}
    return {**kept, "ENV_FILE": os.devnull, "DEBUG": "1", "SECRET_KEY": "only-for-tests-" + "0123456789" * 5}
