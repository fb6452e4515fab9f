"""What `virtual:` takes is what a virtual phone can be told, name by name."""

from fixtures.virtual.circumstances import CIRCUMSTANCES
from fixtures.virtual.faults import FAULTS
from scenarios.model import VIRTUAL_CIRCUMSTANCES, VIRTUAL_FAULTS


def test_scenarios_and_the_virtual_phone_know_the_same_names():
    assert tuple(FAULTS) == VIRTUAL_FAULTS
    assert tuple(CIRCUMSTANCES) == VIRTUAL_CIRCUMSTANCES
    assert not set(VIRTUAL_FAULTS) & set(VIRTUAL_CIRCUMSTANCES)
