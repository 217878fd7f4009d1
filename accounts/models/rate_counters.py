from django.db import models


class RateCounter(models.Model):
    """How often a caller did something in one window of time; `who` is a keyed digest, never an address.

    The table is UNLOGGED: a crash of the database forgets the counts, and counting costs no write-ahead log.
    """

    pk = models.CompositePrimaryKey("who", "window")
    who = models.CharField(max_length=64)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "rate_counters"

    def __str__(self) -> str:
        return f"{self.count} in window {self.window}"
