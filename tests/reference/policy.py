"""Which states follow which, and who may do what to a booking: spelled out here and nowhere else in the tests."""

DESK = frozenset({"desk"})
DESK_AND_PROVIDER = DESK | {"provider"}
ALL_PARTIES = DESK_AND_PROVIDER | {"attendee"}

LEADS: dict[str, dict[str, str]] = {
    "approve": {"pending": "booked"},
    "reschedule": {"pending": "", "booked": ""},
    "cancel": {"pending": "cancelled", "booked": "cancelled", "arrived": "cancelled"},
    "check_in": {"booked": "arrived"},
    "complete": {"booked": "fulfilled", "arrived": "fulfilled"},
    "no_show": {"booked": "noshow"},
    "undo": {"arrived": "booked", "fulfilled": "booked", "noshow": "booked"},
}
"""An action -> from which state to which, in the order in which people are told; "" depends on who asks."""

MAY: dict[str, frozenset[str]] = {
    "read": ALL_PARTIES,
    "approve": DESK_AND_PROVIDER,
    "reschedule": ALL_PARTIES,
    "cancel": ALL_PARTIES,
    "check_in": DESK_AND_PROVIDER,
    "complete": DESK_AND_PROVIDER,
    "no_show": DESK_AND_PROVIDER,
    "undo": DESK,
    "take_back": DESK,
}
"""An action -> who may do it: the desk to every booking, the others to their own."""
