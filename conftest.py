"""The front door: names the plugins."""

pytest_plugins = ["scenarios.plugin", "fixtures.phone", "fixtures.evidence", "fixtures.restore"]
