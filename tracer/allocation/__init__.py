"""Who gets which work: the most that can be placed, as evenly as can be, the most urgent first. Pure."""

from tracer.allocation.parts import Hand, Placed, Plan, Short, Work
from tracer.allocation.planning import plan

__all__ = ["Hand", "Placed", "Plan", "Short", "Work", "plan"]
