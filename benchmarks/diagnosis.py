"""A full diagnosis: every shell fact of the vocabulary, read off the phone."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.floor import Stream
from benchmarks.results import Result, Way, times_faster
from benchmarks.sampling import interleave
from drivers.exchange import Exchange
from drivers.phone import Phone

_END = b"the end of the diagnosis\n"


def compare(bench: Bench) -> Result:
    """Reads all facts; stock and floor run the very commands that ours sends."""
    phone, device = bench.phone, bench.stock_device
    commands = _commands_of(phone)
    # The shell itself would read the rest of the script where a command reads its input.
    lines = [f"( {command} ) </dev/null" for command in commands]
    script = "\n".join([*lines, f"echo '{_END.decode().strip()}'\n"])

    def one_by_one() -> None:
        for command in commands:
            device.shell(command)

    with Stream(bench.launched.client, bench.launched.serial, "shell,v2,raw:") as stream:
        taken = interleave(
            {
                "ours": phone.facts,
                "stock": one_by_one,
                "floor": lambda: stream.script(script, _END),
            },
            rounds=6,
            block=3,
            warmup=2,
        )
        printed = stream.script(script, _END)
    return Result(
        title="full diagnosis",
        unit="ms",
        ours=Way("phone.facts()", taken["ours"]),
        stock=Way("adbutils: device.shell(command) for each", taken["stock"]),
        floor=Way("the same commands as one script, its output not read", taken["floor"]),
        budgets=(times_faster(15, taken["ours"], taken["stock"]),),
        notes=(
            f"{len(commands)} commands that print {printed:,} bytes, "
            f"{len(phone.facts())} facts; ours is one write and one read.",
            "The floor is almost wholly the phone's own time: what the commands take there.",
        ),
    )


def _commands_of(phone: Phone) -> list[str]:
    """The commands that a diagnosis sends, heard on the line."""
    heard: list[Exchange] = []
    stop = phone.listen(heard.append)
    try:
        phone.facts()
    finally:
        stop()
    return [exchange.request for exchange in heard if exchange.kind == "shell"]
