"""An import-linter contract: a capability's tables are its own; others use its use cases and domain."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OwnTablesContract(Contract):
    """`services` lists the service packages. Only `<service>.schema` may gather every capability's tables."""

    services = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every direct import of `<service>.<capability>.tables` from another capability is a break."""
        breaks = [
            (importer, tables)
            for service in sorted(self.services)  # type: ignore[call-overload]  # a field
            for tables in sorted(graph.modules)
            if tables.startswith(f"{service}.") and tables.endswith(".tables") and tables.count(".") == 3
            for importer in sorted(graph.find_modules_that_directly_import(tables))
            if not importer.startswith(tables.removesuffix("tables")) and importer != f"{service}.schema"
        ]
        return ContractCheck(kept=not breaks, metadata={"breaks": breaks})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line per break."""
        for importer, tables in check.metadata["breaks"]:
            output.print_error(f"{importer} uses {tables}, which belongs to another capability.")
