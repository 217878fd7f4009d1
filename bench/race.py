"""Many clients ask for one slot at the same moment: one gets it, the others soon get a refusal."""

from dataclasses import dataclass, field

from bench.errors import BenchError
from bench.kinds import CLIENTS, PROVIDERS_PER_CLIENT, Kind, race_start
from bench.load import Answer, Clients, Target


@dataclass
class Races:
    """The results of the races of one kind so far."""

    rounds: int = 0
    winners: list[float] = field(default_factory=list)
    losers: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> list[float]:
        """The time of every racer until the answer."""
        return self.winners + self.losers

    def count(self, answers: list[Answer]) -> None:
        """Add one race. Raises BenchError unless exactly one was booked and all others were refused with 409."""
        won = [answer for answer in answers if answer.status == 201]
        lost = [answer for answer in answers if answer.status == 409]
        if len(won) != 1 or len(won) + len(lost) != len(answers):
            statuses = ", ".join(str(answer.status) for answer in answers)
            raise BenchError(f"One slot, {len(answers)} racers, answered with: {statuses}")
        self.rounds += 1
        self.winners += [answer.seconds for answer in won]
        self.losers += [answer.seconds for answer in lost]


def race(target: Target, kind: Kind, rounds: int, races: Races) -> None:
    """Add so many rounds to `races`: in turn sixteen attendees at one provider, and one attendee at sixteen."""
    with Clients(target.port, CLIENTS) as connections:
        for number in range(races.rounds, races.rounds + rounds):
            requests = [_request(target, kind, number, racer) for racer in range(CLIENTS)]
            for connection, request in zip(connections.all, requests, strict=True):
                connections.send(connection, request)
            races.count([answer for _, answer in connections.answers()])


def _request(target: Target, kind: Kind, number: int, racer: int) -> bytes:
    """One racer's request for the slot of that number."""
    same = 1
    own = 1 + racer * PROVIDERS_PER_CLIENT
    provider, attendee = (same, own) if number % 2 else (own, same)
    return target.request(f"/api/v1/{kind.name}", kind.body(provider, attendee, race_start(number)))
