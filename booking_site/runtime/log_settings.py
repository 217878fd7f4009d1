"""Django's LOGGING. Separate from `logs`, which cannot be imported before the settings are read."""


def logging_of(log_format: str) -> dict[str, object]:
    """Everything goes to the standard error stream, as `text` or `json`.

    Django's own handlers would mail error reports and let runserver log query strings.
    """
    formatters = {"text": "booking_site.runtime.logs.TextLine", "json": "booking_site.runtime.logs.JsonLine"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "without_query": {"()": "booking_site.runtime.logs.WithoutQuery"},
            "without_echo": {"()": "booking_site.runtime.logs.WithoutEcho"},
        },
        "formatters": {"line": {"()": formatters[log_format]}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["without_query", "without_echo"],
            }
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "booking_site.access": {"level": "INFO"},
            "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "django.server": {"level": "CRITICAL"},  # runserver's access log
        },
    }
