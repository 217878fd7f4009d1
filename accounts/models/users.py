"""Who signs in, and the tokens of integrations."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address; look-ups ignore case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A user with this address; without a password it cannot sign in by password."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """An admin of the site."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this address in any case."""
        return self.get(email=(username or "").lower())


class User(AbstractUser):  # type: ignore[django-manager-missing]  # knox names the tokens `auth_token_set`
    """A login: an e-mail address in lower case. What it may do follows from its links to people and from `is_staff`."""

    username = None  # type: ignore[assignment]  # Django's way to take a field out
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("A user with this e-mail address exists already.")},
    )
    verified_email = models.EmailField(_("confirmed e-mail address"), blank=True, editable=False)
    """The address that a code mailed to it has confirmed: a changed `email` is unconfirmed by itself."""
    expires_at = models.DateTimeField(_("forgotten at"), null=True, blank=True, editable=False)
    """When an address that somebody only typed is forgotten; None once its owner has signed in."""
    is_demo = models.BooleanField(_("login of the demo"), default=False, editable=False)
    """Its password is public: it signs in where demo mode is on and nowhere else (`logins.may_sign_in`)."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # Django's asks for a user name

    class Meta:
        db_table = "users"
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                name="users_email_lowercase",
                condition=Q(email=Lower("email")),
                violation_error_message=_("Write the e-mail address in lower case."),
            ),
        ]
        indexes = [
            models.Index(
                name="users_expiring", fields=["expires_at"], condition=Q(expires_at__isnull=False)
            ),  # `purge`
        ]

    @property
    def has_verified_email(self) -> bool:
        """Whether the owner of this very address has signed in by a code sent to it."""
        return bool(self.email) and self.verified_email == self.email

    def clean(self) -> None:
        """Lower the address, so that the unique constraint ignores case."""
        super().clean()
        self.email = self.email.lower()


class Token(AbstractAuthToken):
    """An API token: hashed at rest, shown once. It carries its user's roles, narrowed by `scope` and `kind`."""

    class Scope(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("read and write")

    name = models.CharField(_("name"), max_length=100, help_text=_("What the token is for."))
    scope = models.CharField(_("scope"), max_length=5, choices=Scope, default=Scope.WRITE)
    kind = models.CharField(
        _("kind of booking"),
        max_length=32,
        blank=True,
        help_text=_("Empty: every kind of booking."),
    )
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)
    issued_key: str
    """The key itself, of a token that the admin has just issued: no column, and on this object alone."""

    class Meta:
        db_table = "tokens"
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = [
            models.CheckConstraint(name="tokens_scope_known", condition=Q(scope__in=["read", "write"])),
        ]

    def __str__(self) -> str:
        return self.name
