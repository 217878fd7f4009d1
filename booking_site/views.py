"""Signing in: the glue between the pages and what only the project knows."""

from typing import Any

from django.contrib.auth.views import LoginView

from booking_site.demo import DEMO_LOGINS
from bookings.policy import actor_of
from bookings.web.answers import reader_context


class SignIn(LoginView):
    """By e-mail address and password; demo mode shows its logins. `next` may only be a place of this site."""

    template_name = "sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and the logins that everybody may know."""
        frame = reader_context(self.request, actor_of(self.request))
        return super().get_context_data(**frame, demo_logins=DEMO_LOGINS if frame["is_demo"] else [], **kwargs)
