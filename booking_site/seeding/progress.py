"""The progress of a long command: a bar on a terminal, else a line for every tenth part."""

from django.core.management.base import OutputWrapper

WIDTH = 40


class Progress:
    def __init__(self, out: OutputWrapper, total: int) -> None:
        self.out = out
        self.total = total
        self.is_terminal = out.isatty()
        self.tenths = 0

    def show(self, done: int) -> None:
        """Show that `done` of the total are done."""
        share = done / self.total
        if self.is_terminal:
            bar = "#" * int(share * WIDTH)
            self.out.write(f"\r[{bar:<{WIDTH}}] {done:,} of {self.total:,}", style_func=str, ending="")
            self.out.flush()
        elif int(share * 10) > self.tenths:
            self.tenths = int(share * 10)
            self.out.write(f"{done:,} of {self.total:,} bookings", style_func=str)
            self.out.flush()

    def end(self) -> None:
        """Start a new line after the bar."""
        if self.is_terminal:
            self.out.write("")
