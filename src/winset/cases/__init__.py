"""The case library, shipped with the package: one YAML file a case, with its notes beside it."""
