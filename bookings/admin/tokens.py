"""API tokens in the admin: created with the key shown once, listed, revoked. For admins only."""

from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import tokens
from accounts.models import Token, User
from bookings.admin.form import RefusableForm
from bookings.admin.roles import Access, BaseAdmin
from bookings.models.booking import booking_models


def kind_choices() -> list[tuple[str | None, str]]:
    """All kinds of booking or one."""
    found = [(kind._meta.model_name, str(capfirst(kind._meta.verbose_name))) for kind in booking_models()]
    return [("", _("Every kind")), *found]


class TokenForm(RefusableForm[Token]):
    """The token's login, name, scope, kind, and how long it is valid."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of booking"), required=False, choices=kind_choices)
    days = forms.IntegerField(
        label=gettext_lazy("Days until it expires"),
        min_value=1,
        max_value=tokens.LONGEST_DAYS,
        required=True,
        initial=lambda: settings.TOKEN_DAYS,
    )

    class Meta:
        model = Token
        fields = ("user", "name", "scope", "kind")


@admin.register(Token)
class TokenAdmin(BaseAdmin[Token]):
    """A token is named by the beginning of its key. The digest, its primary key, is on no page and in no URL."""

    seen_by = Access.ADMIN
    added_by = Access.ADMIN
    changed_by = Access.NOBODY
    deleted_by = Access.ADMIN
    form = TokenForm
    fields = ("user", "name", "scope", "kind", "days")
    autocomplete_fields = ("user",)
    list_display = ("name", "begins_with", "user", "scope", "kind", "created", "expiry", "last_used_at", "revoke")
    list_display_links = None
    list_select_related = ("user",)
    list_filter = ("scope",)
    sortable_by = ()
    ordering = ("-created",)
    actions = None
    delete_confirmation_template = "admin/revoke_token.html"

    @admin.display(description=gettext_lazy("begins with"))
    def begins_with(self, token: Token) -> str:
        """The beginning of the key, by which a token in a configuration can be recognised."""
        return str(token.token_key)

    @admin.display(description=gettext_lazy("revoke"))
    def revoke(self, token: Token) -> SafeString:
        """A link to the page that asks."""
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_delete", args=[quote(token.token_key)])
        return format_html('<a href="{}">{}</a>', url, _("Revoke %(name)s") % {"name": token.name})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Token | None:
        """Look the token up by the beginning of its key."""
        found: Token | None = self.get_queryset(request).filter(token_key=object_id).first()
        return found

    def save_model(self, request: HttpRequest, obj: Token, form: TokenForm, change: bool) -> None:  # noqa: FBT001
        """Issue the token. Only the answer to this request has the key."""
        obj.issued_key = tokens.issue(obj, days=form.cleaned_data["days"])

    def response_add(self, request: HttpRequest, obj: Token, post_url_continue: str | None = None) -> HttpResponse:
        """The only page that ever shows the key. (A redirect would have to keep it somewhere.)"""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The token “%(name)s” was made") % {"name": obj.name},
            "opts": self.opts,
            "token": obj,
            "key": obj.issued_key,
        }
        return TemplateResponse(request, "admin/token_key.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Redirect to the list: a token has no page of its own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Redirect to the list: a token is only created and revoked, and the admin's log has both."""
        return self.change_view(request, object_id)

    def get_deleted_objects(
        self, objs: QuerySet[Token] | Sequence[Token], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """List the token alone: nothing depends on it."""
        return [str(token) for token in objs], {}, set(), []

    def log_addition(self, request: HttpRequest, obj: Token, message: object) -> LogEntry:
        entry = super().log_addition(request, obj, message)
        entry.object_id = obj.token_key
        entry.object_repr = f"token {obj.token_key}"
        entry.save(update_fields=["object_id", "object_repr"])
        return entry

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Token]) -> list[LogEntry]:
        assert isinstance(request.user, User)  # noqa: S101  # the page is behind the login
        content_type = ContentType.objects.get_for_model(Token)
        return [
            LogEntry.objects.create(
                user_id=request.user.pk,
                content_type=content_type,
                object_id=token.token_key,
                object_repr=f"token {token.token_key}",
                action_flag=DELETION,
            )
            for token in queryset
        ]
