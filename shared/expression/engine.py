"""The engine of the Common Expression Language, without its package's command line.

`import cel` also loads a terminal's prompt, colours and tables: 14 MB and as long a time as FastAPI, in every
process. The compiled module in it is all that is needed.
"""

import sys
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING


def _compiled_module() -> ModuleType:
    package = find_spec("cel")
    found = package and PathFinder.find_spec("cel.cel", package.submodule_search_locations)
    if not found or not found.loader:
        raise ModuleNotFoundError("The package common-expression-language is not installed.", name="cel")
    engine = module_from_spec(found)
    found.loader.exec_module(engine)
    return sys.modules.setdefault("cel.cel", engine)


if TYPE_CHECKING:
    from cel import Context, Program, compile
else:
    _engine = _compiled_module()
    Context, Program, compile = _engine.Context, _engine.Program, _engine.compile

__all__ = ["Context", "Program", "compile"]
