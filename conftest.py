"""The front door: names the plugins, the one that answers Ctrl-C first."""

pytest_plugins = [
    "fixtures.interrupts",
    "scenarios.plugin",
    "fixtures.phone",
    "fixtures.evidence",
    "fixtures.restore",
]
