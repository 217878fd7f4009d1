"""What follows when somebody adds or removes a second factor."""

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication  # it has no public name
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.logins import end_sessions
from accounts.models import User
from accounts.second_factor import SECOND_FACTORS


@receiver(authenticator_added)
def prove_by_adding(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: object) -> None:
    """Count a factor that was just set up as proven in this session, and end the sessions from before it."""
    if authenticator.type in SECOND_FACTORS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        end_sessions(user, but=request.session.session_key)


@receiver(authenticator_removed)
def forget_proof(request: HttpRequest, user: User, **kwargs: object) -> None:
    """Without any factor left, the session counts as not proven: staff are led to set one up again."""
    if Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists():
        return
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    kept = [record for record in records if record["method"] != "mfa"]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept
