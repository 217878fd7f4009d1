"""What is stored about requests for a day: the answers to repeat."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class IdempotencyRecord(models.Model):
    """The answer to a request with an `Idempotency-Key`, written in the booking's own transaction."""

    caller = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.TextField()
    created_at = models.DateTimeField(_("created at"), db_default=Now(), db_index=True)

    class Meta:
        db_table = "idempotency_records"
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="idempotency_records_once")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
