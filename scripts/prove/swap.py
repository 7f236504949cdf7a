"""The import hook that puts a mutant in its module's place: nothing in the tree is written."""

import importlib.abc
import importlib.machinery
from types import ModuleType

from guards import ROOT, Mutant


class Swap(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The import hook: one module comes from other text."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Ours, or nobody's."""
        if name != self.mutant.module:
            return None
        spec = importlib.machinery.ModuleSpec(name, self, origin=str(ROOT / self.mutant.path))
        spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """The mutant, under the name and place of the module."""
        exec(compile(self.mutant.source, str(ROOT / self.mutant.path), "exec"), vars(module))
